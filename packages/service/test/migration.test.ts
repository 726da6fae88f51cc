import { databases, testEncryption } from '@vetted/testkit';
import { type Kysely, Migrator, PostgresAdapter, sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDatabase } from '../src/config.js';
import { backUpDatabase, openAdmin, startService } from '../src/index.js';
import { initial } from '../src/store/migrations/0001-initial.js';
import { openStore } from '../src/store/open-store.js';
import { openPostgres } from '../src/store/postgres.js';
import { openSqlite } from '../src/store/sqlite.js';
import type { Tables } from '../src/store/tables.js';
import { published } from './bench.js';
import { onDatabase } from './raw-database.js';

const partner = '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d';
const [denied, inReview, approved, cloud] = [1, 2, 3, 4].map((n) => `71b473d5-c4a2-4381-82e5-80940000000${n}`);
const more = Array.from({ length: 1_100 }, (_, n) => `81b473d5-c4a2-4381-82e5-8094000${String(n).padStart(5, '0')}`);
const actor = `${partner}/5d0e9a14-7c62-4b8f-8e31-6a9b0c1d2e01`;

/** The tables as the first migration makes them. */
interface FirstTables {
  partner: object;
  customer: object;
  qualification: object;
  history: object;
}

describe.each(databases)('a database of the first schema, on $name,', ({ create }) => {
  /** Writes what a service of the first schema would have written, and opens it with this one's. */
  async function migrated() {
    const database = await create();
    onTestFinished(() => database.drop());
    const address = parseDatabase(database.address, undefined);
    const { db, dialect, close } =
      address.kind === 'postgres'
        ? openPostgres(address.url, () => {})
        : openSqlite(address.kind === 'sqlite' ? address.file : undefined);
    const migrations = { '0001-initial': initial(dialect) };
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    expect((await migrator.migrateToLatest()).error).toBeUndefined();
    await fill(db as unknown as Kysely<FirstTables>);
    await close();

    const store = await openStore(address, () => {});
    onTestFinished(() => store.close());
    return store;
  }

  it('keeps its qualifications', async () => {
    const store = await migrated();
    const { customer } = await published(store, partner, denied ?? '');
    expect(customer?.value).toEqual([
      {
        qualification: 'Education',
        vettingStatus: 'Denied',
        vettingReason: 'Not an Academic Domain',
        vettingCreatedDate: '2026-01-09T10:00:00.0000001Z',
      },
    ]);
  });

  it('has a review for each Education request that stands, with its reason, date and attempt', async () => {
    const store = await migrated();
    expect(await store.reads.reviews.ofCustomer(partner, denied ?? '')).toEqual([
      {
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        partnerId: partner,
        customerId: denied,
        qualification: 'Education',
        attempt: 2,
        status: 'Denied',
        educationSegment: 'K12',
        website: 'example.edu',
        submittedAt: '2026-01-09T10:00:00.000Z',
        submittedBy: actor,
        dueAt: '2026-01-14T10:00:00.000Z',
        decidedAt: '2026-01-12T08:00:00.000Z',
        decidedBy: 'a reviewer',
        reason: 'Not an Academic Domain',
        reasonCode: 'NotAnAcademicDomain',
        version: 1,
      },
    ]);
    expect(await store.reads.reviews.ofCustomer(partner, inReview ?? '')).toEqual([
      expect.objectContaining({ status: 'InReview', attempt: 1, submittedAt: '2026-01-05T10:00:00.000Z' }),
    ]);
    expect(await store.reads.reviews.ofCustomer(partner, approved ?? '')).toEqual([
      expect.objectContaining({ status: 'Approved', decidedBy: 'unknown' }),
    ]);
    expect(await store.reads.reviews.ofCustomer(partner, cloud ?? '')).toEqual([]);
  });

  it('has a review for each of more customers than are read at a time, by the one who asked for it', async () => {
    const store = await migrated();
    // One after the other: whoever waits five seconds for a connection is refused, which here is the machine's business.
    const reviews = [];
    for (const id of more) reviews.push(await store.reads.reviews.ofCustomer(partner, id));
    expect(reviews).toEqual(
      more.map((customerId) => [
        expect.objectContaining({ customerId, status: 'InReview', submittedBy: `by ${customerId}` }),
      ]),
    );
  });

  it('keeps its history, in chains that are whole', async () => {
    const store = await migrated();
    const { customer } = await store.reads.history.ofCustomer(partner, denied ?? '');
    expect(customer?.value.map(({ from, to, by }) => [from, to, by])).toEqual([
      [undefined, 'InReview', 'partner'],
      ['InReview', 'Denied', 'reviewer'],
    ]);
    expect(await store.reads.history.verify()).toMatchObject({ entries: 2302, broken: [] });
  });

  it('lists its customers by what they have', async () => {
    const store = await migrated();
    const list = async (query: object) => {
      const page = await store.reads.portfolio.page(partner, { size: 10, ...query }, '2026-03-01T00:00:00.000Z');
      return [page.totalCount, page.items[0]?.customer.id];
    };
    expect(await list({ search: 'customer-2.' })).toEqual([1, inReview]);
    // With those whose numbers begin with it.
    expect(await list({ search: 'customer 2', attention: 'Overdue' })).toEqual([111, inReview]);
    expect(await list({ search: 'customer-2.', attention: 'Overdue' })).toEqual([1, inReview]);
    expect(await list({ qualification: 'GovernmentCommunityCloud' })).toEqual([1, cloud]);
    expect(await list({ search: 'customer-1.', attention: 'Resubmittable' })).toEqual([1, denied]);
  });

  it('can be decided in: a review that was open goes on', async () => {
    const store = await migrated();
    const [review] = await store.reads.reviews.ofCustomer(partner, inReview ?? '');
    expect(review && (await store.reads.reviews.get(review.id))).toMatchObject({
      companyName: 'Customer 2',
      domain: 'customer-2.example.edu',
    });
  });
});

