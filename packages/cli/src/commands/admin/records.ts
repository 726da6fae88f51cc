import { extname } from 'node:path';
import type { ImportLine } from '@vetted/service';
import { linesOf, openText, readRows } from '../../csv.js';
import { WrongUse } from '../../errors.js';

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
  return read(await openText(file));
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

/** A header row that names the columns, then a record a row; blank lines are skipped, empty cells absent members. */
export async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<ImportLine> {
  for await (const row of readRows(text, { names: customerColumns })) {
    yield 'problem' in row ? row : { line: row.line, record: Object.fromEntries([...row.cells].map(withBoolean)) };
  }
}

/** A cell is text; the one column that is not is read here, and the schema refuses what is neither true nor false. */
function withBoolean([name, cell]: [string, string]): [string, string | boolean] {
  return name === 'relationshipEnded' && /^(true|false)$/i.test(cell) ? [name, /^true$/i.test(cell)] : [name, cell];
}

const readers: Readonly<Record<string, (text: AsyncIterable<string>) => AsyncIterable<ImportLine>>> = {
  '.csv': readCsv,
  '.ndjson': readNdjson,
  '.jsonl': readNdjson,
};
