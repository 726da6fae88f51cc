import { databases, startSandbox } from '@vetted/testkit';
import { type Kysely, Migrator } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDatabase } from '../src/config.js';
import { openAdmin } from '../src/index.js';
import { migrationsOf } from '../src/store/migrations/index.js';
import { openPostgres } from '../src/store/postgres.js';
import { openSqlite } from '../src/store/sqlite.js';
import { type AnyTables, correlationId, customer, earlierVersions, insertRows } from './earlier-data.js';

const versions = Object.keys(earlierVersions);

describe.each(databases)('today’s program, on $name,', ({ create }) => {
  /** Makes the database that a service of this version left. */
  async function leftBy(version: string): Promise<string> {
    const { address, drop } = await create();
    onTestFinished(drop);
    const config = parseDatabase(address, undefined);
    const { db, dialect, close } =
      config.kind === 'postgres'
        ? openPostgres(config.url, () => {})
        : openSqlite(config.kind === 'sqlite' ? config.file : undefined);
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrationsOf(dialect) } });
    expect((await migrator.migrateTo(version)).error).toBeUndefined();
    await insertRows(db as unknown as Kysely<AnyTables>, earlierVersions[version] ?? []);
    await close();
    return address;
  }

  it.each(versions)('shows everything that a service of %s left, and goes on with it', async (version) => {
    const database = await leftBy(version);
    const sandbox = await startSandbox({ database });
    onTestFinished(() => sandbox.close());
    const read = async (path: string, token?: string) => (await sandbox.get(path, token ? { token } : {})).body;

    expect(await read('/v1/customers')).toMatchObject({ items: [{ id: customer }] });
    expect(await read(`/v1/customers/${customer}`)).toMatchObject({
      companyProfile: { companyName: 'Fabrikam Academy', domain: 'fabrikam.example.edu' },
    });
    expect(await read(`/v1/customers/${customer}/qualifications`)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ qualification: 'Education', vettingStatus: 'InReview' }),
        expect.objectContaining({ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved' }),
      ]),
    );
    expect(await read('/v1/customers/all/validations')).toMatchObject([{ validationId: '12345', remainingCreates: 4 }]);
    expect(await read('/vetting/v1/customers?size=10')).toMatchObject({ totalCount: 1 });
    const history = await read(`/vetting/v1/customers/${customer}/qualifications/Education/history`);
    expect(JSON.stringify(history)).toContain(correlationId);

    const reviewer = await sandbox.userToken('reviewer');
    const { items } = await read('/vetting/v1/reviews', reviewer);
    expect(items).toMatchObject([{ companyName: 'Fabrikam Academy', status: 'InReview' }]);
    if (version !== '0001-initial') {
      const agent = await sandbox.userToken();
      expect(await read('/webhooks/v1/registration', agent)).toMatchObject({ WebhookUrl: 'http://127.0.0.1:9/hook' });
      expect((await read('/webhooks/v1/registration/deliveries', agent)).items).toHaveLength(1);
    }

    const { id } = items[0];
    const { headers } = await sandbox.get(`/vetting/v1/reviews/${id}`, { token: reviewer });
    const decided = await sandbox.post(
      `/vetting/v1/reviews/${id}/decision`,
      { decision: 'Approved' },
      { token: reviewer, headers: { 'if-match': headers.get('etag') ?? '' } },
    );
    expect([decided.status, decided.body]).toEqual([200, expect.objectContaining({ status: 'Approved' })]);
    const admin = await openAdmin({ database, mustExist: true });
    onTestFinished(() => admin.close());
    expect(await admin.verifyHistory()).toMatchObject({ entries: 2, broken: [] });
  });
});
