import type { QualificationName, VettingStatus } from '@vetted/contract';
import { type Kysely, sql } from 'kysely';
import type {
  ActorKind,
  AuditFindings,
  ChainedStep,
  HistoryEntry,
  HistoryReads,
  HistorySubject,
  HistoryWrites,
} from '../domain/history.js';
import type { CustomerRead } from '../domain/store.js';
import { auditHistory } from './history-audit.js';
import type { Head } from './history-chain.js';
import { hashOf } from './history-hash.js';
import { customerQuery, isCustomer } from './queries.js';
import type { Statements } from './statements.js';
import type { HistoryTable, Tables } from './tables.js';

/** Rows a statement. */
const BATCH = 500;
/** Stands for the customer in the partner's own chain. */
const PARTNER_ITSELF = '';
/** Where a chain begins. */
const START: Head = { sequence: 0, hash: '' };

/** {@link HistoryWrites}: the end of each chain stands with its customer, or with the partner. */
export class SqlHistoryWrites implements HistoryWrites {
  readonly #db: Kysely<Tables>;
  readonly #statements: Statements;

  constructor(db: Kysely<Tables>, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  async append(partnerId: string, steps: readonly ChainedStep[]): Promise<void> {
    const [step] = steps;
    if (steps.length === 1 && step?.customerId !== undefined) {
      await this.#appendToCustomer(partnerId, step.customerId, step);
      return;
    }
    for (let from = 0; from < steps.length; from += BATCH) {
      await this.#appendBatch(partnerId, steps.slice(from, from + BATCH));
    }
  }

  /** One step of one customer, as nearly every transaction has it. */
  async #appendToCustomer(partnerId: string, customerId: string, step: ChainedStep): Promise<void> {
    const { rows } = await this.#statements.run(selectHead, { partnerId, customerId });
    const row = toRow(partnerId, step, rows[0] ?? START);
    await this.#statements.run(insertStep, row);
    await this.#statements.run(updateHead, { partnerId, customerId, sequence: row.sequence, hash: hashOf(row) });
  }

  async #appendBatch(partnerId: string, steps: readonly ChainedStep[]): Promise<void> {
    const heads = await this.#heads(partnerId, [...new Set(steps.map(chainOf))]);
    const rows = steps.map((step) => {
      const row = toRow(partnerId, step, heads.get(chainOf(step)) ?? START);
      heads.set(row.customer_id, { sequence: row.sequence, hash: hashOf(row) });
      return row;
    });
    await this.#db.insertInto('history').values(rows).execute();
    await this.#saveHeads(partnerId, heads);
  }

  async #heads(partnerId: string, chains: readonly string[]): Promise<Map<string, Head>> {
    const customers = chains.filter((chain) => chain !== PARTNER_ITSELF);
    const rows =
      customers.length === 0
        ? []
        : await this.#db
            .selectFrom('customer')
            .select(['id', 'history_sequence', 'history_hash'])
            .where('partner_id', '=', partnerId)
            .where('id', 'in', customers)
            .execute();
    const heads = new Map(rows.map((row) => [row.id, { sequence: row.history_sequence, hash: row.history_hash }]));
    if (chains.length > customers.length) heads.set(PARTNER_ITSELF, await this.#partnerHead(partnerId));
    return heads;
  }

  /** Also keeps other transactions from appending to the partner's chain: an update locks the row on both databases. */
  async #partnerHead(partnerId: string): Promise<Head> {
    const { history_sequence, history_hash } = await this.#db
      .updateTable('partner')
      .set((eb) => ({ history_sequence: eb.ref('history_sequence') }))
      .where('tenant_id', '=', partnerId)
      .returning(['history_sequence', 'history_hash'])
      .executeTakeFirstOrThrow();
    return { sequence: history_sequence, hash: history_hash };
  }

  async #saveHeads(partnerId: string, heads: Map<string, Head>): Promise<void> {
    const partner = heads.get(PARTNER_ITSELF);
    if (partner !== undefined) {
      const head = { history_sequence: partner.sequence, history_hash: partner.hash };
      await this.#db.updateTable('partner').set(head).where('tenant_id', '=', partnerId).execute();
      heads.delete(PARTNER_ITSELF);
    }
    if (heads.size === 0) return;
    const rows = [...heads].map(([id, { sequence, hash }]) => sql`(${id}, ${sequence}, ${hash})`);
    // One statement, however many customers an import has.
    await sql`
      update customer set history_sequence = cast(v.column2 as integer), history_hash = v.column3
      from (values ${sql.join(rows)}) as v
      where customer.partner_id = ${partnerId} and customer.id = v.column1`.execute(this.#db);
  }
}

