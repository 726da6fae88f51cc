import { type Expression, type Kysely, sql } from 'kysely';
import type { AuditFindings, BrokenChain } from '../domain/history.js';
import { type ChainProblem, ChainWalk, type Head } from './history-chain.js';
import type { HistoryTable, Tables } from './tables.js';

/** Rows read at a time: the history is walked in little memory, however long it is. */
const BATCH = 500;
/** Stands for the customer in the partner's own chain. */
const PARTNER_ITSELF = '';

/** Walks every chain, those of whom nothing is left included. May run beside a service that writes. */
export async function auditHistory(db: Kysely<Tables>): Promise<AuditFindings> {
  const audit = new Audit();
  for await (const row of paged((after: Entry | undefined) => entriesQuery(db, after).execute())) audit.add(row);
  audit.endChain();
  for await (const chain of emptyChains(db)) audit.addEmpty(chain.partner_id, chain.customer_id);
  return audit;
}

type EntryKey = Pick<HistoryTable, 'partner_id' | 'customer_id' | 'sequence'>;
type Entry = Awaited<ReturnType<ReturnType<typeof entriesQuery>['execute']>>[number];

/** A chain by its head. */
interface Chain {
  readonly partner_id: string;
  readonly customer_id: string;
  readonly history_sequence: number;
  readonly history_hash: string;
  readonly first_entry: number | null;
}

interface OpenChain {
  readonly walk: ChainWalk;
  /** The chain's latest entry, read together with the head of that moment. */
  row: Entry;
}

/** Takes the entries of all chains, chain after chain. */
class Audit implements AuditFindings {
  chains = 0;
  entries = 0;
  readonly broken: BrokenChain[] = [];
  #open: OpenChain | undefined;

  add(row: Entry): void {
    if (row.partner_id !== this.#open?.row.partner_id || row.customer_id !== this.#open.row.customer_id) {
      this.endChain();
      this.#open = { walk: new ChainWalk(), row };
    }
    this.entries += 1;
    this.#open.row = row;
    this.#open.walk.add(row);
  }

  endChain(): void {
    if (this.#open === undefined) return;
    const { walk, row } = this.#open;
    this.#open = undefined;
    this.#count(row.partner_id, row.customer_id, walk.end(headOf(row)));
  }

  addEmpty(partnerId: string, customerId: string): void {
    this.#count(partnerId, customerId, { sequence: 1, problem: 'missing' });
  }

  #count(partnerId: string, customerId: string, problem: ChainProblem | undefined): void {
    this.chains += 1;
    if (problem === undefined) return;
    this.broken.push({ partnerId, ...(customerId === PARTNER_ITSELF ? {} : { customerId }), ...problem });
  }
}

function headOf(row: Entry): Head | undefined {
  const [sequence, hash] =
    row.customer_id === PARTNER_ITSELF
      ? [row.partner_sequence, row.partner_hash]
      : [row.customer_sequence, row.customer_hash];
  return sequence === null || hash === null ? undefined : { sequence, hash };
}

/** Each entry with the heads that stand while it is read, so that what is appended meanwhile does not confuse. */
function entriesQuery(db: Kysely<Tables>, after: EntryKey | undefined) {
  const query = db
    .selectFrom('history as h')
    .leftJoin('partner as p', 'p.tenant_id', 'h.partner_id')
    .leftJoin('customer as c', (join) =>
      join.onRef('c.partner_id', '=', 'h.partner_id').onRef('c.id', '=', 'h.customer_id'),
    )
    .selectAll('h')
    .select(['p.history_sequence as partner_sequence', 'p.history_hash as partner_hash'])
    .select(['c.history_sequence as customer_sequence', 'c.history_hash as customer_hash'])
    .orderBy('h.partner_id')
    .orderBy('h.customer_id')
    .orderBy('h.sequence')
    .limit(BATCH);
  if (after === undefined) return query;
  const { partner_id, customer_id, sequence } = after;
  return query.where((eb) =>
    eb(eb.refTuple('h.partner_id', 'h.customer_id', 'h.sequence'), '>', eb.tuple(partner_id, customer_id, sequence)),
  );
}

/** Customers whose chain was begun, by its head. */
function customersQuery(db: Kysely<Tables>, after: Chain | undefined) {
  const query = db
    .selectFrom('customer as c')
    .select(['c.partner_id', 'c.id as customer_id', 'c.history_sequence', 'c.history_hash'])
    .select((eb) => firstEntry(eb.ref('c.partner_id'), eb.ref('c.id')).as('first_entry'))
    .orderBy('c.partner_id')
    .orderBy('c.id')
    .limit(BATCH);
  if (after === undefined) return query;
  return query.where((eb) =>
    eb(eb.refTuple('c.partner_id', 'c.id'), '>', eb.tuple(after.partner_id, after.customer_id)),
  );
}

/** The same of the partners themselves. */
function partnersQuery(db: Kysely<Tables>, after: Chain | undefined) {
  const query = db
    .selectFrom('partner as p')
    .select(['p.tenant_id as partner_id', sql.lit(PARTNER_ITSELF).as('customer_id')])
    .select(['p.history_sequence', 'p.history_hash'])
    .select((eb) => firstEntry(eb.ref('p.tenant_id'), sql.lit(PARTNER_ITSELF)).as('first_entry'))
    .orderBy('p.tenant_id')
    .limit(BATCH);
  return after === undefined ? query : query.where('p.tenant_id', '>', after.partner_id);
}

function firstEntry(partnerId: Expression<string>, customerId: Expression<string>) {
  return sql<number | null>`
    (select min(h.sequence) from history as h where h.partner_id = ${partnerId} and h.customer_id = ${customerId})`;
}

/** Chains that were begun and of which nothing is left. */
async function* emptyChains(db: Kysely<Tables>): AsyncGenerator<Chain> {
  for (const query of [partnersQuery, customersQuery]) {
    for await (const chain of paged((after: Chain | undefined) => query(db, after).execute())) {
      const isBegun = chain.history_sequence !== 0 || chain.history_hash !== '';
      if (isBegun && chain.first_entry === null) yield chain;
    }
  }
}

/** All rows of a query, page after page, each page asked for with the last row of the one before. */
async function* paged<Row>(read: (after: Row | undefined) => Promise<readonly Row[]>): AsyncGenerator<Row> {
  let last: Row | undefined;
  do {
    const rows = await read(last);
    yield* rows;
    last = rows.at(-1);
  } while (last !== undefined);
}
