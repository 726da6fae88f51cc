import { type Kysely, sql } from 'kysely';
import type { AddedCustomer, ProvisioningReads, ProvisioningWrites } from '../domain/provisioning.js';
import type { CustomerRow, Partner, ValidationCodeRow } from '../domain/store.js';
import { customerRow } from './customer-row.js';
import type { DataKeys } from './data-keys.js';
import type { DialectName } from './dialect.js';
import { numberedBefore } from './event-numbers.js';
import { toRow } from './history.js';
import { hashOf } from './history-hash.js';
import { customerColumns, toCustomer, toPartner } from './queries.js';
import type { Tables } from './tables.js';
import { ValidationCodes } from './validation-codes.js';

/** Rows a statement: both databases limit how many parameters one may have. */
const ROWS_A_STATEMENT = 500;

export class SqlProvisioningReads implements ProvisioningReads {
  readonly #db: Kysely<Tables>;
  readonly #codes: ValidationCodes;

  constructor(db: Kysely<Tables>, dialect: DialectName, keys: DataKeys) {
    this.#db = db;
    this.#codes = new ValidationCodes(db, dialect, keys);
  }

  async customer(partnerId: string, customerId: string): Promise<CustomerRow | undefined> {
    const row = await this.#db
      .selectFrom('customer')
      .select(customerColumns)
      .where((eb) => eb.and({ partner_id: partnerId, id: customerId }))
      .executeTakeFirst();
    return row && toCustomer(row);
  }

  validationCode(partnerId: string, validationId: string): Promise<ValidationCodeRow | undefined> {
    return this.#codes.find(partnerId, validationId);
  }
}

/** {@link ProvisioningWrites}: an insert that gives way to what is there also waits for one that is under way. */
export class SqlProvisioningWrites implements ProvisioningWrites {
  readonly #db: Kysely<Tables>;
  readonly #dialect: DialectName;
  readonly #codes: ValidationCodes;

  constructor(db: Kysely<Tables>, dialect: DialectName, codes: ValidationCodes) {
    this.#db = db;
    this.#dialect = dialect;
    this.#codes = codes;
  }

  async addPartner({ tenantId, name, active }: Partner, at: string): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('partner')
      .values({ tenant_id: tenantId, name, active: active ? 1 : 0, created_at: at, event_sequence: numberedBefore() })
      .onConflict((conflict) => conflict.column('tenant_id').doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  async holdPartner(tenantId: string): Promise<Partner | undefined> {
    // What clear() locks, in its order, before any row is: whichever comes second then waits and holds nothing.
    if (this.#dialect === 'postgres') await sql`lock table customer, partner in row share mode`.execute(this.#db);
    const row = await this.#partner(tenantId).executeTakeFirst();
    return row && toPartner(row);
  }

  async lockPartner(tenantId: string): Promise<Partner | undefined> {
    const query = this.#partner(tenantId);
    // The weaker lock lets customers be added meanwhile, which refer to the partner.
    const row = await (this.#dialect === 'postgres' ? query.forNoKeyUpdate() : query).executeTakeFirst();
    return row && toPartner(row);
  }

  #partner(tenantId: string) {
    return this.#db.selectFrom('partner').select(['tenant_id', 'name', 'active']).where('tenant_id', '=', tenantId);
  }

  async addCustomers(partnerId: string, customers: readonly AddedCustomer[], at: string): Promise<ReadonlySet<string>> {
    const added = new Set<string>();
    for (let from = 0; from < customers.length; from += ROWS_A_STATEMENT) {
      const some = customers.slice(from, from + ROWS_A_STATEMENT);
      for (const id of await this.#addSome(partnerId, some, at)) added.add(id);
    }
    return added;
  }

  /** A new customer's chain is written with it: to look for its end and to set it would cost twice as much. */
  async #addSome(partnerId: string, customers: readonly AddedCustomer[], at: string): Promise<readonly string[]> {
    const pairs = customers.map(({ customer, step }) => {
      const first = toRow(partnerId, { customerId: customer.id, entry: step }, { sequence: 0, hash: '' });
      const head = { history_sequence: first.sequence, history_hash: hashOf(first) };
      return { row: { ...customerRow(partnerId, customer, at), ...head }, first };
    });
    const inserted = await this.#db
      .insertInto('customer')
      .values(pairs.map(({ row }) => row))
      .onConflict((conflict) => conflict.columns(['partner_id', 'id']).doNothing())
      .returning('id')
      .execute();
    const added = new Set(inserted.map(({ id }) => id));
    const steps = pairs.map(({ first }) => first).filter(({ customer_id }) => added.has(customer_id));
    if (steps.length > 0) await this.#db.insertInto('history').values(steps).execute();
    return [...added];
  }

  addValidationCode(partnerId: string, code: ValidationCodeRow): Promise<boolean> {
    return this.#codes.add(partnerId, code);
  }
}
