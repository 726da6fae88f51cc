import type { QualificationName } from '@vetted/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  DeliveryAttempt,
  DeliveryBacklog,
  DeliveryRecord,
  DeliveryReport,
  DeliveryState,
  RegistrationRead,
  WebhookReads,
  WebhookRegistration,
} from '../domain/webhook.js';
import type { DataKeys } from './data-keys.js';
import { secretPlace } from './keyring.js';
import type { Tables, WebhookAttemptTable, WebhookDeliveryTable, WebhookRegistrationTable } from './tables.js';

/** {@link WebhookReads}. */
export class SqlWebhookReads implements WebhookReads {
  readonly #db: Kysely<Tables>;

  readonly #keys: DataKeys;

  constructor(db: Kysely<Tables>, keys: DataKeys) {
    this.#db = db;
    this.#keys = keys;
  }

  registration(partnerId: string): Promise<RegistrationRead> {
    return readRegistration(this.#db, this.#keys, partnerId);
  }

  async testReport(partnerId: string, correlationId: string): Promise<DeliveryReport | undefined> {
    const id = testDeliveryId(correlationId);
    const row = await this.#db
      .selectFrom('webhook_delivery')
      .select(['id', 'url', 'state'])
      .where((eb) => eb.and({ partner_id: partnerId, id }))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const attempts = await this.#db
      .selectFrom('webhook_attempt')
      .selectAll()
      .where((eb) => eb.and({ partner_id: partnerId, delivery_id: id }))
      .orderBy('attempt')
      .execute();
    return { id, url: row.url, state: row.state as DeliveryState, results: attempts.map(toAttempt) };
  }

  async latest(partnerId: string, size: number): Promise<readonly DeliveryRecord[]> {
    const rows = await latestDeliveriesQuery(this.#db, partnerId, size).execute();
    const records = new Map<string, DeliveryRecord & { results: DeliveryAttempt[] }>();
    for (const { attempt_at, response_code, message, ...row } of rows) {
      const record = records.get(row.id) ?? toRecord(row);
      records.set(row.id, record);
      if (attempt_at !== null && message !== null) {
        record.results.push(toAttempt({ at: attempt_at, response_code, message }));
      }
    }
    return [...records.values()];
  }

  async due(now: string): Promise<readonly string[]> {
    // The earliest of each partner is one step into an index, however many are on their way.
    const earliest = this.#db
      .selectFrom('webhook_registration as r')
      .innerJoin('partner as p', 'p.tenant_id', 'r.partner_id')
      .where('p.active', '=', 1)
      .select((eb) => [
        'r.partner_id',
        eb
          .selectFrom('webhook_delivery as d')
          .whereRef('d.partner_id', '=', 'r.partner_id')
          .where('d.state', '=', sql.lit('pending'))
          .select(({ fn }) => fn.min('d.next_attempt_at').as('at'))
          .as('due'),
      ]);
    const rows = await this.#db
      .selectFrom(earliest.as('e'))
      .select('e.partner_id')
      .where('e.due', '<=', now)
      .orderBy('e.due')
      .execute();
    return rows.map(({ partner_id }) => partner_id);
  }

  async backlog(limit: number): Promise<DeliveryBacklog> {
    const { count, oldest_at, due_at } = await deliveryBacklogQuery(this.#db, limit).executeTakeFirstOrThrow();
    return {
      pending: Number(count),
      ...(oldest_at === null ? {} : { oldestAt: oldest_at }),
      ...(due_at === null ? {} : { dueAt: due_at }),
    };
  }
}

/** The beginning of one index, in the order in which deliveries are due. */
export function deliveryBacklogQuery(db: Kysely<Tables>, limit: number) {
  const pending = db
    .selectFrom('webhook_delivery as d')
    .innerJoin('partner as p', 'p.tenant_id', 'd.partner_id')
    .where('p.active', '=', 1)
    .where('d.state', '=', sql.lit('pending'))
    .select(['d.at', 'd.next_attempt_at'])
    .orderBy('d.next_attempt_at')
    .limit(limit);
  return db
    .selectFrom(pending.as('b'))
    .select(({ fn }) => [
      fn.countAll().as('count'),
      sql<string | null>`min(b.at)`.as('oldest_at'),
      sql<string | null>`min(b.next_attempt_at)`.as('due_at'),
    ]);
}

/** A row for each attempt, and one for a delivery that has none; newest delivery first, oldest attempt first. */
export function latestDeliveriesQuery(db: Kysely<Tables>, partnerId: string, size: number) {
  const latest = db
    .selectFrom('webhook_delivery')
    .selectAll()
    .where('partner_id', '=', partnerId)
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .orderBy('id', 'desc')
    .limit(size);
  return db
    .selectFrom(latest.as('d'))
    .leftJoin('webhook_attempt as a', (join) =>
      join.onRef('a.partner_id', '=', 'd.partner_id').onRef('a.delivery_id', '=', 'd.id'),
    )
    .selectAll('d')
    .select(['a.at as attempt_at', 'a.response_code', 'a.message'])
    .orderBy('d.at', 'desc')
    .orderBy('d.sequence', 'desc')
    .orderBy('d.id', 'desc')
    .orderBy('a.attempt');
}

/** The id of a test event's delivery: its report is found by it. */
export function testDeliveryId(correlationId: string): string {
  return `msg_${correlationId.replaceAll('-', '')}`;
}

export async function readRegistration(
  db: Kysely<Tables>,
  keys: DataKeys,
  partnerId: string,
): Promise<RegistrationRead> {
  const row = await db
    .selectFrom('partner as p')
    .leftJoin('webhook_registration as r', 'r.partner_id', 'p.tenant_id')
    .where((eb) => eb.and({ 'p.tenant_id': partnerId, 'p.active': 1 }))
    .select(['r.partner_id', 'r.id', 'r.url', 'r.events', 'r.ms_signature', 'r.secret'])
    .executeTakeFirst();
  if (row === undefined) return { partnerKnown: false };
  if (!isRegistration(row)) return { partnerKnown: true };
  const keyring = await keys.forSealed(db, row.secret);
  const secret = keyring.open(secretPlace(partnerId, row.id), row.secret);
  return { partnerKnown: true, registration: toRegistration(row, secret) };
}

type RegistrationRow = Omit<WebhookRegistrationTable, 'created_at' | 'updated_at'>;

/** A left join has a row of nulls where there is none. */
function isRegistration(row: { [K in keyof RegistrationRow]: RegistrationRow[K] | null }): row is RegistrationRow {
  return row.id !== null;
}

function toRegistration(row: RegistrationRow, secret: string): WebhookRegistration {
  return {
    partnerId: row.partner_id,
    id: row.id,
    url: row.url,
    events: JSON.parse(row.events) as string[],
    signatureInMsSignatureHeader: row.ms_signature === 1,
    secret,
  };
}

function toRecord(row: Selectable<WebhookDeliveryTable>): DeliveryRecord & { results: DeliveryAttempt[] } {
  return {
    id: row.id,
    eventName: row.event_name,
    ...(row.customer_id === null ? {} : { customerId: row.customer_id }),
    ...(row.qualification === null ? {} : { qualification: row.qualification as QualificationName }),
    state: row.state as DeliveryState,
    at: row.at,
    // While a process has it, the column tells when its lease is over.
    ...(row.state === 'pending' && row.lease === null ? { nextAttemptAt: row.next_attempt_at } : {}),
    results: [],
  };
}

function toAttempt({ at, response_code, message }: Pick<WebhookAttemptTable, 'at' | 'response_code' | 'message'>) {
  return { at, message, ...(response_code === null ? {} : { responseCode: response_code }) };
}
