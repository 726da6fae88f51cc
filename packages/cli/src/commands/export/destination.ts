import { once } from 'node:events';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { Failure, WrongUse } from '../../errors.js';
import type { Output } from '../../io.js';

/** How far an export is: what has to be known to go on. */
export interface Place {
  /** Goes on in the listing right after the last customer; absent before the first. */
  readonly continueFrom?: string;
  /** How many customers were asked about, and how many of them failed. */
  readonly customers: number;
  readonly failed: number;
  /** How many are in the output: a filter leaves some out. */
  readonly written: number;
}

/** Where an export is written to. */
export interface Destination {
  /** Whether it goes on where an earlier run stopped. */
  readonly isResumed: boolean;
  /** How far it is. */
  readonly place: Place;
  /** Writes the text of what lies between the last place and this one. */
  write(text: string, place: Place): Promise<void>;
  /** The export is complete. */
  finish(end: string): Promise<void>;
  /** The export stops before its end. */
  stop(): Promise<void>;
}

/** Before the first customer. */
const nowhere: Place = { customers: 0, failed: 0, written: 0 };

/** A stream, as fast as its reader takes it. There is no going on. */
export function toStream(stream: Output): Destination {
  let place = nowhere;
  const write = async (text: string) => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
  return {
    isResumed: false,
    get place() {
      return place;
    },
    async write(text, reached) {
      place = reached;
      await write(text);
    },
    finish: write,
    stop: async () => {},
  };
}

/** What is written down at most once in this time: customers that are asked for again after a crash cost little. */
const RECORD_INTERVAL_IN_MS = 1_000;
const BUFFER_LENGTH = 65_536;

interface ProgressRecord {
  readonly version: 1;
  /** What makes the file what it is: only the same export may go on with it. */
  readonly export: Readonly<Record<string, unknown>>;
  /** How long the file was, in bytes. */
  readonly length: number;
  readonly place: Place;
}

/** Where it is recorded how far the export to a file is. */
export function progressFileOf(file: string): string {
  return `${file}.vetted-progress`;
}

/**
 * A file, and beside it the record of how far it is, so that a run that was stopped, or killed, is gone on with: the file
 * is cut back to the length on record. Throws WrongUse where the record is another export's.
 */
export async function toFile(file: string, settings: ProgressRecord['export'], restart: boolean): Promise<Destination> {
  const earlier = restart ? undefined : await readRecord(file);
  if (earlier && !isDeepStrictEqual(earlier.export, settings)) throw new WrongUse(othersExport(file, earlier.export));
  // A run that came to no customer has nothing to go on from.
  const resumed = earlier?.place.continueFrom === undefined ? undefined : earlier;
  const handle = await openOutput(file);
  if (resumed && (await handle.stat()).size < resumed.length) {
    await handle.close();
    throw new WrongUse(`${file} is shorter than it was when its export stopped. Begin anew with --restart.`);
  }
  const destination = new FileDestination(file, settings, handle, resumed);
  // On record before the file is cut: one that was complete must not look so while it is written anew.
  await destination.record();
  await handle.truncate(resumed?.length ?? 0);
  return destination;
}

class FileDestination implements Destination {
  readonly isResumed: boolean;
  readonly #file: string;
  readonly #settings: ProgressRecord['export'];
  readonly #handle: FileHandle;
  #length: number;
  #place: Place;
  #buffered = '';
  #recordedAt = Date.now();
  #failed = false;

  constructor(file: string, settings: ProgressRecord['export'], handle: FileHandle, from: ProgressRecord | undefined) {
    this.isResumed = from !== undefined;
    this.#file = file;
    this.#settings = settings;
    this.#handle = handle;
    this.#length = from?.length ?? 0;
    this.#place = from?.place ?? nowhere;
  }

  get place(): Place {
    return this.#place;
  }

  async write(text: string, place: Place): Promise<void> {
    this.#buffered += text;
    this.#place = place;
    if (this.#buffered.length >= BUFFER_LENGTH) await this.#flush();
    if (Date.now() - this.#recordedAt >= RECORD_INTERVAL_IN_MS) await this.record();
  }

  /** Writes down how far the file is. */
  async record(): Promise<void> {
    await this.#flush();
    const content: ProgressRecord = {
      version: 1,
      export: this.#settings,
      length: this.#length,
      place: this.#place,
    };
    // What the record speaks of must be on the disk before the record is.
    await this.#handle.datasync();
    await replaceFile(progressFileOf(this.#file), `${JSON.stringify(content, undefined, 2)}\n`);
    this.#recordedAt = Date.now();
  }

  async finish(end: string): Promise<void> {
    this.#buffered += end;
    await this.#flush();
    await this.#handle.datasync();
    await this.#handle.close();
    await rm(progressFileOf(this.#file), { force: true });
  }

  async stop(): Promise<void> {
    try {
      // After a write that failed, the record that is there is the one that is true.
      if (!this.#failed) await this.record();
    } finally {
      await this.#handle.close();
    }
  }

  async #flush(): Promise<void> {
    if (this.#buffered === '') return;
    const bytes = Buffer.from(this.#buffered);
    this.#buffered = '';
    this.#failed = true;
    await this.#handle.appendFile(bytes);
    this.#failed = false;
    this.#length += bytes.length;
  }
}

async function openOutput(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a');
  } catch (error) {
    throw new WrongUse(`--output: ${file} cannot be written (${codeOf(error)}).`);
  }
}

async function readRecord(file: string): Promise<ProgressRecord | undefined> {
  const recordFile = progressFileOf(file);
  let text: string;
  try {
    text = await readFile(recordFile, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Failure(`${recordFile} cannot be read (${codeOf(error)}).`);
  }
  const record = parseJson(text);
  if (isRecord(record)) return record;
  throw new WrongUse(`${recordFile} is not the record of an export. Begin anew with --restart.`);
}

function isRecord(value: unknown): value is ProgressRecord {
  const { version, export: settings, length, place } = (value ?? {}) as Partial<ProgressRecord>;
  const { continueFrom, customers, failed, written } = (place ?? {}) as Partial<Place>;
  return (
    version === 1 &&
    typeof settings === 'object' &&
    settings !== null &&
    [length, customers, failed, written].every((count) => Number.isSafeInteger(count) && Number(count) >= 0) &&
    (continueFrom === undefined || typeof continueFrom === 'string')
  );
}

function othersExport(file: string, settings: ProgressRecord['export']): string {
  return (
    `${file} was begun with other options (${JSON.stringify(settings)}). ` +
    'Give the same ones to go on, or begin anew with --restart.'
  );
}

/** Puts a file in the place of another, whole or not at all. */
async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`;
  const handle = await open(fresh, 'w');
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
