import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { WrongUse } from '../../errors.js';
import type { Io, Output } from '../../io.js';
import { jsonOf, printable, style } from '../../output.js';
import type { RowResult } from './requests.js';

export const resultFormats = ['text', 'csv', 'ndjson'] as const;
export type ResultFormat = (typeof resultFormats)[number];

/** Where the results go, a line each. */
export interface Results {
  write(result: RowResult): Promise<void>;
  close(): Promise<void>;
}

const columns = ['line', 'customerId', 'qualification', 'result', 'vettingStatus', 'detail'] as const;

/** Opens a file for them, or stdout. A file is CSV unless another format is asked for. */
export async function openResults(
  io: Io,
  file: string | undefined,
  format: ResultFormat | undefined,
): Promise<Results> {
  const { begin, line } = await formatterOf(format ?? (file === undefined ? 'text' : 'csv'), io.stdout);
  const handle = file === undefined ? undefined : await openFile(file);
  const write = async (text: string) => {
    if (handle) await handle.appendFile(text);
    else if (!io.stdout.write(text)) await once(io.stdout, 'drain');
  };
  await write(begin);
  return { write: (result) => write(line(result)), close: async () => handle?.close() };
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'w');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new WrongUse(`--output: ${file} cannot be written (${code}).`);
  }
}

async function formatterOf(format: ResultFormat, stdout: Output) {
  switch (format) {
    case 'text':
      return { begin: '', line: (result: RowResult) => textOf(result, stdout) };
    case 'ndjson':
      return { begin: '', line: (result: RowResult) => `${jsonOf(recordOf(result))}\n` };
    case 'csv': {
      const { stringify } = await import('csv-stringify/sync');
      const line = (result: RowResult) =>
        stringify([recordOf(result)], { columns: [...columns], escape_formulas: true });
      return { begin: `${columns.join(',')}\n`, line };
    }
  }
}

function recordOf({ row, ...rest }: RowResult) {
  return { line: row.line, customerId: row.customerId, qualification: row.request.qualification, ...rest };
}

const styles = { ready: 'green', requested: 'green', blocked: 'red', refused: 'red', failed: 'red' } as const;

/** The detail stands below, where there is room for a sentence. */
function textOf({ row, result, vettingStatus, detail }: RowResult, stdout: Output): string {
  const status = vettingStatus === undefined ? '' : ` (${printable(vettingStatus)})`;
  const outcome = style(stdout, styles[result], result) + status;
  const line = `line ${row.line}  ${row.customerId}  ${row.request.qualification}  ${outcome}\n`;
  return detail === undefined ? line : `${line}    ${printable(detail)}\n`;
}
