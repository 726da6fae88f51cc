import type { Kysely } from 'kysely';
import { parseDatabase } from '../src/config.js';
import { openPostgres } from '../src/store/postgres.js';
import { openSqlite } from '../src/store/sqlite.js';
import type { Tables } from '../src/store/tables.js';

/** Works on a service's database without its store. */
export async function onDatabase<T>(address: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const config = parseDatabase(address, undefined);
  const { db, close } =
    config.kind === 'postgres'
      ? openPostgres(config.url, () => {})
      : openSqlite(config.kind === 'sqlite' ? config.file : undefined);
  try {
    return await work(db);
  } finally {
    await close();
  }
}
