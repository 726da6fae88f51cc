import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { isDeepStrictEqual } from 'node:util';
import { Failure, WrongUse } from '../../errors.js';
import type { Output } from '../../io.js';
import { printable } from '../../output.js';
import { quoted } from '../../quoted.js';
import { claim, type Release } from './claim.js';

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
  /** Whether the same command goes on after a stop. */
  readonly isRecorded: boolean;
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

/** A stream, as fast as its reader takes it. A terminal is not steered by a company's name. */
export function toStream(stream: Output): Destination {
  const write = async (text: string) => {
    if (!stream.write(stream.isTTY === true ? printable(text) : text)) await once(stream, 'drain');
  };
  return unrecorded(write, async () => {});
}

/** What has a path and is no regular file, such as /dev/null or a named pipe. */
function toDevice(handle: FileHandle): Destination {
  const isTerminal = isatty(handle.fd);
  return unrecorded(
    (text) => handle.appendFile(isTerminal ? printable(text) : text),
    () => handle.close(),
  );
}

/** There is no going on: what was written cannot be cut back. */
function unrecorded(write: (text: string) => Promise<void>, close: () => Promise<void>): Destination {
  let place = nowhere;
  return {
    isRecorded: false,
    isResumed: false,
    get place() {
      return place;
    },
    async write(text, reached) {
      place = reached;
      await write(text);
    },
    async finish(end) {
      await write(end);
      await close();
    },
    stop: close,
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
 * is cut back to the length on record. Throws WrongUse where the record is another export's or the file is not what it
 * was, and a Failure where another export to it is under way.
 */
export async function toFile(file: string, settings: ProgressRecord['export'], restart: boolean): Promise<Destination> {
  const earlier = restart ? undefined : await readRecord(file);
  if (earlier && !isDeepStrictEqual(earlier.export, settings)) throw new WrongUse(othersExport(file, earlier.export));
  // A run that came to no customer has nothing to go on from.
  const resumed = earlier?.place.continueFrom === undefined ? undefined : earlier;
  const handle = await openOutput(file, resumed !== undefined);
  const status = await handle.stat();
  if (!status.isFile()) return toDevice(handle);
  const release = await claim(handle);
  try {
    if (!release) throw new Failure(`Another export to ${file} is under way. Let it end first, or name another file.`);
    if (resumed && status.size < resumed.length) {
      throw new WrongUse(`${file} is shorter than it was when its export stopped. Begin anew with --restart.`);
    }
    const destination = new FileDestination(file, settings, handle, release, resumed);
    await destination.begin();
    return destination;
  } catch (error) {
    release?.();
    await handle.close();
    throw error;
  }
}

class FileDestination implements Destination {
  readonly isRecorded = true;
  readonly isResumed: boolean;
  readonly #file: string;
  readonly #settings: ProgressRecord['export'];
  readonly #handle: FileHandle;
  readonly #release: Release;
  #length: number;
  #place: Place;
  #buffered = '';
  #recordedAt = Date.now();
  #failed = false;

  constructor(
    file: string,
    settings: ProgressRecord['export'],
    handle: FileHandle,
    release: Release,
    from: ProgressRecord | undefined,
  ) {
    this.isResumed = from !== undefined;
    this.#file = file;
    this.#settings = settings;
    this.#handle = handle;
    this.#release = release;
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
    this.#release();
  }

  async stop(): Promise<void> {
    try {
      // After a write that failed, the record that is there is the one that is true.
      if (!this.#failed) await this.#flushAndRecord();
    } finally {
      await this.#handle.close();
      this.#release();
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

/** One that is gone on with has to be there. */
async function openOutput(file: string, isResumed: boolean): Promise<FileHandle> {
  try {
    return await open(file, isResumed ? constants.O_WRONLY | constants.O_APPEND : 'a');
  } catch (error) {
    if (isResumed && codeOf(error) === 'ENOENT') {
      throw new WrongUse(`${file} is gone, and its export stopped before the end. Begin anew with --restart.`);
    }
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

/** The options as they are typed. They come from a file, which anybody may have written. */
function othersExport(file: string, { service, ...options }: ProgressRecord['export']): string {
  const typed = Object.entries(options).flatMap(([name, values]) =>
    [values].flat().map((value) => `--${name} ${quoted(String(value))}`),
  );
  const begun = printable(`${typed.join(' ')}, at ${service}`);
  return `${file} was begun with other options: ${begun}. Give the same ones to go on, or begin anew with --restart.`;
}

/** Puts a file in the place of another, whole or not at all. Another run may be at the same. */
async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(fresh, 'wx');
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
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
