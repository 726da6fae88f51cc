import { type Kysely, sql } from 'kysely';
import { StoreUnavailable } from '../domain/refusal.js';
import type {
  CustomersPage,
  CustomersPageQuery,
  DatabaseAddress,
  Store,
  StoreReads,
  StoreTransaction,
} from '../domain/store.js';
import type { OpenDatabase } from './dialect.js';
import { migrate } from './migrations/index.js';
import { openPostgres } from './postgres.js';
import {
  customerQuery,
  customersCountQuery,
  customersPageQuery,
  isCustomer,
  type QualificationsRow,
  qualificationsQuery,
  toCustomer,
  toQualificationsRead,
} from './queries.js';
import { openSqlite } from './sqlite.js';
import { SqlTransaction, toValidationCode } from './transaction.js';

/** Opens the database and brings its tables up to date. `onIdleError` hears of connections that break while unused. */
export async function openStore(config: DatabaseAddress, onIdleError: (error: Error) => void): Promise<Store> {
  const database =
    config.kind === 'postgres'
      ? openPostgres(config.url, onIdleError)
      : openSqlite(config.kind === 'sqlite' ? config.file : undefined);
  try {
    await migrate(database.db as unknown as Kysely<never>, database.dialect);
  } catch (error) {
    await database.close();
    throw error;
  }
  return new SqlStore(database);
}

class SqlStore implements Store {
  readonly reads: StoreReads;
  readonly #database: OpenDatabase;

  constructor(database: OpenDatabase) {
    this.#database = database;
    this.reads = new SqlReads(database);
  }

  transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    const { db, dialect } = this.#database;
    return available(this.#database, () =>
      db.transaction().execute((transaction) => work(new SqlTransaction(transaction, dialect))),
    );
  }

  async forgetAnswers(before: string): Promise<void> {
    await available(this.#database, () =>
      this.#database.db.deleteFrom('recorded_answer').where('created_at', '<', before).execute(),
    );
  }

  async ping(): Promise<void> {
    await available(this.#database, () => sql`select 1`.execute(this.#database.db));
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

class SqlReads implements StoreReads {
  readonly #database: OpenDatabase;
  readonly #readQualifications: (parameters: readonly string[]) => Promise<readonly QualificationsRow[]>;

  constructor(database: OpenDatabase) {
    this.#database = database;
    const query = qualificationsQuery(database.db, 'partner', 'customer').compile();
    const customerFirst = query.parameters[0] === 'customer';
    const read = database.prepareRead(query);
    this.#readQualifications = ([partnerId = '', customerId = '']) =>
      read(customerFirst ? [customerId, partnerId] : [partnerId, customerId]);
  }

  async qualifications(partnerId: string, customerId: string) {
    try {
      return toQualificationsRead(await this.#readQualifications([partnerId, customerId]));
    } catch (error) {
      throw this.#database.isUnavailable(error)
        ? new StoreUnavailable('The database cannot be read.', { cause: error })
        : error;
    }
  }

  async customer(partnerId: string, customerId: string) {
    const row = await available(this.#database, () =>
      customerQuery(this.#database.db, partnerId, customerId).executeTakeFirst(),
    );
    if (row === undefined) return { partnerKnown: false };
    if (!isCustomer(row)) return { partnerKnown: true };
    const value = toCustomer(row);
    return { partnerKnown: true, customer: { relationshipEnded: value.relationshipEnded, value } };
  }

  async customers(partnerId: string, query: CustomersPageQuery): Promise<CustomersPage> {
    const { db } = this.#database;
    const counted = await available(this.#database, () =>
      customersCountQuery(db, partnerId, query.filter).executeTakeFirst(),
    );
    if (counted === undefined) return { partnerKnown: false, totalCount: 0, items: [] };
    const rows = await available(this.#database, () => customersPageQuery(db, partnerId, query).execute());
    const items = rows.slice(0, query.size);
    const last = items.at(-1);
    return {
      partnerKnown: true,
      totalCount: Number(counted.count),
      items: items.map(toCustomer),
      ...(rows.length > query.size && last ? { next: { nameKey: last.name_key, id: last.id } } : {}),
    };
  }

  async validationCodes(partnerId: string) {
    const rows = await available(this.#database, () =>
      this.#database.db
        .selectFrom('partner as p')
        .leftJoin('validation_code as v', 'v.partner_id', 'p.tenant_id')
        .where('p.tenant_id', '=', partnerId)
        .select(['v.validation_id', 'v.organization_name', 'v.max_creates', 'v.remaining_creates'])
        .orderBy('v.organization_name')
        .orderBy('v.validation_id')
        .execute(),
    );
    const codes = rows.flatMap(({ validation_id, organization_name, max_creates, remaining_creates }) =>
      validation_id === null || organization_name === null || max_creates === null || remaining_creates === null
        ? []
        : [toValidationCode({ validation_id, organization_name, max_creates, remaining_creates })],
    );
    return { partnerKnown: rows.length > 0, codes };
  }
}

async function available<T>(database: OpenDatabase, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw database.isUnavailable(error)
      ? new StoreUnavailable('The database cannot be reached.', { cause: error })
      : error;
  }
}
