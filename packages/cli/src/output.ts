import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Io, Output } from './io.js';

export type Style = Parameters<typeof styleText>[0];

/** A cell of a table; `heading` stands alone in its row, over the rows that follow. */
export type Row = readonly string[] | { readonly heading: string };

const GAP = '  ';
const MIN_LAST_COLUMN = 16;
const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

/** Writes a line, or lines, to stdout. */
export function print(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** Writes a value as JSON that a person can read too. */
export function printJson(io: Io, value: unknown): void {
  print(io, JSON.stringify(value, undefined, 2));
}

/** Text from elsewhere, so that it cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '\uFFFD');
}

/** Styles a text where the stream is a terminal that shows colours; NO_COLOR is obeyed. */
export function style(stream: Output, format: Style, text: string): string {
  if (stream.isTTY !== true || stream.hasColors?.() !== true) return text;
  // Node would ask its own stdout again.
  return styleText(format, text, { validateStream: false });
}

/** Columns without lines. On a terminal that knows its width the last one is wrapped to what the others leave of its width. */
export function table(stream: Output, head: readonly string[] | undefined, rows: readonly Row[]): string {
  const drawn = new Table({
    chars: noLines,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: columnWidths(stream, head, rows),
    wordWrap: true,
  });
  if (head) drawn.push(head.map((cell) => style(stream, 'bold', cell)));
  for (const row of rows) {
    if (isHeading(row)) drawn.push([{ content: printable(row.heading), colSpan: head?.length ?? 1 }]);
    else drawn.push(row.map((cell) => styleStatus(stream, printable(cell))));
  }
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function isHeading(row: Row): row is { readonly heading: string } {
  return 'heading' in row;
}

/** Only the last column gets a width of its own; the others are as wide as what they hold. */
function columnWidths(stream: Output, head: readonly string[] | undefined, rows: readonly Row[]): (number | null)[] {
  const cells = [...(head ? [head] : []), ...rows.flatMap((row) => (isHeading(row) ? [] : [row]))];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const last = widths.pop();
  if (last === undefined || stream.isTTY !== true || !stream.columns) return [];
  const left = stream.columns - widths.reduce((sum, width) => sum + width + GAP.length, 0);
  return last <= left ? [] : [...widths.map(() => null), Math.max(left, MIN_LAST_COLUMN)];
}

const statusStyles: Readonly<Record<string, Style>> = { Approved: 'green', Denied: 'red', InReview: 'yellow' };

function styleStatus(stream: Output, cell: string): string {
  const format = statusStyles[cell];
  return format === undefined ? cell : style(stream, format, cell);
}
