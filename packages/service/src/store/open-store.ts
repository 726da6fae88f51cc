import { sql } from 'kysely';
import type { EventReads } from '../domain/event.js';
import type { HistoryReads } from '../domain/history.js';
import type { PortfolioReads } from '../domain/portfolio.js';
import type { ProvisioningReads } from '../domain/provisioning.js';
import { Refusal, StoreUnavailable } from '../domain/refusal.js';
import type { ReviewReads } from '../domain/review.js';
import type {
  ConnectionCounts,
  CustomersPage,
  CustomersPageQuery,
  DatabaseAddress,
  Store,
  StoreReads,
  StoreTransaction,
} from '../domain/store.js';
import type { ThrottleLedger } from '../domain/throttle.js';
import type { WebhookReads } from '../domain/webhook.js';
import { DataKeys } from './data-keys.js';
import type { AnswerCells, OpenDatabase } from './dialect.js';
import { SqlEventReads } from './events.js';
import { SqlHistoryReads } from './history.js';
import type { KeySource } from './key-source.js';
import { migrate } from './migrations/index.js';
import { SqlPortfolioReads } from './portfolio.js';
import { SqlProvisioningReads } from './provisioning.js';
import { toAnswerRead } from './published.js';
import {
  customerQuery,
  customersCountQuery,
  customersPageQuery,
  isCustomer,
  qualificationsQuery,
  toCustomer,
  toPartner,
  toQualificationsRead,
} from './queries.js';
import { rekey } from './rekey.js';
import { SqlReviewReads } from './review-reads.js';
import type { CompiledTemplates } from './statements.js';
import { SqlThrottleLedger } from './throttle-ledger.js';
import { SqlTransaction } from './transaction.js';
import { ValidationCodes } from './validation-codes.js';
import { SqlWebhookReads } from './webhook-reads.js';

/**
 * Opens the database and brings its tables up to date. `onIdleError` hears of connections that break while unused. Without
 * keys everything can be read and written but the secrets of a database that has them encrypted.
 */
