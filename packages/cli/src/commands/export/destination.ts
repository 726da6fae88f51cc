import { once } from 'node:events';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { Failure, WrongUse } from '../../errors.js';
import type { Output } from '../../io.js';
import { printable } from '../../output.js';

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

/** A stream, as fast as its reader takes it. There is no going on. A terminal is not steered by a company's name. */
export function toStream(stream: Output): Destination {
  let place = nowhere;
  const write = async (text: string) => {
    if (!stream.write(stream.isTTY === true ? printable(text) : text)) await once(stream, 'drain');
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
  await destination.begin();
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

  /** Cuts the file to where it begins. On record before: one that was complete must not look so while written anew. */
  async begin(): Promise<void> {
    await this.#record();
    await this.#handle.truncate(this.#length);
  }

  async write(text: string, place: Place): Promise<void> {
    this.#buffered += text;
    this.#place = place;
    if (this.#buffered.length >= BUFFER_LENGTH) await this.#flush();
    if (Date.now() - this.#recordedAt >= RECORD_INTERVAL_IN_MS) await this.#flushAndRecord();
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
      if (!this.#failed) await this.#flushAndRecord();
    } finally {
      await this.#handle.close();
    }
  }

  /** What the record speaks of is on the disk before the record is. */
  async #flushAndRecord(): Promise<void> {
    await this.#flush();
    await this.#handle.datasync();
    await this.#record();
  }

  async #record(): Promise<void> {
    const content: ProgressRecord = {
      version: 1,
      export: this.#settings,
      length: this.#length,
      place: this.#place,
    };
    await replaceFile(progressFileOf(this.#file), `${JSON.stringify(content, undefined, 2)}\n`);
    this.#recordedAt = Date.now();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#buffered);
    this.#buffered = '';
    this.#failed = true;
    // Two runs at once would each append their customers to the other's.
    if ((await this.#handle.stat()).size !== this.#length) throw new Failure(changedMeanwhile(this.#file));
    await this.#handle.appendFile(bytes);
    this.#failed = false;
    this.#length += bytes.length;
  }
}

function changedMeanwhile(file: string): string {
  return `${file} was changed by somebody else while it was written. Is another export to it under way?`;
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
