import type { Insertable, Transaction } from 'kysely';
import type { EventWrites } from '../domain/event.js';
import { foldName } from '../domain/fold-name.js';
import type { HistoryWrites } from '../domain/history.js';
import type { ReviewWrites } from '../domain/review.js';
import type {
  CustomerRow,
  Partner,
  ProvisionedCustomer,
  RecordedAnswer,
  StoreTransaction,
  ValidationCodeRow,
} from '../domain/store.js';
import type { Vetting } from '../domain/vetting.js';
import type { WebhookWrites } from '../domain/webhook.js';
import type { DialectName } from './dialect.js';
import { SqlEventWrites } from './events.js';
import { SqlHistoryWrites } from './history.js';
import { customerColumns, qualificationsQuery, toCustomer, toPartner, toQualificationsRead } from './queries.js';
import { SqlReviewWrites } from './reviews.js';
import type { CustomerTable, Tables } from './tables.js';
import { SqlWebhookWrites } from './webhooks.js';

/** Rows a statement: both databases limit how many parameters one may have. */
const ROWS_A_STATEMENT = 500;

/** Those that refer to others first. */
const tablesByDependence = [
  'webhook_attempt',
  'webhook_delivery',
  'webhook_registration',
  'event',
  'history',
  'review',
  'qualification',
  'validation_code',
  'recorded_answer',
  'customer',
  'partner',
] as const satisfies readonly (keyof Tables)[];

/** {@link StoreTransaction} on Kysely. SQLite lets one transaction write at a time; PostgreSQL locks the rows. */
export class SqlTransaction implements StoreTransaction {
  readonly reviews: ReviewWrites;
  readonly history: HistoryWrites;
  readonly events: EventWrites;
  readonly webhooks: WebhookWrites;
  readonly #db: Transaction<Tables>;
  readonly #dialect: DialectName;

  /** `onEvent` hears which partners' events the transaction has. */
  constructor(db: Transaction<Tables>, dialect: DialectName, onEvent: (partnerId: string) => void) {
    this.#db = db;
    this.#dialect = dialect;
    this.reviews = new SqlReviewWrites(db, dialect);
    this.history = new SqlHistoryWrites(db);
    this.events = new SqlEventWrites(db, dialect, onEvent);
    this.webhooks = new SqlWebhookWrites(db, dialect, onEvent);
  }

  async claimRequest(partnerId: string, requestId: string): Promise<RecordedAnswer | 'claimed'> {
    const key = { partner_id: partnerId, request_id: requestId };
    // A concurrent transaction with the same id waits here until the first one ends.
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('recorded_answer')
      .values({ ...key, fingerprint: '', status: 0, body: '', created_at: '' })
      .onConflict((conflict) => conflict.columns(['partner_id', 'request_id']).doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n) return 'claimed';
    return this.#db
      .selectFrom('recorded_answer')
      .select(['fingerprint', 'status', 'body'])
      .where((eb) => eb.and(key))
      .executeTakeFirstOrThrow();
  }

  async recordAnswer(partnerId: string, requestId: string, answer: RecordedAnswer, at: string): Promise<void> {
    await this.#db
      .updateTable('recorded_answer')
      .set({ ...answer, created_at: at })
      .where((eb) => eb.and({ partner_id: partnerId, request_id: requestId }))
      .execute();
  }

