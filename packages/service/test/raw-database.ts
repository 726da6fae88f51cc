import type { Kysely } from 'kysely';
import { parseDatabase } from '../src/config.js';
import type { OpenDatabase } from '../src/store/dialect.js';
import { openPostgres } from '../src/store/postgres.js';
import { openSqlite } from '../src/store/sqlite.js';
import type { Tables } from '../src/store/tables.js';

/** Works on a service's database without its store. */
export async function onDatabase<T>(address: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const { db, close } = openRaw(address);
  try {
    return await work(db);
  } finally {
    await close();
  }
}

/** Keeps a service from writing anything of a partner's until it is let. Reads go on. */
export async function lockPartner(address: string, partnerId: string): Promise<() => Promise<void>> {
  const { db, dialect, close } = openRaw(address);
  // On SQLite it takes the one lock that there is.
  const transaction = await db.startTransaction().execute();
  if (dialect === 'postgres') {
    await transaction.selectFrom('partner').select('name').where('tenant_id', '=', partnerId).forUpdate().execute();
  }
  return async () => {
    await transaction.rollback().execute();
    await close();
  };
}

function openRaw(address: string): OpenDatabase {
  const config = parseDatabase(address, undefined);
  if (config.kind === 'postgres') return openPostgres(config.url, () => {});
  return openSqlite(config.kind === 'sqlite' ? config.file : undefined);
}
