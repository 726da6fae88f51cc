import { createHmac, randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WrongUse } from '../../errors.js';
import { type Begun, type Ended, type Header, type Outcome, readEntries } from './journal-entries.js';
import { keyOf, type RequestRow } from './rows.js';

/** What is known of a request from this run and earlier ones. */
export interface KnownRequest {
  /** The `MS-RequestId` under which it was sent, or was about to be. */
  readonly requestId: string;
  /** When that was. */
  readonly begun: Date;
  /** Counts the times that it was sent as a new request. */
  readonly attempt: number;
  /** Absent where it is not known what came of it. */
  readonly outcome?: Outcome;
}

/** Only its owner may read it: who asks what for whom is nobody else's business. */
const MODE = 0o600;

/**
 * What has become of each request of a file, so that none is made twice. A request is on record, on the disk, before it
 * is sent; where the process ends before the answer is, the next one repeats it under the same `MS-RequestId`, by which
 * the service tells that it is the same request. Request ids come from the journal's own id and the row's content: even
 * two runs at once send the same.
 */
export class Journal {
  readonly #id: string;
  readonly #known = new Map<string, KnownRequest>();
  /** The content that was asked for last, by customer and qualification. */
  readonly #latest = new Map<string, string>();
  #handle: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(id: string, entries: readonly (Begun | Ended)[]) {
    this.#id = id;
    for (const entry of entries) this.#remember(entry);
  }

  /** What the file says, which may not be there yet. Throws WrongUse for one that is another service's, or damaged. */
  static async read(file: string, service: string): Promise<Journal> {
    const { header, entries } = readEntries(file, await contentOf(file));
    refuseOther(file, service, header);
    return new Journal(header?.id ?? randomUUID(), entries);
  }

  /** The same, to go on with it: the file is made where it is not there. */
  static async open(file: string, service: string): Promise<Journal> {
    const text = await contentOf(file);
    const { header, length } = readEntries(file, text);
    refuseOther(file, service, header);
    const handle = await openForAppending(file);
    try {
      // A last line without its end was being written when a process ended; what it was about had not begun.
      if (Buffer.byteLength(text) > length) await handle.truncate(length);
      if (header === undefined) {
        await handle.appendFile(lineOf({ vetted: 'import', version: 1, id: randomUUID(), service }));
        await handle.sync();
        await syncFolder(dirname(file));
      }
      // Read again: where two runs begin a journal at once, both go by its first line.
      const journal = await Journal.read(file, service);
      journal.#handle = handle;
      return journal;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** What is known of a row with exactly this content. */
  find(row: RequestRow): KnownRequest | undefined {
    return this.#known.get(this.#fingerprint(row));
  }

  /** What is known of an earlier content of the row: the same qualification for the same customer. */
  findChanged(row: RequestRow): KnownRequest | undefined {
    const latest = this.#latest.get(keyOf(row.customerId, row.request.qualification));
    return latest === undefined || latest === this.#fingerprint(row) ? undefined : this.#known.get(latest);
  }

  /** Puts on record that a row is about to be sent, and answers under which request id. */
  async begin(row: RequestRow): Promise<string> {
    const fingerprint = this.#fingerprint(row);
    const attempt = (this.#known.get(fingerprint)?.attempt ?? 0) + 1;
    const entry: Begun = {
      row: fingerprint,
      customerId: row.customerId,
      qualification: row.request.qualification,
      requestId: guidOf(this.#digest(`request ${fingerprint} ${attempt}`)),
      attempt,
      begun: new Date().toISOString(),
    };
    await this.#append(entry);
    this.#remember(entry);
    return entry.requestId;
  }

  /** Puts on record what came of it. */
  async end(row: RequestRow, outcome: Outcome): Promise<void> {
    const entry: Ended = { row: this.#fingerprint(row), ...outcome };
    await this.#append(entry);
    this.#remember(entry);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  #remember(entry: Begun | Ended): void {
    if ('begun' in entry) {
      const { row, requestId, attempt, begun } = entry;
      this.#known.set(row, { requestId, attempt, begun: new Date(begun) });
      this.#latest.set(keyOf(entry.customerId, entry.qualification), row);
    } else {
      const { row, ...outcome } = entry;
      const known = this.#known.get(row);
      if (known) this.#known.set(row, { ...known, outcome });
    }
  }

  /** One line after the other, each on the disk before the next: after one that fails, none is written any more. */
  #append(entry: Begun | Ended): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      await this.#handle?.appendFile(lineOf(entry));
      await this.#handle?.datasync();
    });
    return this.#writing;
  }

  #fingerprint({ customerId, request }: RequestRow): string {
    const { qualification, educationSegment, website, validationCode } = request;
    const content = JSON.stringify([customerId, qualification, educationSegment, website, validationCode]);
    return this.#digest(`row ${content}`).toString('base64url');
  }

  /** Keyed, so that fingerprints of different journals have nothing in common. */
  #digest(text: string): Buffer {
    return createHmac('sha256', this.#id).update(text).digest();
  }
}

function lineOf(entry: Header | Begun | Ended): string {
  return `${JSON.stringify(entry)}\n`;
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw new WrongUse(`${file} cannot be read (${codeOf(error)}).`);
  }
}

async function openForAppending(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a', MODE);
  } catch (error) {
    throw new WrongUse(`${file} cannot be written (${codeOf(error)}). Name another with --journal.`);
  }
}

function refuseOther(file: string, service: string, header: Header | undefined): void {
  if (header === undefined || header.service === service) return;
  throw new WrongUse(
    `${file} is about requests to ${header.service}, not to ${service}. Name another journal with --journal.`,
  );
}

/** So that the file itself is still there after a power failure. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A GUID (RFC 9562, version 8) of a digest. */
function guidOf(digest: Buffer): string {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
