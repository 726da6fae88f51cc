import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { ImportLine } from '@vetted/service';
import { Failure, WrongUse } from '../../errors.js';

/** The columns of a CSV file, and the members of a line of NDJSON. */
export const customerColumns = [
  'id',
  'companyName',
  'domain',
  'country',
  'email',
  'relationshipToPartner',
  'relationshipEnded',
] as const;

/**
 * Opens a file of records: NDJSON or CSV, by the end of its name. What cannot be read of it becomes a problem with its
 * line, not an error. Throws WrongUse where there is no such file.
 */
export async function openRecords(file: string): Promise<AsyncIterable<ImportLine>> {
  const read = readers[extname(file).toLowerCase()];
  if (read === undefined) throw new WrongUse(`${file} must be .csv, .ndjson or .jsonl.`);
  try {
    const handle = await open(file);
    return read(decode(handle.createReadStream(), file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new WrongUse(`${file} cannot be read${code === 'ENOENT' ? ': there is no such file' : ` (${code})`}.`);
  }
}

/** The text of a file, without its byte order mark. Another encoding than UTF-8 is refused, or names would be garbled. */
async function* decode(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const checked = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new Failure(`${file} is not in UTF-8. Save it with this encoding; nothing was changed.`);
    }
  };
  for await (const chunk of bytes) yield checked(chunk);
  yield checked();
}

/** One JSON object a line; blank lines are skipped. */
export async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<ImportLine> {
  let line = 0;
  for await (const content of linesOf(text)) {
    line += 1;
    if (content.trim() === '') continue;
    try {
      yield { line, record: JSON.parse(content) };
    } catch {
      yield { line, problem: 'is not JSON' };
    }
  }
}

/** Node's readline would also split at U+2028, which may stand in JSON. */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

/** A header row that names the columns, then a record a row; blank lines are skipped, empty cells absent members. */
export async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<ImportLine> {
  let header: readonly string[] | undefined;
  for await (const row of rowsOf(text)) {
    if ('problem' in row) return yield row;
    const { line, cells } = row;
    if (header === undefined) {
      header = cells.map((cell) => cell.trim());
      const problem = problemOfHeader(header);
      if (problem !== undefined) return yield { line, problem };
    } else if (cells.length !== header.length) {
      yield { line, problem: `has ${cells.length} cells where the header has ${header.length}` };
    } else {
      const named = header.map((name, column): [string, string] => [name, (cells[column] ?? '').trim()]);
      yield { line, record: Object.fromEntries(named.filter(([, cell]) => cell !== '').map(withBoolean)) };
    }
  }
}

/** A cell is text; the one column that is not is read here, and the schema refuses what is neither true nor false. */
function withBoolean([name, cell]: [string, string]): [string, string | boolean] {
  return name === 'relationshipEnded' && /^(true|false)$/i.test(cell) ? [name, /^true$/i.test(cell)] : [name, cell];
}

type CsvRow = { readonly line: number; readonly cells: readonly string[] } | { line: number; problem: string };

/** The rows of a CSV text, each with the line that it begins on. */
async function* rowsOf(text: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  const [{ parse }, { Readable }] = await Promise.all([import('csv-parse'), import('node:stream')]);
  const options = { info: true, raw: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' };
  const rows: AsyncIterable<ParsedRow> = Readable.from(withLineFeeds(text)).compose(parse(options));
  try {
    for await (const { record, raw, info } of rows) {
      yield { line: info.lines - countBreaks(raw.trim()), cells: record };
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'lines' in error)) throw error;
    // The parser notices a mark that is never closed at the end of the text.
    const fault = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'above is never closed' : 'stands where none may';
    yield { line: Number(error.lines), problem: `is not CSV: a quotation mark ${fault}` };
  }
}

/** The parser counts CRLF within quotation marks as two lines. */
async function* withLineFeeds(text: AsyncIterable<string>): AsyncGenerator<string> {
  let begun = false;
  for await (const line of linesOf(text)) {
    yield `${begun ? '\n' : ''}${line.replace(/\r$/, '')}`;
    begun = true;
  }
}

interface ParsedRow {
  readonly record: string[];
  readonly raw: string;
  /** `lines` is the line that the row ends on. */
  readonly info: { readonly lines: number };
}

function countBreaks(text: string): number {
  return text.split('\n').length - 1;
}

function problemOfHeader(header: readonly string[]): string | undefined {
  const unknown = header.find((name) => !customerColumns.some((column) => column === name));
  if (unknown !== undefined) return `column "${unknown}" is none of ${customerColumns.join(', ')}`;
  const repeated = header.find((name, column) => header.indexOf(name) !== column);
  return repeated === undefined ? undefined : `column "${repeated}" stands twice`;
}

const readers: Readonly<Record<string, (text: AsyncIterable<string>) => AsyncIterable<ImportLine>>> = {
  '.csv': readCsv,
  '.ndjson': readNdjson,
  '.jsonl': readNdjson,
};
