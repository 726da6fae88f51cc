import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { WrongUse } from './errors.js';
import type { Io } from './io.js';

/** A refresh token, and where its successors are kept. */
export interface RefreshTokenSource {
  /** The variable that it comes from. */
  readonly name: 'VETTED_REFRESH_TOKEN' | 'VETTED_REFRESH_TOKEN_FILE';
  readonly refreshToken: string;
  /** Keeps a new one; absent where there is no place for it. */
  readonly keep?: (refreshToken: string) => Promise<void>;
}

/** The refresh token of the environment; undefined where it has none. Throws WrongUse where it cannot be read. */
export async function keptRefreshToken(env: Io['env']): Promise<RefreshTokenSource | undefined> {
  const { VETTED_REFRESH_TOKEN: refreshToken, VETTED_REFRESH_TOKEN_FILE: file } = env;
  if (refreshToken && file) {
    throw new WrongUse('VETTED_REFRESH_TOKEN and VETTED_REFRESH_TOKEN_FILE are both set: give one.');
  }
  if (refreshToken) return { name: 'VETTED_REFRESH_TOKEN', refreshToken };
  if (!file) return undefined;
  const kept = await read(file);
  if (kept === '') throw new WrongUse(`VETTED_REFRESH_TOKEN_FILE: ${file} is empty. Put the refresh token into it.`);
  return { name: 'VETTED_REFRESH_TOKEN_FILE', refreshToken: kept, keep: (newer) => replace(file, newer) };
}

async function read(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new WrongUse(`VETTED_REFRESH_TOKEN_FILE: ${file} cannot be read (${code}).`);
  }
}

/** Whoever reads the file meanwhile, or after a crash, finds the old token or the new one whole. */
async function replace(file: string, refreshToken: string): Promise<void> {
  // A link stays one: what it leads to is replaced.
  const target = await realpath(file);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${refreshToken}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