describe.each(databases)('a database whose tables a newer version made, on $name,', ({ create }) => {
  it('is refused by a service and by an operator alike, with what was found, what is known and what to do', async () => {
    const { address, drop } = await create();
    onTestFinished(drop);
    await (await openAdmin({ ...testEncryption, database: address })).close();
    await onDatabase(address, (db) =>
      sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2027')`.execute(db),
    );
    const refusal = {
      name: 'ConfigError',
      message: expect.stringMatching(
        /newer version of Vetted \(9999-later\), and this one knows them up to \d{4}-\S+\. Start/,
      ),
    };
    const service = { database: address, port: 0, issuers: ['https://login.microsoftonline.com/{tenantid}/v2.0'] };
    await expect(startService({ ...testEncryption, ...service, audiences: ['a'] })).rejects.toMatchObject(refusal);
    await expect(openAdmin({ ...testEncryption, database: address, mustExist: true })).rejects.toMatchObject(refusal);
    if (!address.startsWith('sqlite:')) return;
    await expect(backUpDatabase({ database: address, file: `${address.slice(7)}.copy` })).rejects.toMatchObject(
      refusal,
    );
  });
});

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('on $name', ({ create }) => {
  const LIMIT_IN_MS = 20;
  const migrationLock = { lockTable: 'kysely_migration_lock', lockRowId: 'migration_lock' };

  it('services that start at once wait for the one that migrates, longer than a statement may take', async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    const url = new URL(database.address);
    url.searchParams.set('statement_timeout', String(LIMIT_IN_MS));
    url.searchParams.set('lock_timeout', String(LIMIT_IN_MS));
    const { db, close } = openPostgres(database.address, () => {});
    onTestFinished(close);
    const stores = await db.connection().execute(async (connection) => {
      const adapter = new PostgresAdapter();
      await adapter.acquireMigrationLock(connection, migrationLock);
      const opens = Promise.all([1, 2].map(() => openStore({ kind: 'postgres', url: url.href }, () => {})));
      await Promise.race([opens, waitersBeyond(connection, 10 * LIMIT_IN_MS)]);
      await adapter.releaseMigrationLock(connection, migrationLock);
      return opens;
    });
    onTestFinished(async () => {
      for (const store of stores) await store.close();
    });
    for (const store of stores) expect(await store.reads.partner(partner)).toBeUndefined();
  });

  /** Resolves when two others have waited for the lock for longer than this. */
  async function waitersBeyond(db: Kysely<Tables>, ms: number): Promise<void> {
    for (let waiters = 0; waiters < 2; ) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event = 'advisory'
          and clock_timestamp() - query_start > ${`${ms} ms`}::interval`.execute(db);
      waiters = rows[0]?.count ?? 0;
    }
  }
});

async function fill(db: Kysely<FirstTables>): Promise<void> {
  const at = '2026-01-01T00:00:00.000Z';
  await db.insertInto('partner').values({ tenant_id: partner, name: 'A partner', created_at: at }).execute();
  const customers = [denied, inReview, approved, cloud, ...more].map((id, index) => ({
    partner_id: partner,
    id,
    company_name: `Customer ${index + 1}`,
    name_key: `customer ${index + 1}`,
    domain: `customer-${index + 1}.example.edu`,
    domain_key: `customer-${index + 1}.example.edu`,
    relationship_to_partner: 'reseller',
    created_at: at,
  }));
  const insert = async (table: keyof FirstTables, rows: readonly object[]) => {
    for (let from = 0; from < rows.length; from += 400) {
      await db
        .insertInto(table)
        .values(rows.slice(from, from + 400))
        .execute();
    }
  };
  await insert('customer', customers);
  const qualification = (customer_id: string | undefined, row: object) => ({
    partner_id: partner,
    customer_id,
    qualification: 'Education',
    vetting_status: null,
    vetting_reason: null,
    vetting_created_date: null,
    attempts: 1,
    education_segment: null,
    website: null,
    ...row,
  });
  await insert('qualification', [
    qualification(denied, {
      vetting_status: 'Denied',
      vetting_reason: 'Not an Academic Domain',
      vetting_created_date: '2026-01-09T10:00:00.0000001Z',
      attempts: 2,
      education_segment: 'K12',
      website: 'example.edu',
    }),
    qualification(inReview, { vetting_status: 'InReview', vetting_created_date: '2026-01-05T10:00:00.000Z' }),
    qualification(approved, { vetting_status: 'Approved' }),
    qualification(cloud, { qualification: 'GovernmentCommunityCloud', vetting_status: 'Approved' }),
    ...more.map((id) => qualification(id, { vetting_status: 'InReview' })),
  ]);
  const step = (customer_id: string | undefined, sequence: number, row: object) => ({
    partner_id: partner,
    customer_id,
    sequence,
    at: '2026-01-09T10:00:00.000Z',
    qualification: 'Education',
    from_status: null,
    to_status: 'InReview',
    actor_kind: 'partner',
    actor,
    reason: null,
    correlation_id: '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745',
    ...row,
  });
  const decision = {
    at: '2026-01-12T08:00:00.000Z',
    from_status: 'InReview',
    to_status: 'Denied',
    actor_kind: 'reviewer',
    actor: 'a reviewer',
    reason: 'Not an Academic Domain',
  };
  // More steps than the migration reads at a time.
  const long = Array.from({ length: 1_200 }, (_, index) => step(cloud, index + 1, {}));
  const asked = more.map((id) => step(id, 1, { actor: `by ${id}` }));
  await insert('history', [step(denied, 1, {}), step(denied, 2, decision), ...long, ...asked]);
}
