import BetterSqlite3, { type Database } from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import type { OpenDatabase } from './dialect.js';
import type { Tables } from './tables.js';

/** Takes the write lock when a transaction begins: one that reads first and writes later would fail instead of waiting. */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver() {
    return new ImmediateSqliteDriver(this.#config);
  }
}

/** Opens SQLite in a file, which is made if need be, or in memory. */
export function openSqlite(file: string | undefined): OpenDatabase {
  const database = new BetterSqlite3(file ?? ':memory:');
  // Answered means kept: FULL makes every commit wait for the disk.
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) database.pragma(pragma);
  const db = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect({ database }) });
  let reader: Database | undefined;

  return {
    dialect: 'sqlite',
    db,
    prepareRead<Row>(query: CompiledQuery<Row>) {
      if (file === undefined) {
        return async (parameters) => (await db.executeQuery<Row>({ ...query, parameters })).rows;
      }
      // A connection of its own sees only what was committed and never waits for a transaction under way.
      reader ??= new BetterSqlite3(file, { readonly: true });
      const statement = reader.prepare<unknown[], Row>(query.sql);
      return async (parameters) => statement.all(...parameters);
    },
    isUnavailable,
    async close() {
      reader?.close();
      await db.destroy();
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof BetterSqlite3.SqliteError && /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN)/.test(error.code);
}
