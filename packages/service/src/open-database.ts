import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, withoutPassword } from './config.js';
import type { DatabaseAddress, Store } from './domain/store.js';
import { openStore } from './store/open-store.js';

/** Opens the configured database. Throws a ConfigError that names it, without its password, when it cannot be opened. */
export async function openDatabase(database: DatabaseAddress, onIdleError: (error: Error) => void): Promise<Store> {
  try {
    if (database.kind === 'sqlite') await prepareFile(database.file);
    return await openStore(database, onIdleError);
  } catch (error) {
    const address =
      database.kind === 'postgres'
        ? withoutPassword(database.url)
        : `sqlite:${'file' in database ? database.file : ''}`;
    throw new ConfigError(`database: ${address} cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}

/** SQLite would make a file that everybody can read. */
async function prepareFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await (await open(file, 'a', 0o600)).close();
}

/** The innermost message: drivers wrap what happened. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return reasonOf(error.cause);
  return error instanceof Error ? error.message : String(error);
}
