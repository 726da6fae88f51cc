import {
  databases,
  type FakeClock,
  type FakeEntra,
  fakeClock,
  startFakeEntra,
  type TestDatabase,
  testEncryption,
} from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../src/start.js';
import { openBackdoor, partner } from './bench.js';
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.js';
import { onDatabase } from './raw-database.js';

const LIMIT = 200;
const OFFERED = 450;
const AT_ONCE = 12;
/** Refused without a look into the database, once it is let through. */
const withoutStore = '/v1/customers/none/qualifications';

describe('three processes on one PostgreSQL', () => {
  const postgres = databases.find(({ name }) => name === 'PostgreSQL');
  let clock: FakeClock;
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let entra: FakeEntra;
  let services: RunningService[];
  let authorization: string;

  beforeEach(async () => {
    if (postgres === undefined) throw new Error('There is no PostgreSQL to test on.');
    clock = fakeClock();
    database = await postgres.create();
    proxy = await startPostgresProxy(database.address);
    entra = await startFakeEntra(clock);
    authorization = `Bearer ${await entra.token()}`;
    const { store, close } = await openBackdoor(database.address);
    await store.transaction((transaction) =>
      transaction.putPartner({ tenantId: partner, name: 'Contoso', active: true }, clock().toISOString()),
    );
    await close();
    services = await Promise.all([start(), start(), start()]);
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.close()));
    await entra.close();
    await proxy.close();
    await database.drop();
  });

  const start = () =>
    startService({
      ...testEncryption,
      database: proxy.address,
      clock,
      port: 0,
      logLevel: 'silent',
      issuers: [entra.issuer],
      audiences: ['https://api.partnercenter.microsoft.com'],
      throttle: { reads: LIMIT, customerReads: LIMIT },
    });

  /** How many of the requests each of the processes let through, `shares` of each ten going to each. */
  async function letThrough(shares: readonly number[], path = '/v1/customers/all/validations'): Promise<number> {
    const order = shares.flatMap((share, index) => Array<number>(share).fill(index));
    let sent = 0;
    let admitted = 0;
    const send = async () => {
      while (sent < OFFERED) {
        const index = order[sent % order.length] ?? 0;
        sent += 1;
        const { status } = await fetch(`${services[index]?.url}${path}`, { headers: { authorization } });
        if (status !== 429) admitted += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    return admitted;
  }

  it.each([
    ['all of it comes to one', [10, 0, 0]],
    ['it is spread evenly', [3, 3, 3]],
    ['most of it comes to one', [8, 1, 1]],
  ])('let through the limit together, within a tenth, where %s', async (_, shares) => {
    const admitted = await letThrough(shares);
    expect(admitted).toBeGreaterThanOrEqual(LIMIT * 0.9);
    expect(admitted).toBeLessThanOrEqual(LIMIT * 1.1);
  });

  it('share the limit of one customer too', async () => {
    const admitted = await letThrough([5, 3, 2], '/v1/customers/0a4f0c6e-5d3b-4c1a-9b7e-1f2d3c4b5a01/qualifications');
    expect(admitted).toBeGreaterThanOrEqual(LIMIT * 0.9);
    expect(admitted).toBeLessThanOrEqual(LIMIT * 1.1);
  });

  it('write nothing for a partner far below its limit', async () => {
    for (const { url } of services) await fetch(`${url}/v1/customers/all/validations`, { headers: { authorization } });
    expect(await uses()).toEqual([]);
  });

  it('keep what they let through for two periods at most', async () => {
    await letThrough([3, 3, 3]);
    clock.advance(70_000);
    await letThrough([10, 0, 0]);
    const periods = new Set((await uses()).map(({ period }) => period));
    expect([...periods]).toEqual([Math.floor(clock().getTime() / 10_000)]);
  });

  it('let through the limit each while the database is away', async () => {
    proxy.cut();
    expect(await letThrough([10, 0, 0], withoutStore)).toBe(LIMIT);
    proxy.restore();
  });

  it('let through the limit each while the database does not answer', async () => {
    proxy.stall();
    expect(await letThrough([10, 0, 0], withoutStore)).toBe(LIMIT);
    proxy.restore();
  });

  const uses = () => onDatabase(database.address, (db) => db.selectFrom('throttle_use').select('period').execute());
});
