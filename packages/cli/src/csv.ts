import { type FileHandle, open } from 'node:fs/promises';
import { WrongUse } from './errors.js';

/** A row of a CSV text: its cells that are not empty, by the names of their columns. Or what is wrong with it. */
export type CsvRow =
  | { readonly line: number; readonly cells: ReadonlyMap<string, string> }
  | { readonly line: number; readonly problem: string };

/** What a CSV text may hold. */
export interface CsvColumns {
  readonly names: readonly string[];
  /** The header may spell them in any case. */
  readonly ignoreCase?: boolean;
}

/** Opens a text file in UTF-8, with or without a byte order mark. Throws WrongUse where there is none to read. */
export async function openText(file: string): Promise<AsyncIterable<string>> {
  const handle = await openFile(file);
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw isFolder(file);
  }
  return decode(handle.createReadStream(), file);
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Windows opens no folder at all.
    if (code === 'EISDIR') throw isFolder(file);
    throw new WrongUse(`${file} cannot be read${code === 'ENOENT' ? ': there is no such file' : ` (${code})`}.`);
  }
}

function isFolder(file: string): WrongUse {
  return new WrongUse(`${file} is a folder. Name a file in it.`);
}

/** The text of a file, without its byte order mark. Another encoding than UTF-8 is refused, or names would be garbled. */
async function* decode(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const checked = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new WrongUse(`${file} is not in UTF-8. Save it with this encoding; nothing was changed.`);
    }
  };
  for await (const chunk of bytes) yield checked(chunk);
  yield checked();
}

/** Node's readline would also split at U+2028, which may stand in JSON. */
export async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

/**
 * A header row that names the columns, then a row a record; blank lines are skipped. Between the cells are commas,
 * semicolons or tabs, as in the header. Nothing follows a header that is
 * wrong, and nothing what is no CSV.
 */
export async function* readRows(text: AsyncIterable<string>, columns: CsvColumns): AsyncGenerator<CsvRow> {
  let header: readonly string[] | undefined;
  for await (const row of rowsOf(text)) {
    if ('problem' in row) return yield row;
    const { line, cells } = row;
    if (header === undefined) {
      header = cells.map((cell) => columnNamed(cell.trim(), columns));
      const problem = problemOfHeader(header, columns.names);
      if (problem !== undefined) return yield { line, problem };
    } else if (cells.length !== header.length) {
      yield { line, problem: `has ${cells.length} cells where the header has ${header.length}` };
    } else {
      const named = header.map((name, column): [string, string] => [name, (cells[column] ?? '').trim()]);
      yield { line, cells: new Map(named.filter(([, cell]) => cell !== '')) };
    }
  }
}

function columnNamed(name: string, { names, ignoreCase }: CsvColumns): string {
  const known = ignoreCase ? names.find((column) => column.toLowerCase() === name.toLowerCase()) : undefined;
  return known ?? name;
}

function problemOfHeader(header: readonly string[], names: readonly string[]): string | undefined {
  const unknown = header.find((name) => !names.includes(name));
  if (unknown !== undefined) return `column "${unknown}" is none of ${names.join(', ')}`;
  const repeated = header.find((name, column) => header.indexOf(name) !== column);
  return repeated === undefined ? undefined : `column "${repeated}" stands twice`;
}

type RawRow = { readonly line: number; readonly cells: readonly string[] } | { line: number; problem: string };

/** The rows of a CSV text, each with the line that it begins on. */
async function* rowsOf(text: AsyncIterable<string>): AsyncGenerator<RawRow> {
  const [{ parse }, { Readable }] = await Promise.all([import('csv-parse'), import('node:stream')]);
  const { delimiter, lines } = await withDelimiter(withLineFeeds(text));
  const options = { info: true, raw: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' };
  const rows: AsyncIterable<ParsedRow> = Readable.from(lines).compose(parse({ ...options, delimiter }));
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

/** What stands between the cells: the header tells it, as no column's name has any of these in it. */
async function withDelimiter(
  lines: AsyncGenerator<string>,
): Promise<{ delimiter: string; lines: AsyncIterable<string> }> {
  const begin: string[] = [];
  let next = await lines.next();
  while (next.done !== true && next.value.trim() === '') {
    begin.push(next.value);
    next = await lines.next();
  }
  if (next.done !== true) begin.push(next.value);
  return { delimiter: /[,;\t]/.exec(next.value ?? '')?.[0] ?? ',', lines: allOf(begin, lines) };
}

async function* allOf(begin: readonly string[], rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield* begin;
  yield* rest;
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