  async lockQualifications(partnerId: string, customerId: string) {
    if (this.#dialect === 'postgres') {
      await this.#db
        .selectFrom('customer')
        .select('id')
        .where((eb) => eb.and({ partner_id: partnerId, id: customerId }))
        .forUpdate()
        .execute();
    }
    return toQualificationsRead(await qualificationsQuery(this.#db, partnerId, customerId).execute());
  }

  async saveVetting(partnerId: string, customerId: string, vetting: Vetting): Promise<void> {
    const row = {
      vetting_status: vetting.vettingStatus ?? null,
      vetting_reason: vetting.vettingReason ?? null,
      vetting_created_date: vetting.vettingCreatedDate ?? null,
      attempts: vetting.attempts,
      education_segment: vetting.educationSegment ?? null,
      website: vetting.website ?? null,
      validation_id: vetting.validationId ?? null,
    };
    await this.#db
      .insertInto('qualification')
      .values({ partner_id: partnerId, customer_id: customerId, qualification: vetting.qualification, ...row })
      .onConflict((conflict) => conflict.columns(['partner_id', 'customer_id', 'qualification']).doUpdateSet(row))
      .execute();
  }

  async lockValidationCode(partnerId: string, validationId: string): Promise<ValidationCodeRow | undefined> {
    const query = this.#db
      .selectFrom('validation_code')
      .select(['validation_id', 'organization_name', 'max_creates', 'remaining_creates'])
      .where((eb) => eb.and({ partner_id: partnerId, validation_id: validationId }));
    const row = await (this.#dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
    return row && toValidationCode(row);
  }

  async useValidationCode(partnerId: string, validationId: string): Promise<void> {
    await this.#db
      .updateTable('validation_code')
      .set((eb) => ({ remaining_creates: eb('remaining_creates', '-', 1) }))
      .where((eb) => eb.and({ partner_id: partnerId, validation_id: validationId }))
      .execute();
  }

  async findPartner(tenantId: string): Promise<Partner | undefined> {
    const row = await this.#db
      .selectFrom('partner')
      .select(['tenant_id', 'name', 'active'])
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst();
    return row && toPartner(row);
  }

  async putPartner({ tenantId, name, active }: Partner, at: string): Promise<void> {
    const row = { name, active: active ? 1 : 0 };
    await this.#db
      .insertInto('partner')
      .values({ tenant_id: tenantId, ...row, created_at: at })
      .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(row))
      .execute();
  }

  async lockCustomers(partnerId: string, ids: readonly string[]): Promise<readonly CustomerRow[]> {
    const rows: CustomerRow[] = [];
    for (let from = 0; from < ids.length; from += ROWS_A_STATEMENT) {
      const query = this.#db
        .selectFrom('customer')
        .select(customerColumns)
        .where('partner_id', '=', partnerId)
        .where('id', 'in', ids.slice(from, from + ROWS_A_STATEMENT))
        .orderBy('id');
      rows.push(...(await (this.#dialect === 'postgres' ? query.forUpdate() : query).execute()).map(toCustomer));
    }
    return rows;
  }

  async putCustomers(partnerId: string, customers: readonly ProvisionedCustomer[], at: string): Promise<void> {
    for (let from = 0; from < customers.length; from += ROWS_A_STATEMENT) {
      const some = customers.slice(from, from + ROWS_A_STATEMENT);
      await this.#upsertCustomers(some.map((customer) => customerRow(partnerId, customer, at)));
      await this.reviews.followNames(
        partnerId,
        some.map(({ id }) => id),
      );
      for (const { id, relationshipEnded } of some) {
        if (relationshipEnded !== undefined) await this.#setRelationship(partnerId, id, relationshipEnded);
      }
    }
  }

  async #upsertCustomers(rows: readonly Insertable<CustomerTable>[]): Promise<void> {
    await this.#db
      .insertInto('customer')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['partner_id', 'id']).doUpdateSet((eb) => ({
          company_name: eb.ref('excluded.company_name'),
          name_key: eb.ref('excluded.name_key'),
          domain: eb.ref('excluded.domain'),
          domain_key: eb.ref('excluded.domain_key'),
          country: eb.ref('excluded.country'),
          email: eb.ref('excluded.email'),
          relationship_to_partner: eb.ref('excluded.relationship_to_partner'),
        })),
      )
      .execute();
  }

  async #setRelationship(partnerId: string, id: string, ended: boolean): Promise<void> {
    await this.#db
      .updateTable('customer')
      .set({ relationship_ended: ended ? 1 : 0 })
      .where((eb) => eb.and({ partner_id: partnerId, id }))
      .execute();
  }

  async putValidationCode(partnerId: string, code: ValidationCodeRow): Promise<void> {
    const row = {
      organization_name: code.organizationName,
      max_creates: code.maxCreates,
      remaining_creates: code.remainingCreates,
    };
    await this.#db
      .insertInto('validation_code')
      .values({ partner_id: partnerId, validation_id: code.validationId, ...row })
      .onConflict((conflict) => conflict.columns(['partner_id', 'validation_id']).doUpdateSet(row))
      .execute();
  }

  async removeValidationCode(partnerId: string, validationId: string): Promise<void> {
    await this.#db
      .deleteFrom('validation_code')
      .where((eb) => eb.and({ partner_id: partnerId, validation_id: validationId }))
      .execute();
  }

  async saveSetting(name: string, value: string): Promise<void> {
    await this.#db
      .insertInto('setting')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  }

  async clear(): Promise<void> {
    for (const table of tablesByDependence) await this.#db.deleteFrom(table).execute();
  }

  async setting(name: string, value: string): Promise<string> {
    await this.#db
      .insertInto('setting')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const row = await this.#db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirstOrThrow();
    return row.value;
  }
}

function customerRow(partnerId: string, customer: ProvisionedCustomer, at: string): Insertable<CustomerTable> {
  return {
    partner_id: partnerId,
    id: customer.id,
    company_name: customer.companyName,
    name_key: foldName(customer.companyName),
    domain: customer.domain,
    domain_key: foldName(customer.domain),
    country: customer.country ?? null,
    email: customer.email ?? null,
    relationship_to_partner: customer.relationshipToPartner,
    relationship_ended: customer.relationshipEnded ? 1 : 0,
    created_at: at,
  };
}

export function toValidationCode(row: {
  validation_id: string;
  organization_name: string;
  max_creates: number;
  remaining_creates: number;
}): ValidationCodeRow {
  return {
    validationId: row.validation_id,
    organizationName: row.organization_name,
    maxCreates: row.max_creates,
    remainingCreates: row.remaining_creates,
  };
}
