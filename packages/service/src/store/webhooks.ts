import { randomUUID } from 'node:crypto';
import { type QualificationName, TEST_CREATED } from '@vetted/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  AttemptOutcome,
  ClaimedDelivery,
  ClaimOptions,
  RegistrationRead,
  WebhookRegistration,
  WebhookWrites,
} from '../domain/webhook.js';
import type { DataKeys } from './data-keys.js';
import type { DialectName } from './dialect.js';
import type { Announce } from './events.js';
import { secretPlace } from './keyring.js';
import type { Tables, WebhookDeliveryTable } from './tables.js';
import { readRegistration, testDeliveryId } from './webhook-reads.js';

/** A literal, so that the indexes of pending deliveries are used. */
const PENDING = sql.lit('pending');

interface WebhookWritesParts {
  readonly dialect: DialectName;
  readonly keys: DataKeys;
  readonly announce: Announce;
}

/** {@link WebhookWrites}. */
export class SqlWebhookWrites implements WebhookWrites {
  readonly #db: Kysely<Tables>;
  readonly #dialect: DialectName;
  readonly #announce: Announce;

  readonly #keys: DataKeys;

  constructor(db: Kysely<Tables>, { dialect, keys, announce }: WebhookWritesParts) {
    this.#db = db;
    this.#dialect = dialect;
    this.#keys = keys;
    this.#announce = announce;
  }

