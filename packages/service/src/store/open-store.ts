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
  type PublishedCells,
  publishedQuery,
  toCustomer,
  toPublishedRead,
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
    database.migrated();
    return new SqlStore(database);
  } catch (error) {
    await database.close();
    throw error;
  }
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
      db
        .transaction()
        .setIsolationLevel('read committed')
        .execute((transaction) => work(new SqlTransaction(transaction, dialect))),
    );
  }

  async forgetAnswers(before: string): Promise<void> {
    await available(this.#database, () =>
      this.#database.db
        .transaction()
        .execute((transaction) => transaction.deleteFrom('recorded_answer').where('created_at', '<', before).execute()),
    );
  }

  async ping(): Promise<void> {
    await available(this.#database, () => sql`select 1`.execute(this.#database.reads));
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

class SqlReads implements StoreReads {
  readonly #database: OpenDatabase;
  readonly #readQualifications: (parameters: readonly string[]) => Promise<readonly PublishedCells[]>;

  constructor(database: OpenDatabase) {
    this.#database = database;
    const query = publishedQuery(database.reads, 'partner', 'customer').compile();
    const customerFirst = query.parameters[0] === 'customer';
    const read = database.prepareRead<PublishedCells>(query);
    this.#readQualifications = ([partnerId = '', customerId = '']) =>
      read(customerFirst ? [customerId, partnerId] : [partnerId, customerId]);
  }

  async qualifications(partnerId: string, customerId: string) {
    const rows = await available(this.#database, () => this.#readQualifications([partnerId, customerId]));
    return toPublishedRead(rows);
  }

  async customer(partnerId: string, customerId: string) {
    const row = await available(this.#database, () =>
      customerQuery(this.#database.reads, partnerId, customerId).executeTakeFirst(),
    );
    if (row === undefined) return { partnerKnown: false };
    if (!isCustomer(row)) return { partnerKnown: true };
    const value = toCustomer(row);
    return { partnerKnown: true, customer: { relationshipEnded: value.relationshipEnded, value } };
  }

  async customers(partnerId: string, query: CustomersPageQuery): Promise<CustomersPage> {
    const { reads: db } = this.#database;
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
      this.#database.reads
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

/** Tells a database that cannot be used at the moment from a defect of ours. */
async function available<T>(database: OpenDatabase, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!database.isUnavailable(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailable(`The database is busy or cannot be reached: ${reason}.`, { cause: error });
  }
}
