import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { ConfigError } from '../config.js';

/** Readable by its owner only. */
const PRIVATE = 0o600;

/** Makes the data folder, for its owner only; one that is there keeps its mode. */
export async function ensureFolder(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigError(`home: ${home} cannot be made or is no folder.`, { cause: error });
  }
}

/** The text of a file, or undefined where there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return undefined;
    throw new ConfigError(`home: ${file} cannot be read.`, { cause: error });
  }
}

/** Writes a file so that a reader sees the old text or the new one, never a part. */
export async function replaceFile(file: string, text: string, mode = PRIVATE): Promise<void> {
  await throughTemporaryFile(file, text, mode, (temporary) => rename(temporary, file));
}

/**
 * Writes a file unless it is there, so that of two processes that start together one wins and both use its text.
 * A link is what can neither overwrite nor be seen half written; where the file system has none, the later one wins.
 */
export async function createFile(file: string, text: string): Promise<void> {
  await throughTemporaryFile(file, text, PRIVATE, async (temporary) => {
    try {
      await link(temporary, file);
    } catch (error) {
      if (!isErrorCode(error, 'EEXIST')) await rename(temporary, file);
    }
  });
}

async function throughTemporaryFile(
  file: string,
  text: string,
  mode: number,
  finish: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await finish(temporary);
  } catch (error) {
    throw new ConfigError(`home: ${file} cannot be written.`, { cause: error });
  } finally {
    await rm(temporary, { force: true });
  }
}

function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
