import { styleText } from 'node:util';
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import type { Io, Output } from './io.js';

export type Style = Parameters<typeof styleText>[0];

/** A cell of a table; `heading` stands alone in its row, over the rows that follow. */
export type Row = readonly string[] | { readonly heading: string };

const GAP = 2;
const MIN_LAST_COLUMN = 16;
/** Narrower than any terminal that a person reads: below it, lines are let run on. */
const MIN_WIDTH = 20;

/** Writes a line, or lines, to stdout. */
export function print(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** Writes a value as JSON that a person can read too. */
export function printJson(io: Io, value: unknown): void {
  print(io, jsonOf(value, 2));
}

/** A value as JSON, with escapes in place of what could steer a terminal: JSON itself escapes only a part of that. */
export function jsonOf(value: unknown, indent?: number): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return (JSON.stringify(value, undefined, indent) ?? 'null').replace(steering, escaped);
}

/** Control characters, and what turns the direction. */
const steering = /[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/gu;

/** Text from elsewhere, so that it cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(steering, '\uFFFD');
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s*\n\s*/g, ' '));
}

/** Styles a text where the stream is a terminal that shows colours. NO_COLOR and FORCE_COLOR are obeyed. */
export function style(stream: Output, format: Style, text: string): string {
  if (!showsColours(stream)) return text;
  // Node would ask its own stdout again.
  return styleText(format, text, { validateStream: false });
}

/** A terminal knows by itself, its variables included; elsewhere only FORCE_COLOR asks for colours. */
function showsColours(stream: Output): boolean {
  if (stream.isTTY === true) return stream.hasColors?.() === true;
  return /^(?:[1-3]|true)$/.test(process.env.FORCE_COLOR ?? '');
}

/** The columns of a terminal that tells them; without an end elsewhere. */
export function widthOf(stream: Output): number {
  return stream.isTTY === true && stream.columns ? Math.max(stream.columns, MIN_WIDTH) : Number.POSITIVE_INFINITY;
}

/**
 * Columns without lines, none wider than the terminal: the last one is wrapped to what the others leave. Where they
 * leave too little, each row stands over several lines, a cell a line.
 */
export function table(stream: Output, head: readonly string[] | undefined, rows: readonly Row[]): string {
  const lines = rows.map((row) => (isHeading(row) ? row : row.map(printableLine)));
  const cells = [...(head ? [head] : []), ...lines.filter((line): line is string[] => !isHeading(line))];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))));
  const last = widths.pop() ?? 0;
  const left = widthOf(stream) - widths.reduce((sum, width) => sum + width + GAP, 0);
  const isTooNarrow = left < Math.min(last, MIN_LAST_COLUMN);
  const drawn = lines.flatMap((line) => {
    if (isHeading(line)) return printableLine(line.heading);
    return isTooNarrow
      ? inLines(stream, head, line)
      : inColumns(line, widths, left, (cell) => styleStatus(stream, cell));
  });
  if (head && !isTooNarrow) drawn.unshift(...inColumns(head, widths, left, (cell) => style(stream, 'bold', cell)));
  return drawn.join('\n');
}

/** Names and what they stand for, a pair a line; on a terminal too narrow for that, one below the other. */
export function fields(stream: Output, pairs: readonly (readonly [string, string])[]): string {
  const widest = Math.max(...pairs.map(([name]) => stringWidth(name)));
  const left = widthOf(stream) - widest - GAP;
  const values = pairs.map(([, value]) => printable(value));
  // An id is not broken: somebody may want to copy it.
  const isTooNarrow =
    Math.max(...values.flatMap((value) => value.split(/\s+/)).map((word) => stringWidth(word))) > left;
  return pairs
    .flatMap(([name], index) => {
      const value = values[index] ?? '';
      if (isTooNarrow) return [name, ...wrapped(value, widthOf(stream) - GAP).map((line) => ' '.repeat(GAP) + line)];
      return wrapped(value, left).map((line, number) => `${padded(number === 0 ? name : '', widest)}  ${line}`);
    })
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Parts on one line, or a part a line on a terminal that is narrower: those after the first are indented. */
export function oneLine(stream: Output, parts: readonly string[]): string {
  const line = parts.filter((part) => part !== '').join(' '.repeat(GAP));
  if (stringWidth(line) <= widthOf(stream)) return line;
  const lines = parts.flatMap((part) => wrapped(part, widthOf(stream) - GAP).filter((some) => some !== ''));
  return lines.join(`\n${' '.repeat(GAP)}`);
}

type Decorate = (cell: string) => string;

/** A row as lines of the table, of which only the last column can need several. */
function inColumns(row: readonly string[], widths: readonly number[], left: number, decorate: Decorate): string[] {
  const first = widths.map((width, column) => decorated(row[column] ?? '', width, decorate)).join('');
  const indent = ' '.repeat(widths.reduce((sum, width) => sum + width + GAP, 0));
  return wrapped(row[widths.length] ?? '', left).map((line, index) =>
    ((index === 0 ? first : indent) + decorate(line)).trimEnd(),
  );
}

/** Padded after it was decorated: a style has no width. */
function decorated(cell: string, width: number, decorate: Decorate): string {
  return decorate(cell) + ' '.repeat(width - stringWidth(cell) + GAP);
}

/** A row with a cell a line, each with the name of its column. What is empty is left out. */
function inLines(stream: Output, head: readonly string[] | undefined, [first = '', ...others]: readonly string[]) {
  const width = widthOf(stream) - 2 * GAP;
  const named = others.flatMap((cell, index) => {
    if (cell === '') return [];
    const name = head?.[index + 1]?.trim();
    const lines = wrapped(name === undefined ? cell : `${name}: ${cell}`, width);
    return lines.map((line, number) => ' '.repeat(number === 0 ? GAP : 2 * GAP) + line);
  });
  return [...wrapped(first, widthOf(stream)).map((line) => style(stream, 'bold', line)), ...named];
}

function wrapped(text: string, width: number): string[] {
  return (width === Number.POSITIVE_INFINITY ? text : wrapAnsi(text, Math.max(width, 1), { hard: true })).split('\n');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - stringWidth(text));
}

function isHeading(row: Row): row is { readonly heading: string } {
  return 'heading' in row;
}

const statusStyles: ReadonlyMap<string, Style> = new Map([
  ['Approved', 'green'],
  ['Denied', 'red'],
  ['InReview', 'yellow'],
]);

/** A vetting status in its colour; any other text as it is. */
export function styleStatus(stream: Output, cell: string): string {
  const format = statusStyles.get(cell);
  return format === undefined ? cell : style(stream, format, cell);
}
