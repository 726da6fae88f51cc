import { randomUUID } from 'node:crypto';
import { QUALIFICATION_UPDATED, type QualificationName, type VettingStatus } from '@vetted/contract';
import { type Kysely, sql } from 'kysely';
import type { EventReads, EventsPage, EventWrites, QualificationEvent, SequencedEvent } from '../domain/event.js';
import type { DialectName } from './dialect.js';
import type { Statements } from './statements.js';
import type { EventTable, Tables, WebhookDeliveryTable } from './tables.js';

/** The channel on which PostgreSQL tells every process whose events were committed. */
export const EVENTS_CHANNEL = 'vetted_events';

/** Has it told, once the transaction is committed, that a partner has new events or deliveries. */
export type Announce = (partnerId: string) => Promise<void>;

/** `onAppend` hears of it in this process; PostgreSQL tells the others. */
export function announcer(db: Kysely<Tables>, dialect: DialectName, onAppend: (partnerId: string) => void): Announce {
  return async (partnerId) => {
    onAppend(partnerId);
    if (dialect === 'postgres') await sql`select pg_notify(${EVENTS_CHANNEL}, ${partnerId})`.execute(db);
  };
}

/** {@link EventWrites}. */
export class SqlEventWrites implements EventWrites {
  readonly #statements: Statements;
  readonly #announce: Announce;

  constructor(statements: Statements, announce: Announce) {
    this.#statements = statements;
    this.#announce = announce;
  }

  async append(partnerId: string, event: QualificationEvent): Promise<void> {
    // The row stays locked until the commit, so that numbers become visible in their order.
    const { rows } = await this.#statements.run(countEvent, { partnerId });
    const sequence = rows[0]?.event_sequence;
    if (sequence === undefined) throw new Error(`There is no partner ${partnerId} to have an event.`);
    await this.#statements.run(insertEvent, toRow(partnerId, sequence, event));
    await this.#addDelivery(partnerId, sequence, event);
    await this.#announce(partnerId);
  }

  async #addDelivery(partnerId: string, sequence: number, event: QualificationEvent): Promise<void> {
    const { rows } = await this.#statements.run(selectReceiver, { partnerId, customerId: event.customerId });
    const [receiver] = rows;
    if (!receiver || !(JSON.parse(receiver.events) as string[]).includes(QUALIFICATION_UPDATED)) return;
    await this.#statements.run(insertDelivery, {
      partner_id: partnerId,
      id: `msg_${randomUUID().replaceAll('-', '')}`,
      customer_id: event.customerId,
      qualification: event.qualification,
      sequence,
      event_name: QUALIFICATION_UPDATED,
      at: event.at,
      correlation_id: event.correlationId,
      url: receiver.url,
      state: 'pending',
      attempts: 0,
      next_attempt_at: event.at,
      lease: null,
      ended_at: null,
    });
  }
}

function countEvent(db: Kysely<Tables>, { partnerId }: { readonly partnerId: string }) {
  return db
    .updateTable('partner')
    .set((eb) => ({ event_sequence: eb('event_sequence', '+', 1) }))
    .where('tenant_id', '=', partnerId)
    .returning('event_sequence');
}

function insertEvent(db: Kysely<Tables>, row: EventTable) {
  return db.insertInto('event').values(row);
}

/** The partner's registration; none for a customer whose relationship has ended. */
function selectReceiver(
  db: Kysely<Tables>,
  { partnerId, customerId }: { readonly partnerId: string; readonly customerId: string },
) {
  return db
    .selectFrom('webhook_registration as r')
    .innerJoin('customer as c', 'c.partner_id', 'r.partner_id')
    .select(['r.url', 'r.events'])
    .where((eb) => eb.and({ 'r.partner_id': partnerId, 'c.id': customerId, 'c.relationship_ended': 0 }));
}

function insertDelivery(db: Kysely<Tables>, row: WebhookDeliveryTable) {
  return db.insertInto('webhook_delivery').values(row);
}

function toRow(partnerId: string, sequence: number, event: QualificationEvent): EventTable {
  return {
    partner_id: partnerId,
    sequence,
    customer_id: event.customerId,
    qualification: event.qualification,
    from_status: event.from ?? null,
    to_status: event.to ?? null,
    reason: event.reason ?? null,
    at: event.at,
    correlation_id: event.correlationId,
  };
}

export class SqlEventReads implements EventReads {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async last(partnerId: string): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('partner')
      .select('event_sequence')
      .where((eb) => eb.and({ tenant_id: partnerId, active: 1 }))
      .executeTakeFirst();
    return row?.event_sequence;
  }

  async after(partnerId: string, sequence: number, limit: number): Promise<EventsPage> {
    const rows = await this.#db
      .selectFrom('event as e')
      .innerJoin('customer as c', (join) =>
        join.onRef('c.partner_id', '=', 'e.partner_id').onRef('c.id', '=', 'e.customer_id'),
      )
      .where('e.partner_id', '=', partnerId)
      .where('e.sequence', '>', sequence)
      .selectAll('e')
      .select('c.relationship_ended')
      .orderBy('e.sequence')
      .limit(limit)
      .execute();
    return {
      events: rows.filter((row) => row.relationship_ended === 0).map(toEvent),
      next: rows.at(-1)?.sequence ?? sequence,
    };
  }
}

function toEvent(row: EventTable): SequencedEvent {
  return {
    sequence: row.sequence,
    customerId: row.customer_id,
    qualification: row.qualification as QualificationName,
    ...(row.from_status === null ? {} : { from: row.from_status as VettingStatus }),
    ...(row.to_status === null ? {} : { to: row.to_status as VettingStatus }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    at: row.at,
    correlationId: row.correlation_id,
  };
}
