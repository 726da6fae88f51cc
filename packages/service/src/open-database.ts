import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, withoutPassword } from './config.js';
import type { DatabaseAddress, Store } from './domain/store.js';
import type { KeySource } from './store/key-source.js';
import { openStore } from './store/open-store.js';

/** Opens the configured database. Throws a ConfigError that names it, without its password, when it cannot be opened. */
export async function openDatabase(
  database: DatabaseAddress,
  onIdleError: (error: Error) => void,
  keySource?: KeySource,
): Promise<Store> {
  try {
    if (database.kind === 'sqlite') await prepareFile(database.file);
    return await openStore(database, onIdleError, keySource);
  } catch (error) {
    const address =
      database.kind === 'postgres'
        ? withoutPassword(database.url)
        : `sqlite:${'file' in database ? database.file : ''}`;
    throw new ConfigError(`database: ${address} cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * SQLite makes what is not there; PostgreSQL refuses by itself.
 * @throws ConfigError where there is no such database
 */
export async function refuseMissing(database: DatabaseAddress): Promise<void> {
  if (database.kind === 'postgres') return;
  const size = database.kind === 'memory' ? 0 : (await stat(database.file).catch(() => ({ size: 0 }))).size;
  if (size > 0) return;
  const address = database.kind === 'memory' ? 'sqlite::memory:' : `sqlite:${database.file}`;
  throw new ConfigError(`database: ${address} cannot be opened: there is no such database`);
}

/** SQLite would make a file that everybody can read. */
async function prepareFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await (await open(file, 'a', 0o600)).close();
}

/** The innermost message: drivers wrap what happened. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return reasonOf(error.cause);
  return error instanceof Error ? error.message : String(error);
}