interface CustomerKey {
  readonly partnerId: string;
  readonly customerId: string;
}

function selectHead(db: Kysely<Tables>, { partnerId, customerId }: CustomerKey) {
  return db
    .selectFrom('customer')
    .select(['history_sequence as sequence', 'history_hash as hash'])
    .where((eb) => eb.and({ partner_id: partnerId, id: customerId }));
}

function insertStep(db: Kysely<Tables>, row: HistoryTable) {
  return db.insertInto('history').values(row);
}

function updateHead(db: Kysely<Tables>, { partnerId, customerId, sequence, hash }: CustomerKey & Head) {
  return db
    .updateTable('customer')
    .set({ history_sequence: sequence, history_hash: hash })
    .where((eb) => eb.and({ partner_id: partnerId, id: customerId }));
}

function chainOf({ customerId }: ChainedStep): string {
  return customerId ?? PARTNER_ITSELF;
}

export function toRow(
  partnerId: string,
  { customerId = PARTNER_ITSELF, entry }: ChainedStep,
  head: Head,
): HistoryTable {
  return {
    partner_id: partnerId,
    customer_id: customerId,
    sequence: head.sequence + 1,
    at: entry.at,
    subject: entry.subject,
    qualification: entry.qualification ?? null,
    from_status: entry.from ?? null,
    to_status: entry.to ?? null,
    actor_kind: entry.by,
    actor: entry.actor,
    reason: entry.reason ?? null,
    note: entry.note ?? null,
    changes: entry.changes ?? null,
    correlation_id: entry.correlationId,
    previous_hash: head.hash,
  };
}

export class SqlHistoryReads implements HistoryReads {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async ofCustomer(
    partnerId: string,
    customerId: string,
    qualification?: QualificationName,
  ): Promise<CustomerRead<readonly HistoryEntry[]>> {
    const customer = await customerQuery(this.#db, partnerId, customerId).executeTakeFirst();
    if (customer === undefined) return { partnerKnown: false };
    if (!isCustomer(customer)) return { partnerKnown: true };
    let query = this.#db
      .selectFrom('history')
      .selectAll()
      .where((eb) => eb.and({ partner_id: partnerId, customer_id: customerId }))
      .orderBy('sequence');
    if (qualification !== undefined) query = query.where('qualification', '=', qualification);
    const value = (await query.execute()).map(toEntry);
    return { partnerKnown: true, customer: { relationshipEnded: customer.relationship_ended === 1, value } };
  }

  verify(): Promise<AuditFindings> {
    return auditHistory(this.#db);
  }
}

function toEntry(row: HistoryTable): HistoryEntry {
  return {
    at: row.at,
    subject: row.subject as HistorySubject,
    ...(row.qualification === null ? {} : { qualification: row.qualification as QualificationName }),
    ...(row.from_status === null ? {} : { from: row.from_status as VettingStatus }),
    ...(row.to_status === null ? {} : { to: row.to_status as VettingStatus }),
    by: row.actor_kind as ActorKind,
    actor: row.actor,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.changes === null ? {} : { changes: row.changes }),
    correlationId: row.correlation_id,
  };
}