export async function openStore(
  config: DatabaseAddress,
  onIdleError: (error: Error) => void,
  keySource?: KeySource,
): Promise<Store> {
  const database = await openDialect(config, onIdleError);
  try {
    await migrate(database);
    await database.migrated();
    const keys = new DataKeys(keySource);
    await database.sealed(await keys.open(database.db));
    return new SqlStore(database, keys);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Loads the one driver that is needed. */
async function openDialect(config: DatabaseAddress, onIdleError: (error: Error) => void): Promise<OpenDatabase> {
  if (config.kind === 'postgres') return (await import('./postgres.js')).openPostgres(config.url, onIdleError);
  const { openSqlite } = await import('./sqlite.js');
  return openSqlite(config.kind === 'sqlite' ? config.file : undefined);
}

/** Under way or waiting for it, at most; whoever comes then is sent away at once. */
export const MAX_TRANSACTIONS = 500;

class SqlStore implements Store {
  readonly reads: StoreReads;
  readonly throttle: ThrottleLedger | undefined;
  readonly #database: OpenDatabase;
  readonly #keys: DataKeys;
  readonly #listeners = new Set<(partnerId: string) => void>();
  readonly #templates: CompiledTemplates = new Map();
  #transactions = 0;

  constructor(database: OpenDatabase, keys: DataKeys) {
    this.#database = database;
    this.#keys = keys;
    this.reads = new SqlReads(database, keys);
    this.throttle = database.throttle && new SqlThrottleLedger(database.throttle);
  }

  async transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    if (this.#transactions === MAX_TRANSACTIONS) throw new Refusal('ServiceUnavailable');
    this.#transactions += 1;
    const partners = new Set<string>();
    try {
      const result = await this.#transact(work, partners);
      for (const partnerId of partners) this.#tell(partnerId);
      return result;
    } catch (error) {
      throw unavailableOr(this.#database, error);
    } finally {
      this.#transactions -= 1;
    }
  }

  #transact<T>(work: (transaction: StoreTransaction) => Promise<T>, partners: Set<string>): Promise<T> {
    const { db, dialect } = this.#database;
    const shared = { dialect, keys: this.#keys, templates: this.#templates };
    return db
      .transaction()
      .setIsolationLevel('read committed')
      .execute((transaction) => work(new SqlTransaction(transaction, shared, (partnerId) => partners.add(partnerId))));
  }

  onEvents(listener: (partnerId: string) => void): () => void {
    if (this.#listeners.size === 0) this.#database.listen((partnerId) => this.#tell(partnerId));
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(partnerId: string): void {
    for (const listener of this.#listeners) listener(partnerId);
  }

  async forgetAnswers(before: string): Promise<void> {
    await available(this.#database, () =>
      this.#database.db
        .transaction()
        .execute((transaction) => transaction.deleteFrom('recorded_answer').where('created_at', '<', before).execute()),
    );
  }

  async forgetDeliveries(before: string): Promise<void> {
    await this.transaction((transaction) => transaction.webhooks.forget(before));
  }

  async ping(): Promise<void> {
    await available(this.#database, () => sql`select 1`.execute(this.#database.reads));
  }

  connections(): readonly ConnectionCounts[] {
    return this.#database.connections();
  }

  async rekey(): Promise<number> {
    return available(this.#database, () => rekey(this.#database, this.#keys));
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

class SqlReads implements StoreReads {
  readonly portfolio: PortfolioReads;
  readonly reviews: ReviewReads;
  readonly history: HistoryReads;
  readonly events: EventReads;
  readonly webhooks: WebhookReads;
  readonly provisioning: ProvisioningReads;
  readonly #database: OpenDatabase;
  readonly #codes: ValidationCodes;

  constructor(database: OpenDatabase, keys: DataKeys) {
    this.#database = database;
    this.#codes = new ValidationCodes(database.reads, database.dialect, keys);
    this.portfolio = guarded(database, new SqlPortfolioReads(database.reads));
    this.reviews = guarded(database, new SqlReviewReads(database.reads));
    this.history = guarded(database, new SqlHistoryReads(database.reads));
    this.events = guarded(database, new SqlEventReads(database.reads));
    this.webhooks = guarded(database, new SqlWebhookReads(database.reads, keys));
    this.provisioning = guarded(database, new SqlProvisioningReads(database.reads, database.dialect, keys));
  }

  answer(partnerId: string, customerId: string) {
    try {
      if (this.#database.isCrowded()) throw new Refusal('ServiceUnavailable');
      const cells = this.#database.readAnswer(partnerId, customerId);
      return cells instanceof Promise ? this.#answerLater(cells) : toAnswerRead(cells);
    } catch (error) {
      throw unavailableOr(this.#database, error);
    }
  }

  async #answerLater(cells: Promise<AnswerCells | undefined>) {
    try {
      return toAnswerRead(await cells);
    } catch (error) {
      throw unavailableOr(this.#database, error);
    }
  }

  async vettings(partnerId: string, customerId: string) {
    return available(this.#database, async () =>
      toQualificationsRead(await qualificationsQuery(this.#database.reads, partnerId, customerId).execute()),
    );
  }

  async partner(tenantId: string) {
    const row = await available(this.#database, () =>
      this.#database.reads
        .selectFrom('partner')
        .select(['tenant_id', 'name', 'active'])
        .where('tenant_id', '=', tenantId)
        .executeTakeFirst(),
    );
    return row && toPartner(row);
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
    const counted = await available(this.#database, () => customersCountQuery(db, partnerId, query).executeTakeFirst());
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
    const codes = await available(this.#database, () => this.#codes.list(partnerId));
    return { partnerKnown: codes !== undefined, codes: codes ?? [] };
  }
}

/** The same reads, each told apart from a defect of ours where the database cannot be used. */
function guarded<Reads extends object>(database: OpenDatabase, reads: Reads): Reads {
  return new Proxy(reads, {
    get(target, name) {
      const read: unknown = Reflect.get(target, name);
      if (typeof read !== 'function') return read;
      return (...parameters: unknown[]) => available(database, () => Reflect.apply(read, target, parameters));
    },
  });
}

async function available<T>(database: OpenDatabase, work: () => Promise<T>): Promise<T> {
  if (database.isCrowded()) throw new Refusal('ServiceUnavailable');
  try {
    return await work();
  } catch (error) {
    throw unavailableOr(database, error);
  }
}

/** Tells a database that cannot be used at the moment from a defect of ours. */
function unavailableOr(database: OpenDatabase, error: unknown): unknown {
  if (!database.isUnavailable(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreUnavailable(`The database is busy or cannot be reached: ${reason}.`, { cause: error });
}
