import { call, databases, startSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startService } from '../src/start.js';
import { type Bench, expectFault, partner, startBench } from './bench.js';
import { metricOf, metricsToken, scrape, seriesOf } from './metrics-support.js';
import { startPostgresProxy } from './postgres-proxy.js';
import { education, freshToken, openInbox, register, stateOwned } from './webhook-inbox.js';
import { awaited } from './webhook-receiver.js';

const qualificationsRoute = '/v1/customers/:customerId/qualifications';

describe.each(databases)('on $name, the metrics', ({ name, create }) => {
  let bench: Bench;
  const page = () => scrape(bench.sandbox.url);

  beforeAll(async () => {
    bench = await startBench(create, { metricsToken });
  });
  afterAll(() => bench.close());

  it('count requests by route, method and status, and how long they took', async () => {
    const customer = await bench.addCustomer();
    await bench.sandbox.qualifications(customer);
    await bench.sandbox.qualifications(customer);
    await bench.sandbox.qualifications('not-a-guid');
    await bench.sandbox.request(customer, stateOwned);
    const text = await page();

    const requests = seriesOf(text, 'vetted_http_requests_total');
    expect(requests).toMatchObject({
      [`method="GET",route="${qualificationsRoute}",status="200"`]: 2,
      [`method="GET",route="${qualificationsRoute}",status="400"`]: 1,
      [`method="POST",route="${qualificationsRoute}",status="201"`]: 1,
    });
    const gets = `method="GET",route="${qualificationsRoute}"`;
    expect(seriesOf(text, 'vetted_http_request_duration_seconds_count')).toMatchObject({ [gets]: 3 });
    expect(seriesOf(text, 'vetted_http_request_duration_seconds_bucket')).toMatchObject({ [`${gets},le="+Inf"`]: 3 });
    expect(seriesOf(text, 'vetted_http_request_duration_seconds_sum')[gets]).toBeGreaterThan(0);
    expect(seriesOf(text, 'vetted_http_faults_total')).toMatchObject({ 'fault="CustomerIdInvalid"': 1 });
  });

  it('count the request that asks for them, and no other, as under way', async () => {
    expect(metricOf(await page(), 'vetted_http_requests_in_flight')).toBe(1);
  });

  it('tell nothing of who is asked for', async () => {
    const customer = await bench.addCustomer();
    await bench.sandbox.qualifications(customer);
    await bench.sandbox.get(`/vetting/v1/customers/${customer}/nothing-here`);
    const text = await page();
    for (const id of [customer, partner]) expect(text).not.toContain(id);
    expect(text).toContain('route="unmatched"');
  });

  it('count tokens that were verified, and those that were refused', async () => {
    await bench.sandbox.get('/v1/customers', { token: 'a.b.c' });
    await bench.sandbox.get('/v1/customers');
    const checks = seriesOf(await page(), 'vetted_token_checks_total');
    expect(checks['outcome="refused"']).toBe(1);
    expect(checks['outcome="verified"']).toBeGreaterThanOrEqual(1);
  });

  it('tell how long transactions waited and took', async () => {
    const before = metricOf(await page(), 'vetted_store_transaction_duration_seconds_count') ?? 0;
    await bench.sandbox.request(await bench.addCustomer(), stateOwned);
    const text = await page();
    expect(metricOf(text, 'vetted_store_transaction_duration_seconds_count')).toBeGreaterThan(before);
    expect(metricOf(text, 'vetted_store_transaction_wait_seconds_count')).toBeGreaterThan(before);
    expect(Object.keys(seriesOf(text, 'vetted_store_connections'))).toHaveLength(name === 'SQLite' ? 0 : 4);
  });

  it('tell how many webhooks are on their way, since when, and what came of attempts', async () => {
    const { happened, happen } = awaited<number>();
    const inbox = await openInbox(() => happened);
    const { sandbox } = bench;
    await register(sandbox, inbox.url);
    expect(metricOf(await page(), 'vetted_webhook_deliveries_pending')).toBe(0);
    expect(metricOf(await page(), 'vetted_webhook_oldest_pending_age_seconds')).toBe(0);

    await sandbox.request(await bench.addCustomer(), stateOwned, { token: await freshToken(sandbox) });
    await inbox.first(1);
    bench.clock.advance(90_000);
    const text = await page();
    expect(metricOf(text, 'vetted_webhook_deliveries_pending')).toBe(1);
    expect(metricOf(text, 'vetted_webhook_oldest_pending_age_seconds')).toBeGreaterThanOrEqual(90);
    expect(metricOf(text, 'vetted_webhook_late_seconds')).toBeGreaterThan(0);

    happen(204);
    await sandbox.advance('PT0.001S');
    const after = await page();
    expect(metricOf(after, 'vetted_webhook_deliveries_pending')).toBe(0);
    expect(seriesOf(after, 'vetted_webhook_attempts_total')).toMatchObject({ 'outcome="delivered"': 1 });
  });

  it('tell how many reviews are open, and how many overdue', async () => {
    const text = await page();
    const before = metricOf(text, 'vetted_reviews_open') ?? 0;
    const overdue = metricOf(text, 'vetted_reviews_overdue');
    await bench.sandbox.request(await bench.addCustomer(), education);
    expect(metricOf(await page(), 'vetted_reviews_open')).toBe(before + 1);
    expect(metricOf(await page(), 'vetted_reviews_overdue')).toBe(overdue);
    await bench.sandbox.advance('P30D');
    expect(metricOf(await page(), 'vetted_reviews_overdue')).toBe(before + 1);
  });
});

