import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3, { type Database } from 'better-sqlite3';
import { Kysely, SqliteDialect, sql, type Transaction } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { SqliteDriver } from '../src/store/sqlite-driver.js';

interface Tables {
  note: { id: number; body: string };
}

/** Pages that the file may have in all: one big row is more. */
const MAX_PAGES = 20;
const big = 'x'.repeat(200_000);

describe('transactions on SQLite that come in at the same turn', () => {
  let folder: string;
  let database: Database;
  let db: Kysely<Tables>;
  let commits: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vetted-driver-'));
    database = new BetterSqlite3(join(folder, 'notes.db'));
    database.pragma('journal_mode = WAL');
    database.pragma(`max_page_count = ${MAX_PAGES}`);
    database.exec('create table note (id integer primary key, body text not null)');
    commits = 0;
    const driver = new SqliteDriver(database, () => {
      commits += 1;
    });
    const dialect = new SqliteDialect({ database });
    dialect.createDriver = () => driver;
    db = new Kysely<Tables>({ dialect });
  });
  afterEach(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true });
  });

  const add = (id: number, body = 'short', then: (transaction: Transaction<Tables>) => unknown = () => {}) =>
    db.transaction().execute(async (transaction) => {
      await transaction.insertInto('note').values({ id, body }).execute();
      await then(transaction);
      return id;
    });
  /** What everybody else sees. */
  const stored = () => {
    const other = new BetterSqlite3(join(folder, 'notes.db'), { readonly: true });
    const ids = other.prepare('select id from note order by id').pluck().all();
    other.close();
    return ids;
  };
  const outcomes = async (work: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(work)).map(({ status }) => status);

  it('are committed together, and each is told only then', async () => {
    const told = [1, 2, 3].map((id) => add(id).then(stored));
    await expect(Promise.all(told)).resolves.toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(commits).toBe(1);
  });

  it('see what the ones before them have done', async () => {
    const count = () => db.transaction().execute((transaction) => transaction.selectFrom('note').selectAll().execute());
    const [, seen] = await Promise.all([add(1), count()]);
    expect(seen).toEqual([{ id: 1, body: 'short' }]);
  });

  it('see a column that was added since the same statement ran before', async () => {
    const all = () => db.selectFrom('note').selectAll().execute();
    await add(1);
    await expect(all()).resolves.toEqual([{ id: 1, body: 'short' }]);
    await sql`alter table note add column title text`.execute(db);
    await expect(all()).resolves.toEqual([{ id: 1, body: 'short', title: null }]);
  });

  it('run any number of different statements', async () => {
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    const rows = numbers.map(async (number) => (await sql`select ${sql.lit(number)} as n`.execute(db)).rows[0]);
    await expect(Promise.all(rows)).resolves.toEqual(numbers.map((n) => ({ n })));
  });

  it('leave the others alone where one is rolled back', async () => {
    const work = [add(1), add(2, 'short', () => Promise.reject(new Error('No.'))), add(1), add(3)];
    await expect(outcomes(work)).resolves.toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(stored()).toEqual([1, 3]);
  });

  it('all fail where SQLite undoes all of them, and later ones go on', async () => {
    const work = [add(1), add(2, big), add(3)];
    await expect(outcomes(work)).resolves.toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(stored()).toEqual([3]);
    await add(4);
    expect(stored()).toEqual([3, 4]);
  });

  it('all fail where the commit does, and later ones go on', async () => {
    database.pragma('foreign_keys = ON');
    database.exec('create table reply (note integer references note (id) deferrable initially deferred)');
    const reply = db.transaction().execute((transaction) => sql`insert into reply values (99)`.execute(transaction));
    await expect(outcomes([add(1), reply, add(2)])).resolves.toEqual(['rejected', 'rejected', 'rejected']);
    expect(stored()).toEqual([]);
    await add(3);
    expect(stored()).toEqual([3]);
  });

  it('go no further after SQLite has undone them, even where the failure is ignored', async () => {
    const stubborn = add(1, 'short', async (transaction) => {
      await transaction
        .insertInto('note')
        .values({ id: 2, body: big })
        .execute()
        .catch(() => {});
      await transaction.insertInto('note').values({ id: 3, body: 'short' }).execute();
    });
    await expect(stubborn).rejects.toThrow('The transaction has been rolled back.');
    expect(stored()).toEqual([]);
  });

  it('keep their order with a statement that stands by itself', async () => {
    const alone = () => db.insertInto('note').values({ id: 2, body: 'short' }).execute().then(stored);
    const [, seen, last] = await Promise.all([add(1), alone(), add(3).then(stored)]);
    expect(seen).toEqual([1, 2]);
    expect(last).toEqual([1, 2, 3]);
  });

  it('wait for a connection of the same process, as does a statement that stands by itself', async () => {
    database.pragma('busy_timeout = 0');
    const other = new BetterSqlite3(join(folder, 'notes.db'));
    onTestFinished(() => void other.close());
    const whileLocked = async (work: () => Promise<unknown>) => {
      other.exec('begin immediate');
      const working = work();
      // It has been refused by then, and not waited within SQLite, which would have refused it after its time.
      await new Promise((resolve) => setImmediate(resolve));
      other.exec('commit');
      await working;
    };
    await whileLocked(() => add(1));
    await whileLocked(() => db.insertInto('note').values({ id: 2, body: 'short' }).execute());
    expect(stored()).toEqual([1, 2]);
  });

  it('wait for one that takes several turns, and are committed with it', async () => {
    const slow = add(1, 'short', () => new Promise((resolve) => setImmediate(resolve)));
    await Promise.all([slow, add(2), add(3)]);
    expect(stored()).toEqual([1, 2, 3]);
    expect(commits).toBe(1);
  });

  it('end before the database is closed, which keeps nothing half done', async () => {
    let isHalfDone = (): void => {};
    const halfDone = new Promise<void>((resolve) => {
      isHalfDone = resolve;
    });
    const slow = add(1, 'short', async (transaction) => {
      isHalfDone();
      await new Promise((resolve) => setImmediate(resolve));
      await transaction.insertInto('note').values({ id: 2, body: 'short' }).execute();
    });
    await halfDone;
    await db.destroy();
    expect(stored()).toEqual([1, 2]);
    await slow;
  });
});
