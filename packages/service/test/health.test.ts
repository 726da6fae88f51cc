import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, call, databases, startSandbox, type TestDatabase, type TestSandbox } from '@vetted/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Backdoor, expectFault, openBackdoor, startBench } from './bench.js';
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const postgres = databases.find(({ name }) => name === 'PostgreSQL');

describe.each(databases)('on $name', ({ create }) => {
  it('a service that can do its work says so, without a token', async () => {
    const database = await create();
    const sandbox = await startSandbox({ database: database.address });
    onTestFinished(async () => {
      await sandbox.close();
      await database.drop();
    });
    const [health, ready] = [await call(`${sandbox.url}/healthz`), await call(`${sandbox.url}/readyz`)];
    expect([health.status, health.text]).toEqual([200, '{"status":"ok"}']);
    expect([ready.status, ready.text]).toEqual([200, '{"status":"ready"}']);
  });
});

describe('where PostgreSQL goes away', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let sandbox: TestSandbox;
  let backdoor: Backdoor;
  let customer: string;
  let home: string;

  // One for all the sandboxes here: at its first start one makes an RSA key, which takes long.
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'vetted-health-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  beforeEach(async () => {
    if (postgres === undefined) throw new Error('There is no PostgreSQL to test on.');
    database = await postgres.create();
    proxy = await startPostgresProxy(database.address);
    sandbox = await startSandbox({ database: proxy.address, home });
    backdoor = await openBackdoor(database.address);
    customer = await backdoor.addCustomer();
    // Fetched while all is well, and a connection made.
    await sandbox.userToken();
    await sandbox.get('/v1/customers');
  });
  afterEach(async () => {
    proxy.restore();
    await sandbox.close();
    await backdoor.close();
    await proxy.close();
    await database.drop();
  });

  /** One call of every kind that needs the database. */
  const everyCall = () =>
    Promise.all([
      sandbox.qualifications(customer),
      sandbox.get(`/v1/customers/${customer}`),
      sandbox.get('/v1/customers'),
      sandbox.get('/v1/customers/all/validations'),
      sandbox.request(customer, { qualification: 'StateOwnedEntity' }),
      call(`${sandbox.url}/readyz`),
    ]);

  function expectUnavailable(answer: Answer): void {
    expectFault(answer, 503, 'ServiceUnavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  }

  it('every call is answered 503 with Retry-After, and the process is still healthy', async () => {
    proxy.cut();
    for (const answer of await everyCall()) expectUnavailable(answer);
    expect((await call(`${sandbox.url}/healthz`)).status).toBe(200);
  });

  it('what needs no database is refused as always', async () => {
    proxy.cut();
    expectFault(await call(`${sandbox.url}/v1/customers`), 401, '800001');
    expectFault(await sandbox.qualifications('not-a-guid'), 400, '900118');
  });

  it('the service works again once the database is back, without a restart', async () => {
    proxy.cut();
    await everyCall();
    proxy.restore();
    expect((await everyCall()).map(({ status }) => status)).toEqual([200, 200, 200, 200, 201, 200]);
  });

  it('no call under way at that moment is answered 500, and none is done by half', async () => {
    const customers = await Promise.all(Array.from({ length: 30 }, () => backdoor.addCustomer()));
    const underWay = customers.map((id) => sandbox.request(id, education));
    await underWay[0];
    proxy.cut();
    const answers = await Promise.all(underWay);
    for (const answer of answers) {
      if (answer.status !== 201) expectUnavailable(answer);
    }
    proxy.restore();

    const { qualifications = [], history = [] } = await backdoor.contents();
    const ids = (rows: readonly unknown[]) =>
      (rows as { customer_id: string }[]).map(({ customer_id }) => customer_id).filter((id) => customers.includes(id));
    expect(ids(history).sort()).toEqual(ids(qualifications).sort());
    for (const [index, { status }] of answers.entries()) {
      if (status === 201) expect(ids(qualifications)).toContain(customers[index]);
    }
  });

  it('a request whose connection is ended in the middle of its transaction is undone, and may be sent again', async () => {
    const lock = await lockCustomers(database.address, customer);
    const headers = { 'ms-requestid': randomUUID() };
    const underWay = sandbox.request(customer, education, { headers });
    await lock.waitForWaiters();
    await lock.endWaiters();
    expectUnavailable(await underWay);
    await lock.release();

    expect((await sandbox.qualifications(customer)).body).toEqual([]);
    expect((await sandbox.request(customer, education, { headers })).status).toBe(201);
  });

  it('a request whose connection breaks in the middle of its transaction is undone, and may be sent again', async () => {
    const lock = await lockCustomers(database.address, customer);
    const headers = { 'ms-requestid': randomUUID() };
    const underWay = sandbox.request(customer, education, { headers });
    await lock.waitForWaiters();
    proxy.cut();
    expectUnavailable(await underWay);
    proxy.restore();
    await lock.endWaiters();
    await lock.release();

    expect((await sandbox.qualifications(customer)).body).toEqual([]);
    expect((await sandbox.request(customer, education, { headers })).status).toBe(201);
  });

  it('in the middle of a transaction and says nothing, every call is told to come back, and nothing is done by half', async () => {
    const lock = await lockCustomers(database.address, customer);
    const headers = { 'ms-requestid': randomUUID() };
    const underWay = sandbox.request(customer, education, { headers });
    await lock.waitForWaiters();
    proxy.stall();
    const [, answers] = await Promise.all([lock.release(), everyCall()]);
    for (const answer of [await underWay, ...answers]) expectUnavailable(answer);
    expect((await call(`${sandbox.url}/healthz`)).status).toBe(200);

    proxy.restore();
    const others = await Promise.all(Array.from({ length: 6 }, () => backdoor.addCustomer()));
    const after = await Promise.all(others.map((id) => sandbox.request(id, education)));
    expect(after.map(({ status }) => status)).toEqual(Array(6).fill(201));
    expect((await sandbox.request(customer, education, { headers })).status).toBe(201);
    expect((await everyCall()).map(({ status }) => status)).toEqual([200, 200, 200, 200, 201, 200]);
  });

  it('by an administrator who renames it, every call is answered 503 until it has its name again', async () => {
    const name = new URL(database.address).pathname.slice(1);
    await backdoor.close();
    await administrate(`alter database ${name} with allow_connections false`, database.address);
    for (const answer of await everyCall()) expectUnavailable(answer);
    await administrate(`alter database ${name} rename to ${name}_away`, database.address);
    for (const answer of await everyCall()) expectUnavailable(answer);

    await administrate(`alter database ${name}_away rename to ${name}`, database.address);
    await administrate(`alter database ${name} with allow_connections true`, database.address);
    backdoor = await openBackdoor(database.address);
    expect((await everyCall()).map(({ status }) => status)).toEqual([200, 200, 200, 200, 201, 200]);
  });

  it('for writing only, reads are answered and requests are told to come back', async () => {
    const name = new URL(database.address).pathname.slice(1);
    await backdoor.close();
    await administrate(`alter database ${name} set default_transaction_read_only = on`, database.address);
    expectUnavailable(await sandbox.request(customer, education));
    expect((await sandbox.qualifications(customer)).status).toBe(200);

    await administrate(`alter database ${name} set default_transaction_read_only = off`, database.address);
    backdoor = await openBackdoor(database.address);
    expect((await sandbox.request(customer, education)).status).toBe(201);
  });
});

