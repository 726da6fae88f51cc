import type pg from 'pg';
import type { AnswerCells } from './dialect.js';

/** The planner knows neither list's length; it takes it for short, and so looks each customer up by its key. */
const statement = {
  name: 'vetted-answers',
  text: `
    select (a.n - 1)::integer, c.relationship_ended, c.published, c.published_etag
    from unnest($1::text[], $2::text[]) with ordinality as a (partner_id, id, n)
    join partner as p on p.tenant_id = a.partner_id and p.active = 1
    left join customer as c on c.partner_id = a.partner_id and c.id = a.id`,
  rowMode: 'array',
} as const;

/** Statements under way. More of them at once would make each carry fewer reads, which costs more than the wait. */
const MAX_UNDER_WAY = 2;
const MAX_READS_A_STATEMENT = 500;

type Row = readonly [index: number, ...cells: AnswerCells];

interface Read {
  readonly partnerId: string;
  readonly customerId: string;
  readonly resolve: (cells: AnswerCells | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The hot reads of many requests in one statement: those that come in at the same turn, or while others are read. */
export class AnswerBatches {
  readonly #pool: pg.Pool;
  #waiting: Read[] = [];
  #underWay = 0;
  #isScheduled = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Reads that no statement has taken up yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  read(partnerId: string, customerId: string): Promise<AnswerCells | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ partnerId, customerId, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#underWay === MAX_UNDER_WAY || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#underWay += 1;
      void this.#readAll(this.#waiting.splice(0, MAX_READS_A_STATEMENT));
      this.#schedule();
    });
  }

  async #readAll(reads: readonly Read[]): Promise<void> {
    try {
      const values = [reads.map(({ partnerId }) => partnerId), reads.map(({ customerId }) => customerId)];
      const { rows } = await this.#pool.query<Row[]>({ ...statement, values });
      const found = new Map<number, AnswerCells>();
      for (const [index, ...cells] of rows as unknown as readonly Row[]) found.set(index, cells);
      for (const [index, { resolve }] of reads.entries()) resolve(found.get(index));
    } catch (error) {
      for (const { reject } of reads) reject(error);
    } finally {
      this.#underWay -= 1;
      this.#schedule();
    }
  }
}
