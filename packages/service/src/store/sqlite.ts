import BetterSqlite3, { type Database } from 'better-sqlite3';
import { CompiledQuery, Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import type { AnswerCells, OpenDatabase } from './dialect.js';
import { isBusy, LOCK_RETRY_IN_MS, LOCK_TIMEOUT_IN_MS, SqliteDriver } from './sqlite-driver.js';
import { answerSql, SqliteReader } from './sqlite-reader.js';
import type { Tables } from './tables.js';

/** Migrations run in one transaction, so that a process that is killed in the middle leaves nothing half done. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class GroupingSqliteDialect extends SqliteDialect {
  readonly #database: Database;
  readonly #onCommit: () => void;

  constructor(database: Database, onCommit: () => void) {
    super({ database });
    this.#database = database;
    this.#onCommit = onCommit;
  }

  override createDriver() {
    return new SqliteDriver(this.#database, this.#onCommit);
  }

  override createAdapter() {
    return new TransactionalSqliteAdapter();
  }
}

/** Of several processes that open a new file at once, SQLite refuses some without any waiting, whatever its timeout. */
function useWriteAheadLog(database: Database): void {
  const deadline = performance.now() + LOCK_TIMEOUT_IN_MS;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      // Nothing is served before the file is open, so the whole thread may wait, as it does within SQLite.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_RETRY_IN_MS);
    }
  }
}

/** Opens SQLite in a file, which is made if need be, or in memory. */
export function openSqlite(file: string | undefined): OpenDatabase {
  const database = new BetterSqlite3(file ?? ':memory:', { timeout: LOCK_TIMEOUT_IN_MS });
  useWriteAheadLog(database);
  // Answered means kept: FULL makes every commit wait for the disk.
  for (const pragma of ['synchronous = FULL', 'foreign_keys = ON']) database.pragma(pragma);
  // From here on the driver waits for locks, and nothing holds up the event loop.
  database.pragma('busy_timeout = 0');
  // What a migration encrypts must not stay behind in the file's free room.
  database.pragma('secure_delete = ON');
  const reader = file === undefined ? undefined : new SqliteReader(file);
  const dialect = new GroupingSqliteDialect(database, () => reader?.refresh());
  const db = new Kysely<Tables>({ dialect });

  return {
    dialect: 'sqlite',
    db,
    reads: reader?.db ?? db,
    migrations: db,
    throttle: undefined,
    async sealed(wasPlain) {
      if (wasPlain) database.pragma('wal_checkpoint(TRUNCATE)');
      database.pragma('secure_delete = OFF');
    },
    async migrated() {},
    readAnswer: (partnerId, customerId) =>
      reader ? reader.readAnswer(partnerId, customerId) : answerInMemory(db, partnerId, customerId),
    listen() {},
    connections: () => [],
    isCrowded: () => false,
    isUnavailable,
    async close() {
      await reader?.close();
      await db.destroy();
      database.close();
    },
  };
}

/** In memory there is one connection for all: the read waits for a transaction under way. */
async function answerInMemory(db: Kysely<Tables>, partnerId: string, customerId: string) {
  const { rows } = await db.executeQuery<object>(CompiledQuery.raw(answerSql, [customerId, partnerId]));
  return rows.map((row) => Object.values(row) as unknown as AnswerCells)[0];
}

function isUnavailable(error: unknown): boolean {
  return (
    error instanceof BetterSqlite3.SqliteError && /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY)/.test(error.code)
  );
}
