import { setImmediate, setTimeout } from 'node:timers/promises';
import BetterSqlite3, { type Database, type Statement } from 'better-sqlite3';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';

/** How long a transaction waits for another process's to end. */
export const LOCK_TIMEOUT_IN_MS = 5_000;
export const LOCK_RETRY_IN_MS = 15;

/** Statements that are kept prepared: more than the service has of those whose text does not depend on a number of rows. */
const MAX_STATEMENTS = 200;
/** What is longer has many rows' values, which take long to write, and hardly comes with as many again. */
const MAX_KEPT_LENGTH = 4_000;

/** Transactions that are committed together: each is answered once all of them are on the disk. */
class Group {
  readonly committed: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;

  constructor() {
    const { promise, resolve, reject } = withResolvers();
    this.committed = promise;
    this.resolve = resolve;
    this.reject = reject;
    // Its members hear of it; a group whose members were all rolled back has nobody who would.
    promise.catch(() => {});
  }
}

/** One use of the one connection, from taking it to letting it go. */
class Use implements DatabaseConnection {
  /** Where a transaction was begun. */
  group: Group | undefined;
  isOver = false;
  readonly #execute: (query: CompiledQuery, use: Use) => Promise<QueryResult<unknown>>;

  constructor(execute: (query: CompiledQuery, use: Use) => Promise<QueryResult<unknown>>) {
    this.#execute = execute;
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return this.#execute(query, this) as Promise<QueryResult<Row>>;
  }

  // biome-ignore lint/correctness/useYield: nothing here reads in a stream.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Rows are read all at once.');
  }
}

/**
 * One connection to SQLite for all transactions, which run one after the other. Those of one turn of the event loop are
 * committed together, each within a savepoint of its own: waiting for the disk is most of what a commit costs, and it
 * costs the same for one as for many. Nobody is told that a transaction is done before the disk has it.
 */
export class SqliteDriver implements Driver {
  readonly #database: Database;
  readonly #onCommit: () => void;
  readonly #queue: (() => void)[] = [];
  /** By their text, the one that was used least lately first. */
  readonly #statements = new Map<string, Statement>();
  #isTaken = false;
  #group: Group | undefined;

  /** `onCommit` hears of each commit, before those who wait for it. */
  constructor(database: Database, onCommit: () => void = () => {}) {
    this.#database = database;
    this.#onCommit = onCommit;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Use> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#isTaken = true;
    return new Use((query, use) => this.#execute(query, use));
  }

  async releaseConnection(use: Use): Promise<void> {
    if (use.isOver) return;
    use.isOver = true;
    const next = this.#queue.shift();
    if (next) next();
    else this.#isTaken = false;
  }

  async beginTransaction(use: Use): Promise<void> {
    this.#group ??= await this.#openGroup();
    this.#prepared('savepoint step').run();
    use.group = this.#group;
  }

  async commitTransaction(use: Use): Promise<void> {
    this.#run(use, () => this.#prepared('release step').run());
    await this.releaseConnection(use);
    await use.group?.committed;
  }

  async rollbackTransaction(use: Use): Promise<void> {
    // The group is gone where SQLite rolled it back by itself, as a full disk makes it, or where it was not committed.
    if (use.isOver || use.group !== this.#group) return;
    this.#database.exec('rollback to step; release step');
  }

  async destroy(): Promise<void> {
    // Whoever is under way ends first: a commit now would keep the half that it has done.
    const use = await this.acquireConnection();
    this.#commit();
    this.#database.close();
    await this.releaseConnection(use);
  }

  /** Takes the write lock: a transaction that reads first and writes later would fail instead of waiting. */
  async #openGroup(): Promise<Group> {
    await onceUnlocked(() => this.#prepared('begin immediate').run());
    void this.#commitAfterTurn();
    return new Group();
  }

  /** Those that came in at the same turn have joined by then; whoever waits already goes before. */
  async #commitAfterTurn(): Promise<void> {
    await setImmediate();
    const use = await this.acquireConnection();
    this.#commit();
    await this.releaseConnection(use);
  }

  #commit(): void {
    const group = this.#group;
    if (group === undefined) return;
    this.#group = undefined;
    try {
      this.#prepared('commit').run();
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('rollback');
      group.reject(error);
      return;
    }
    this.#onCommit();
    group.resolve();
  }

  async #execute({ sql, parameters }: CompiledQuery, use: Use): Promise<QueryResult<unknown>> {
    const execute = () => {
      const statement = this.#prepared(sql);
      if (statement.reader) return { rows: statement.all(parameters) };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    };
    if (use.group !== undefined) return this.#run(use, execute);
    // What stands by itself is done when it is answered, as a transaction is.
    this.#commit();
    return onceUnlocked(execute);
  }

  #prepared(sql: string): Statement {
    const kept = this.#statements.get(sql);
    const statement = kept ?? this.#database.prepare(sql);
    if (kept) this.#statements.delete(sql);
    if (sql.length <= MAX_KEPT_LENGTH) this.#statements.set(sql, statement);
    const [oldest] = this.#statements.size > MAX_STATEMENTS ? this.#statements.keys() : [];
    if (oldest !== undefined) this.#statements.delete(oldest);
    return statement;
  }

  /** Where SQLite rolls back by itself, everybody of the group has lost what it did. */
  #run<T>(use: Use, work: () => T): T {
    if (use.group !== this.#group) throw new Error('The transaction has been rolled back.');
    try {
      return work();
    } catch (error) {
      if (this.#group !== undefined && !this.#database.inTransaction) {
        this.#group.reject(error);
        this.#group = undefined;
      }
      throw error;
    }
  }
}

/**
 * Does it again while another connection holds the lock that it needs. The waiting is done here: SQLite's own would hold up
 * the event loop, and with it every request, and the other connection where it is this process's.
 */
async function onceUnlocked<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + LOCK_TIMEOUT_IN_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      await setTimeout(LOCK_RETRY_IN_MS);
    }
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

function withResolvers() {
  let resolve: () => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