  async lock(partnerId: string): Promise<RegistrationRead> {
    if (this.#dialect === 'postgres') {
      // The row that appending an event changes: a registration ends before or after an event, never meanwhile.
      await this.#db
        .selectFrom('partner')
        .select('tenant_id')
        .where('tenant_id', '=', partnerId)
        .forNoKeyUpdate()
        .execute();
    }
    return readRegistration(this.#db, this.#keys, partnerId);
  }

  async save(registration: WebhookRegistration, at: string): Promise<void> {
    const { current } = await this.#keys.hold(this.#db, this.#dialect);
    const row = {
      id: registration.id,
      url: registration.url,
      events: JSON.stringify(registration.events),
      secret: current.seal(secretPlace(registration.partnerId, registration.id), registration.secret),
      ms_signature: registration.signatureInMsSignatureHeader ? 1 : 0,
      updated_at: at,
    };
    await this.#db
      .insertInto('webhook_registration')
      .values({ partner_id: registration.partnerId, created_at: at, ...row })
      .onConflict((conflict) => conflict.column('partner_id').doUpdateSet(row))
      .execute();
    await this.#pending(registration.partnerId)
      .where('event_name', 'not in', [...registration.events, TEST_CREATED])
      .set({ state: 'dropped', lease: null, ended_at: at })
      .execute();
  }

  async end(partnerId: string, at: string): Promise<void> {
    await this.#pending(partnerId).set({ state: 'dropped', lease: null, ended_at: at }).execute();
    await this.#db.deleteFrom('webhook_registration').where('partner_id', '=', partnerId).execute();
  }

  async testsSince(partnerId: string, since: string): Promise<{ count: number; oldest?: string }> {
    const { count, oldest } = await this.#db
      .selectFrom('webhook_delivery')
      .where((eb) => eb.and({ partner_id: partnerId, event_name: TEST_CREATED }))
      .where('customer_id', 'is', null)
      .where('at', '>', since)
      .select(({ fn }) => [fn.countAll<number | string>().as('count'), fn.min<string | null>('at').as('oldest')])
      .executeTakeFirstOrThrow();
    return { count: Number(count), ...(oldest === null ? {} : { oldest }) };
  }

  async addTest({ partnerId, url }: WebhookRegistration, correlationId: string, at: string): Promise<void> {
    await this.#db
      .insertInto('webhook_delivery')
      .values({
        partner_id: partnerId,
        id: testDeliveryId(correlationId),
        customer_id: null,
        qualification: null,
        sequence: 0,
        event_name: TEST_CREATED,
        at,
        correlation_id: correlationId,
        url,
        state: 'pending',
        attempts: 0,
        next_attempt_at: at,
        lease: null,
        ended_at: null,
      })
      .execute();
    await this.#announce(partnerId);
  }

  async claim(partnerId: string, options: ClaimOptions): Promise<readonly ClaimedDelivery[]> {
    const rows = await this.#nextDue(partnerId, options);
    if (rows.length === 0) return [];
    const { registration } = await readRegistration(this.#db, this.#keys, partnerId);
    if (registration === undefined) return [];
    const lease = randomUUID();
    await this.#db
      .updateTable('webhook_delivery')
      .set({ lease, next_attempt_at: options.leasedUntil, url: registration.url })
      .where('partner_id', '=', partnerId)
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute();
    return rows.map((row) => toClaimed(row, lease, registration));
  }

  #nextDue(partnerId: string, { now, except, limit }: ClaimOptions) {
    const due = this.#db
      .selectFrom('webhook_delivery as d')
      .selectAll('d')
      .where('d.partner_id', '=', partnerId)
      .where('d.state', '=', PENDING)
      .where('d.next_attempt_at', '<=', now)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('webhook_delivery as e')
              .select('e.id')
              .whereRef('e.partner_id', '=', 'd.partner_id')
              .whereRef('e.customer_id', '=', 'd.customer_id')
              .whereRef('e.sequence', '<', 'd.sequence')
              .where('e.state', '=', PENDING),
          ),
        ),
      )
      .$if(except.length > 0, (query) => query.where('d.id', 'not in', except))
      .orderBy('d.next_attempt_at')
      .orderBy('d.sequence')
      .limit(limit);
    return (this.#dialect === 'postgres' ? due.forUpdate('d').skipLocked() : due).execute();
  }

  async finish(delivery: ClaimedDelivery, outcome: AttemptOutcome): Promise<boolean> {
    const { state, at, nextAttemptAt = at } = outcome;
    const { numUpdatedRows } = await this.#claimed(delivery)
      .set({
        state,
        attempts: delivery.attempts + 1,
        next_attempt_at: nextAttemptAt,
        lease: null,
        ended_at: state === 'pending' ? null : at,
      })
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    await this.#addAttempt(delivery, outcome);
    if (state === 'pending') await this.#holdBack(delivery, nextAttemptAt);
    return true;
  }

  async #addAttempt(delivery: ClaimedDelivery, { at, responseCode, message }: AttemptOutcome): Promise<void> {
    await this.#db
      .insertInto('webhook_attempt')
      .values({
        partner_id: delivery.partnerId,
        delivery_id: delivery.id,
        attempt: delivery.attempts + 1,
        at,
        response_code: responseCode ?? null,
        message,
      })
      .execute();
  }

  /** What waits behind a delivery is not looked at before it: there may be much of it. */
  async #holdBack({ partnerId, customerId }: ClaimedDelivery, until: string): Promise<void> {
    if (customerId === undefined) return;
    await this.#pending(partnerId)
      .where('customer_id', '=', customerId)
      .where('next_attempt_at', '<', until)
      .set({ next_attempt_at: until })
      .execute();
  }

  async release(delivery: ClaimedDelivery, at: string): Promise<void> {
    await this.#claimed(delivery).set({ lease: null, next_attempt_at: at }).execute();
  }

  async forget(before: string): Promise<void> {
    await this.#db
      .deleteFrom('webhook_attempt')
      .where((eb) =>
        eb(
          eb.refTuple('partner_id', 'delivery_id'),
          'in',
          eb
            .selectFrom('webhook_delivery')
            .select(['partner_id', 'id'])
            .where('ended_at', '<', before)
            .$asTuple('partner_id', 'id'),
        ),
      )
      .execute();
    await this.#db.deleteFrom('webhook_delivery').where('ended_at', '<', before).execute();
  }

  #pending(partnerId: string) {
    return this.#db.updateTable('webhook_delivery').where('partner_id', '=', partnerId).where('state', '=', PENDING);
  }

  /** The delivery, as long as its claim stands. */
  #claimed({ partnerId, id, lease }: ClaimedDelivery) {
    return this.#pending(partnerId).where('id', '=', id).where('lease', '=', lease);
  }
}

function toClaimed(
  row: Selectable<WebhookDeliveryTable>,
  lease: string,
  registration: WebhookRegistration,
): ClaimedDelivery {
  return {
    id: row.id,
    partnerId: row.partner_id,
    eventName: row.event_name,
    ...(row.customer_id === null ? {} : { customerId: row.customer_id }),
    ...(row.qualification === null ? {} : { qualification: row.qualification as QualificationName }),
    at: row.at,
    correlationId: row.correlation_id,
    attempts: row.attempts,
    lease,
    registration,
  };
}
