import BetterSqlite3, { type Database } from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { AnswerCells } from './dialect.js';
import type { Tables } from './tables.js';

const MAPPED_BYTES = 2 ** 31 - 65_536;

export const answerSql = `
  select c.relationship_ended, c.published, c.published_etag
  from partner as p left join customer as c on c.partner_id = p.tenant_id and c.id = ?
  where p.tenant_id = ? and p.active = 1`;

/** A connection that only reads. It sees what was committed, and never waits for a transaction under way. */
export class SqliteReader {
  readonly db: Kysely<Tables>;
  readonly #database: Database;
  readonly #begin;
  readonly #end;
  #answer: BetterSqlite3.Statement<[string, string], AnswerCells> | undefined;
  #isReading = false;

  constructor(file: string) {
    this.#database = new BetterSqlite3(file, { readonly: true });
    // The file is read where it lies in memory, without a system call for each page.
    this.#database.pragma(`mmap_size = ${MAPPED_BYTES}`);
    this.db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: this.#database }) });
    this.#begin = this.#database.prepare('begin');
    this.#end = this.#database.prepare('commit');
  }

  /**
   * The hot read. All of one turn of the event loop share a transaction: to begin and end one takes SQLite as long as to
   * read. What this process commits meanwhile is seen by way of {@link refresh}, so that whoever was answered finds what
   * he wrote; what another process commits, a turn later at most.
   */
  readAnswer(partnerId: string, customerId: string): AnswerCells | undefined {
    this.#answer ??= this.#database.prepare<[string, string], AnswerCells>(answerSql).raw();
    if (!this.#isReading) {
      this.#begin.run();
      this.#isReading = true;
      setImmediate(() => this.refresh());
    }
    return this.#answer.get(customerId, partnerId);
  }

  /** Has the next read see all that was committed by then. */
  refresh(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    // A read that fails at the disk ends the transaction by itself.
    if (this.#database.inTransaction) this.#end.run();
  }

  async close(): Promise<void> {
    this.refresh();
    await this.db.destroy();
    this.#database.close();
  }
}
