import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError, parseDatabase, type ServiceOptions, withoutPassword } from './config.js';
import type { DatabaseAddress } from './domain/store.js';
import { keyFileBeside } from './encryption-keys.js';
import { reasonOf, refuseMissing } from './open-database.js';

/** What is copied, and where to. */
export interface BackupOptions extends Pick<ServiceOptions, 'database' | 'home'> {
  /** The file that is written, readable by its owner only. */
  file: string;
  /** Replaces a file that is there. Default false. */
  overwrite?: boolean;
  /** Told how much has been copied, from 0 to 1. */
  onProgress?: (share: number) => void;
  /** Ends the work; nothing is left of it. */
  abortSignal?: AbortSignal;
}

/** What was copied. */
export interface Backup {
  /** The database's address. */
  readonly database: string;
  readonly file: string;
  readonly bytes: number;
  /** The file with the key to its secrets, where there is one beside the database. It is not copied. */
  readonly keyFile?: string;
}

/**
 * Copies a SQLite database while its service goes on. The copy holds every write that was answered before; it takes its
 * name when it is whole, checked and on the disk. PostgreSQL has tools of its own.
 * @throws ConfigError where there is no such database, it is none of SQLite, or the file is there or cannot be written
 */
export async function backUpDatabase(options: BackupOptions): Promise<Backup> {
  const source = fileOf(parseDatabase(options.database, options.home));
  await refuseMissing({ kind: 'sqlite', file: source });
  const { file, overwrite = false } = options;
  const target = resolve(file);
  await refuseDatabase(source, target, file);
  if (!overwrite) await refuseExisting(file);
  const partial = `${target}.${process.pid}.partial`;
  try {
    await createPrivate(partial, file);
    const bytes = await copy(source, partial, options);
    await flush(partial);
    if (!overwrite) await refuseExisting(file);
    await rename(partial, target);
    await flush(dirname(target));
    return { database: `sqlite:${source}`, file, bytes, ...(await keyFileOf(source)) };
  } finally {
    for (const rest of [partial, `${partial}-journal`]) await rm(rest, { force: true });
  }
}

async function keyFileOf(source: string): Promise<Pick<Backup, 'keyFile'>> {
  const keyFile = keyFileBeside(source);
  return (await stat(keyFile).catch(() => undefined)) ? { keyFile } : {};
}

function fileOf(database: DatabaseAddress): string {
  if (database.kind === 'sqlite') return database.file;
  if (database.kind === 'memory') {
    throw new ConfigError('database: sqlite::memory: is gone with its process and cannot be backed up.');
  }
  throw new ConfigError(
    `database: ${withoutPassword(database.url)} is PostgreSQL's, and so is the tool for it: pg_dump --format=custom ` +
      'copies it while the service goes on.',
  );
}

async function copy(source: string, partial: string, { onProgress, abortSignal }: BackupOptions): Promise<number> {
  const { copySqlite } = await import('./store/sqlite-backup.js');
  try {
    return await copySqlite(source, partial, (share) => {
      abortSignal?.throwIfAborted();
      onProgress?.(share);
    });
  } catch (error) {
    if (abortSignal?.aborted) throw error;
    throw new ConfigError(`database: sqlite:${source} cannot be backed up: ${reasonOf(error)}`, { cause: error });
  }
}

/** The files of a database. Its key may be the only one there is. */
const suffixes = ['', '-wal', '-shm', '-journal', '.key'];

/** Through whatever links both are named: the copy would take the place of what the service has open. */
async function refuseDatabase(source: string, target: string, file: string): Promise<void> {
  const names = [resolve(source), await realpath(source)];
  const places = [target, await realpath(target).catch(() => inRealFolder(target))];
  const isOwn = places.some((place) => names.some((name) => suffixes.some((suffix) => place === name + suffix)));
  if (isOwn) throw new ConfigError(`file: ${file} is the database itself, or belongs to it. Name another file.`);
}

/** A file that is not there yet. Where its folder is not either, making the file says so. */
async function inRealFolder(target: string): Promise<string> {
  const folder = dirname(target);
  return join(await realpath(folder).catch(() => folder), basename(target));
}

async function refuseExisting(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found) throw new ConfigError(`file: ${file} is there already.`);
}

/** SQLite would make a file that everybody can read. */
async function createPrivate(partial: string, file: string): Promise<void> {
  try {
    await (await open(partial, 'wx', 0o600)).close();
  } catch (error) {
    throw new ConfigError(`file: ${file} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

/** Waits until it is on the disk: a folder too, which holds the file's name. */
async function flush(path: string): Promise<void> {
  // Windows opens no folders, and writes names down by itself.
  if (process.platform === 'win32' && (await stat(path)).isDirectory()) return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
