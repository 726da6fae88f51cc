import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';

/** The text of every statement that a driver was given while something was done. */
export interface Heard<T> {
  readonly result: T;
  readonly statements: readonly string[];
}

/** Hears what both drivers are given, statements included that were prepared long before. */
export class StatementSpy {
  #heard: string[] = [];
  readonly #restore: readonly (() => void)[];

  constructor() {
    const database = new BetterSqlite3(':memory:');
    const statement = Object.getPrototypeOf(database.prepare('select 1'));
    database.close();
    this.#restore = [
      ...['all', 'get', 'run', 'iterate'].map((name) =>
        listen(statement, name, (self) => this.#heard.push((self as { source: string }).source)),
      ),
      listen(pg.Client.prototype, 'query', (_self, [query]) => this.#heard.push(textOf(query))),
    ];
  }

  /** What was executed on behalf of this work; nothing else may be at work meanwhile. */
  async during<T>(work: () => Promise<T>): Promise<Heard<T>> {
    this.#heard = [];
    const result = await work();
    return { result, statements: this.#heard.filter((statement) => !isOfNobody(statement)) };
  }

  stop(): void {
    for (const restore of this.#restore) restore();
  }
}

/**
 * A process on PostgreSQL begins to listen for events when it starts; on SQLite transactions are those of a turn of the
 * event loop, which may end before a request's answer is read or after.
 */
function isOfNobody(statement: string): boolean {
  return statement.startsWith('listen ') || /^(begin|begin immediate|commit)$/.test(statement);
}

type Method = (...parameters: unknown[]) => unknown;

function listen(prototype: object, name: string, hear: (self: unknown, parameters: unknown[]) => void): () => void {
  const original = Reflect.get(prototype, name) as Method;
  const heard: Method = function (this: unknown, ...parameters) {
    hear(this, parameters);
    return original.apply(this, parameters);
  };
  Object.defineProperty(prototype, name, { value: heard, configurable: true, writable: true });
  return () => Object.defineProperty(prototype, name, { value: original, configurable: true, writable: true });
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : String((query as { text?: unknown }).text);
}
