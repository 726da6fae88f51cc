import { type Insertable, sql, type Transaction } from 'kysely';
import type { EventWrites } from '../domain/event.js';
import type { HistoryWrites } from '../domain/history.js';
import type { ProvisioningWrites } from '../domain/provisioning.js';
import type { ReviewWrites } from '../domain/review.js';
import type {
  CustomerRow,
  Partner,
  PastAnswer,
  ProvisionedCustomer,
  RecordedAnswer,
  StoredValidationCode,
  StoreTransaction,
  ValidationCodeRow,
} from '../domain/store.js';
import type { Vetting } from '../domain/vetting.js';
import type { WebhookWrites } from '../domain/webhook.js';
import { followCustomers } from './customer-place.js';
import { customerRow } from './customer-row.js';
import type { DataKeys } from './data-keys.js';
import type { DialectName } from './dialect.js';
import { keepEventNumbers, numberedBefore } from './event-numbers.js';
import { announcer, SqlEventWrites } from './events.js';
import { SqlHistoryWrites } from './history.js';
import { SqlProvisioningWrites } from './provisioning.js';
import { publishQualifications } from './published.js';
import { customerColumns, toCustomer, toPartner, toQualificationsRead } from './queries.js';
import {
  insertClaim,
  lockCustomer,
  selectQualifications,
  updateAnswer,
  upsertQualification,
} from './request-templates.js';
import { SqlReviewWrites } from './reviews.js';
import { type CompiledTemplates, Statements } from './statements.js';
import type { CustomerTable, Tables } from './tables.js';
import { ValidationCodes } from './validation-codes.js';
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

/** What may change of a customer, besides its relationship's end. */
const updatedColumns = [
  'company_name',
  'name_key',
  'domain',
  'domain_key',
  'domain_start',
  'country',
  'email',
  'relationship_to_partner',
] as const satisfies readonly (keyof CustomerTable)[];

/** What one database has for all its transactions. */
interface SharedByTransactions {
  readonly dialect: DialectName;
  readonly keys: DataKeys;
  readonly templates: CompiledTemplates;
}

/** {@link StoreTransaction} on Kysely. SQLite lets one transaction write at a time; PostgreSQL locks the rows. */
export class SqlTransaction implements StoreTransaction {
  readonly reviews: ReviewWrites;
  readonly history: HistoryWrites;
  readonly events: EventWrites;
  readonly webhooks: WebhookWrites;
  readonly provisioning: ProvisioningWrites;
  readonly #db: Transaction<Tables>;
  readonly #dialect: DialectName;
  readonly #keys: DataKeys;
  readonly #codes: ValidationCodes;
  readonly #statements: Statements;