describe('where the database is away', () => {
  it('the rest is told, and what the database knows is left out', async () => {
    const postgres = databases.find(({ name }) => name === 'PostgreSQL');
    if (postgres === undefined) throw new Error('There is no PostgreSQL to test on.');
    const database = await postgres.create();
    const proxy = await startPostgresProxy(database.address);
    const sandbox = await startSandbox({ database: proxy.address, metricsToken });
    onTestFinished(async () => {
      await sandbox.close();
      await proxy.close();
      await database.drop();
    });
    expect(metricOf(await scrape(sandbox.url), 'vetted_database_up')).toBe(1);
    for (const take of [proxy.cut, proxy.stall]) {
      take();
      const text = await scrape(sandbox.url);
      expect(metricOf(text, 'vetted_database_up')).toBe(0);
      expect(metricOf(text, 'vetted_reviews_open')).toBeUndefined();
      expect(metricOf(text, 'process_cpu_seconds_total')).toBeGreaterThan(0);
      proxy.restore();
    }
  });
});

describe('who may read them', () => {
  it('nobody may, unless it is configured: the path is like any unknown one', async () => {
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.close());
    expectFault(await call(`${sandbox.url}/metrics`), 404, '1000');
  });

  it('with a token, whoever shows it on the port of the service', async () => {
    const sandbox = await startSandbox({ metricsToken });
    onTestFinished(() => sandbox.close());
    expectFault(await call(`${sandbox.url}/metrics`), 401, '800001');
    for (const authorization of ['Bearer another', metricsToken, `Bearer ${await sandbox.userToken()}`]) {
      expectFault(await call(`${sandbox.url}/metrics`, { headers: { authorization } }), 401, '400');
    }
    expect((await call(`${sandbox.url}/openapi.json`)).body.paths).not.toHaveProperty('/metrics');
  });

  it('with a port of their own, whoever reaches it, and nothing else is there', async () => {
    const service = await startService({ sandbox: true, port: 0, logLevel: 'silent', metricsPort: 0 });
    onTestFinished(() => service.close());
    expect(service.metricsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await call(`${service.metricsUrl}/metrics`)).text).toContain('vetted_build_info');
    expect((await call(`${service.metricsUrl}/healthz`)).status).toBe(404);
    expect((await call(`${service.metricsUrl}/metrics`, { method: 'POST' })).status).toBe(404);
    expectFault(await call(`${service.url}/metrics`), 404, '1000');
  });

  it('with both, whoever reaches the port and shows the token', async () => {
    const service = await startService({ sandbox: true, port: 0, logLevel: 'silent', metricsPort: 0, metricsToken });
    onTestFinished(() => service.close());
    expect((await call(`${service.metricsUrl}/metrics`)).status).toBe(401);
    expect(await scrape(String(service.metricsUrl))).toContain('vetted_build_info');
    expectFault(await call(`${service.url}/metrics`), 404, '1000');
  });
});