describe("while others hold PostgreSQL's locks", () => {
  it('requests wait, reads are answered, and the requests are granted once the locks are free', async () => {
    if (postgres === undefined) throw new Error('There is no PostgreSQL to test on.');
    const bench = await startBench(postgres.create);
    onTestFinished(() => bench.close());
    const { sandbox } = bench;
    const customers = await Promise.all(Array.from({ length: 12 }, () => bench.addCustomer()));
    await Promise.all([sandbox.userToken(), sandbox.appToken()]);
    const lock = await lockCustomers(bench.database.address, ...customers);
    const answered = vi.fn();
    const requests = customers.map((id) => sandbox.request(id, education));
    for (const request of requests) void request.then(answered);
    await lock.waitForWaiters(6);
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all([
        ...customers.map((id) => sandbox.qualifications(id)),
        sandbox.get('/v1/customers'),
        call(`${sandbox.url}/readyz`),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(Array(14).fill(200));
    }
    expect(answered).not.toHaveBeenCalled();
    await lock.release();

    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(12).fill(201));
  });
});

/** Runs a statement as the administrator does, and ends every connection to the database, so that it takes effect. */
async function administrate(statement: string, address: string): Promise<void> {
  const database = new URL(address).pathname.slice(1);
  const client = new pg.Client({ connectionString: new URL('/postgres', address).href });
  await client.connect();
  try {
    await client.query(statement);
    await client.query('select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = $1', [database]);
  } finally {
    await client.end();
  }
}

/** Keeps customers locked, so that a transaction that wants one of them stands still. */
async function lockCustomers(address: string, ...customers: readonly string[]) {
  const [holder, watcher] = [
    new pg.Client({ connectionString: address }),
    new pg.Client({ connectionString: address }),
  ];
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query('begin');
  await holder.query('select id from customer where id = any($1) for update', [customers]);
  const waiting = "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  return {
    async waitForWaiters(count = 1) {
      while (((await watcher.query(`select pid ${waiting}`)).rowCount ?? 0) < count);
    },
    async endWaiters() {
      await watcher.query(`select pg_terminate_backend(pid, 10000) ${waiting}`);
    },
    async release() {
      await holder.query('rollback');
      await Promise.all([holder.end(), watcher.end()]);
    },
  };
}