  /** `onEvent` hears which partners' events the transaction has. */
  constructor(
    db: Transaction<Tables>,
    { dialect, keys, templates }: SharedByTransactions,
    onEvent: (partnerId: string) => void,
  ) {
    this.#db = db;
    this.#dialect = dialect;
    this.#keys = keys;
    this.#codes = new ValidationCodes(db, dialect, keys);
    this.#statements = new Statements(db, templates);
    this.reviews = new SqlReviewWrites(db, dialect, this.#statements);
    this.history = new SqlHistoryWrites(db, this.#statements);
    const announce = announcer(db, dialect, onEvent);
    this.events = new SqlEventWrites(this.#statements, announce);
    this.webhooks = new SqlWebhookWrites(db, { dialect, keys, announce });
    this.provisioning = new SqlProvisioningWrites(db, dialect, this.#codes);
  }

  async claimRequest(partnerId: string, requestId: string, fingerprint: string): Promise<PastAnswer | 'claimed'> {
    const key = { partner_id: partnerId, request_id: requestId };
    // A concurrent transaction with the same id waits here until the first one ends.
    const { numAffectedRows } = await this.#statements.run(insertClaim, key);
    if (numAffectedRows === 1n) return 'claimed';
    const { status, body, ...kept } = await this.#db
      .selectFrom('recorded_answer')
      .select(['fingerprint', 'status', 'body'])
      .where((eb) => eb.and(key))
      .executeTakeFirstOrThrow();
    const keyring = await this.#keys.forSealed(this.#db, kept.fingerprint);
    return {
      status,
      body,
      isSameRequest: keyring.isFingerprint(kept.fingerprint, [partnerId, requestId], fingerprint),
    };
  }

  async recordAnswer(partnerId: string, requestId: string, answer: RecordedAnswer, at: string): Promise<void> {
    const { status, body } = answer;
    const keyring = await this.#keys.lastRead(this.#db);
    const fingerprint = keyring.fingerprint([partnerId, requestId], answer.fingerprint);
    await this.#statements.run(updateAnswer, { partnerId, requestId, fingerprint, status, body, at });
  }

  async lockQualifications(partnerId: string, customerId: string) {
    const key = { partnerId, customerId };
    if (this.#dialect === 'postgres') await this.#statements.run(lockCustomer, key);
    return toQualificationsRead((await this.#statements.run(selectQualifications, key)).rows);
  }

  async saveVetting(partnerId: string, customerId: string, vetting: Vetting): Promise<void> {
    await this.#statements.run(upsertQualification, {
      partner_id: partnerId,
      customer_id: customerId,
      qualification: vetting.qualification,
      vetting_status: vetting.vettingStatus ?? null,
      vetting_reason: vetting.vettingReason ?? null,
      vetting_created_date: vetting.vettingCreatedDate ?? null,
      attempts: vetting.attempts,
      education_segment: vetting.educationSegment ?? null,
      website: vetting.website ?? null,
      validation_code_id: vetting.validationCodeId ?? null,
    });
    await publishQualifications(this.#statements, partnerId, customerId);
  }

  lockValidationCode(partnerId: string, validationId: string): Promise<StoredValidationCode | undefined> {
    return this.#codes.lock(partnerId, validationId);
  }

  useValidationCode(partnerId: string, validationId: string): Promise<void> {
    return this.#codes.use(partnerId, validationId);
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
      .values({ tenant_id: tenantId, ...row, created_at: at, event_sequence: numberedBefore() })
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
    const told = customers.filter(({ relationshipEnded }) => relationshipEnded !== undefined);
    const untold = customers.filter(({ relationshipEnded }) => relationshipEnded === undefined);
    for (const [some, columns] of [
      [told, [...updatedColumns, 'relationship_ended']],
      [untold, updatedColumns],
    ] as const) {
      for (let from = 0; from < some.length; from += ROWS_A_STATEMENT) {
        const rows = some.slice(from, from + ROWS_A_STATEMENT).map((customer) => customerRow(partnerId, customer, at));
        await this.#upsertCustomers(rows, columns);
        await followCustomers(
          this.#db,
          partnerId,
          rows.map(({ id }) => id),
        );
      }
    }
  }

  async #upsertCustomers(
    rows: readonly Insertable<CustomerTable>[],
    columns: readonly (keyof CustomerTable)[],
  ): Promise<void> {
    await this.#db
      .insertInto('customer')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['partner_id', 'id'])
          .doUpdateSet((eb) => Object.fromEntries(columns.map((column) => [column, eb.ref(`excluded.${column}`)]))),
      )
      .execute();
  }

  putValidationCode(partnerId: string, code: ValidationCodeRow): Promise<void> {
    return this.#codes.put(partnerId, code);
  }

  removeValidationCode(partnerId: string, validationId: string): Promise<void> {
    return this.#codes.remove(partnerId, validationId);
  }

  async saveSetting(name: string, value: string): Promise<void> {
    await this.#db
      .insertInto('setting')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  }

  async clear(): Promise<void> {
    // Whoever changes a customer's qualification has its row locked, and whoever ends a delivery the partner's: they end
    // first, or begin when this has ended.
    if (this.#dialect === 'postgres') await sql`lock table customer, partner in exclusive mode`.execute(this.#db);
    await keepEventNumbers(this.#db);
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
