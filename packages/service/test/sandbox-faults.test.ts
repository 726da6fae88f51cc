import { paths } from '@vetted/contract';
import { call, databases, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startService } from '../src/index.js';
import { type Bench, expectFault, openBackdoor, startBench } from './bench.js';
import { faultsPath, putFaults, setFaults, standingFaults } from './sandbox-switches.js';

const json = { 'content-type': 'application/json' };
const cut = { name: 'TypeError', message: 'fetch failed' };

describe.each(databases)('faults on $name', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterEach(() => setFaults(bench.sandbox.url));
  afterAll(() => bench.close());

  const request = { qualification: 'Education', educationSegment: 'K12' };

  it('answer 429 as it is documented, and nothing has happened', async () => {
    const customerId = await bench.addCustomer();
    await setFaults(bench.sandbox.url, { method: 'POST', status: 429, retryAfter: 57, times: 1 });
    const answer = await bench.sandbox.request(customerId, request);
    expect(answer.status).toBe(429);
    expect(answer.body).toEqual({ statusCode: 429, message: 'Rate limit is exceeded. Try again in 57 seconds.' });
    expect(answer.headers.get('retry-after')).toBe('57');
    expect(await bench.vettings(customerId)).toEqual([]);
    expect((await bench.sandbox.request(customerId, request)).status).toBe(201);
  });

  it('cut the connection before the effect: there is none', async () => {
    const customerId = await bench.addCustomer();
    for (const dropConnection of [true, 'before'] as const) {
      await setFaults(bench.sandbox.url, { dropConnection, times: 1 });
      await expect(bench.sandbox.request(customerId, request)).rejects.toMatchObject(cut);
    }
    expect(await bench.vettings(customerId)).toEqual([]);
  });

  it('cut the connection after the effect: it stands, and the same request gets its answer at last', async () => {
    const customerId = await bench.addCustomer();
    const headers = { 'ms-requestid': 'c0ffee00-0000-4000-8000-000000000002' };
    await setFaults(bench.sandbox.url, { dropConnection: 'after', times: 1 });
    await expect(bench.sandbox.request(customerId, request, { headers })).rejects.toMatchObject(cut);
    expect(await bench.vettings(customerId)).toMatchObject([{ vettingStatus: 'InReview', attempts: 1 }]);
    expect((await bench.sandbox.request(customerId, request, { headers })).status).toBe(201);
    expect(await bench.vettings(customerId)).toMatchObject([{ attempts: 1 }]);
  });

  it('are met by exactly as many requests as they say, however many come at once', async () => {
    await setFaults(bench.sandbox.url, { status: 503, times: 7 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => bench.sandbox.get(paths.customers)));
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(7);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(23);
    expect(await standingFaults(bench.sandbox.url)).toEqual([]);
  });
});

describe('a fault', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => setFaults(sandbox.url));
  afterAll(() => sandbox.close());

  const get = (url = '/v1/customers', method = 'GET') => call(sandbox.url + url, { method });

  it('comes before anybody asks who calls', async () => {
    await setFaults(sandbox.url, { status: 500 });
    const answer = await get();
    expectFault(answer, 500, '800003');
    expect(answer.body.description).toContain(answer.headers.get('ms-correlationid'));
  });

  it('has Retry-After only where the rule has it', async () => {
    await setFaults(sandbox.url, { status: 503, times: 1 }, { status: 503, retryAfter: 0, times: 1 }, { status: 429 });
    const answers = [await get(), await get(), await get()];
    for (const answer of answers.slice(0, 2)) expectFault(answer, 503, 'ServiceUnavailable');
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual([null, '0', '1']);
  });

  it.each([400, 401, 403, 404, 408, 409, 412, 418, 422, 501, 502, 504, 599])('has the status %i', async (status) => {
    await setFaults(sandbox.url, { status });
    const answer = await get();
    expectFault(answer, status, 'SandboxFault');
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
  });

  it('concerns the routes of the service alone', async () => {
    await setFaults(sandbox.url, { status: 418 });
    const untouched = ['/healthz', '/readyz', '/openapi.json', '/docs', '/', '/sandbox/v1/clock', faultsPath];
    for (const url of untouched) expect((await get(url)).status, url).toBe(200);
    expectFault(await get('/sandbox/v1/customers', 'POST'), 401, '800001');
    expectFault(await get('/v1/nothing'), 404, '1000');
    expect(await sandbox.appToken('11111111-2222-4333-8444-555555555555')).toBeTypeOf('string');
    for (const url of ['/v1/customers/all/validations', '/vetting/v1/reviews'])
      expect((await get(url)).status).toBe(418);
  });

  it.each([
    ['/v1/customers', '/v1/customers', true],
    ['/v1/customers', '/v1/customers?size=1', true],
    ['/v1/customers', '/v1/customers/all/validations', false],
    ['/v1/customers/*/validations', '/v1/customers/all/validations', true],
    ['/v1/*s', '/v1/customers/all/validations', true],
    ['/v1/**', '/v1/customers', true],
    ['*', '/v1/customers', true],
    ['*customers', '/v1/customers', true],
    ['*customers', '/v1/customers/all/validations', false],
    ['/v1/cust*tomers', '/v1/customers', false],
    ['/v1/cus*tomers', '/v1/customers', true],
    ['/v1/*all*val*s', '/v1/customers/all/validations', true],
    ['/v1/*val*all*', '/v1/customers/all/validations', false],
    ['/v1/custome.s', '/v1/customers', false],
    ['/v1/Customers', '/v1/customers', false],
    ['/webhooks/*', '/v1/customers', false],
  ])('for %s: meets %s is %s', async (pattern, url, met) => {
    await setFaults(sandbox.url, { path: pattern, status: 418 });
    expect((await get(url)).status === 418).toBe(met);
  });

  it('is told by its method, in any letter case', async () => {
    await putFaults(sandbox.url, [{ method: 'get', status: 418 }]);
    expect((await standingFaults(sandbox.url))[0]?.method).toBe('GET');
    expect((await get('/v1/customers')).status).toBe(418);
    await putFaults(sandbox.url, [{ method: 'Post', status: 418 }]);
    expect((await get('/v1/customers')).status).toBe(401);
  });

  it('gives way to the rule before it, and comes when that is used up', async () => {
    await setFaults(sandbox.url, { status: 500, times: 2 }, { status: 502, times: 1 });
    expect([await get(), await get(), await get(), await get()].map(({ status }) => status)).toEqual([
      500, 500, 502, 401,
    ]);
  });

  it('is listed with what is left of its times', async () => {
    await setFaults(sandbox.url, { status: 500, times: 3 }, { status: 502, probability: 0 });
    await get();
    expect(await standingFaults(sandbox.url)).toEqual([
      { status: 500, times: 2 },
      { status: 502, probability: 0 },
    ]);
  });

  it('ends with DELETE', async () => {
    await setFaults(sandbox.url, { status: 500 });
    const { status, text } = await call(sandbox.url + faultsPath, { method: 'DELETE' });
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect((await get()).status).toBe(401);
    expect(await standingFaults(sandbox.url)).toEqual([]);
  });

  it('never fires at probability 0, always at 1', async () => {
    await setFaults(sandbox.url, { status: 500, probability: 0 }, { status: 502, probability: 1 });
    for (let count = 0; count < 20; count++) expect((await get()).status).toBe(502);
  });

  it('that does nothing but wait lets the request go on then', async () => {
    await setFaults(sandbox.url, { delayMs: 1 });
    expect((await sandbox.get('/v1/customers')).status).toBe(200);
    await setFaults(sandbox.url, { delayMs: 1, status: 418 });
    expect((await get()).status).toBe(418);
    await setFaults(sandbox.url, { delayMs: 1, dropConnection: 'before' });
    await expect(get()).rejects.toMatchObject(cut);
  });
});

describe.each(databases)('a delay on $name', ({ create }) => {
  const delayed = async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    const sandbox = await startSandbox({ database: database.address });
    const backdoor = await openBackdoor(database.address);
    onTestFinished(() => backdoor.close());
    const customerId = await backdoor.addCustomer();
    await setFaults(sandbox.url, { delayMs: 60_000, times: 1 });
    return { sandbox, backdoor, customerId };
  };
  /** Asks until the request has met its rule. */
  const met = async (sandbox: TestSandbox) => {
    while ((await standingFaults(sandbox.url)).length > 0);
  };
  const request = { qualification: 'Education', educationSegment: 'K12' };

  it('holds up the one request and no other, and ends when the service closes', async () => {
    const { sandbox, backdoor, customerId } = await delayed();
    const waiting = sandbox.request(customerId, request);
    await met(sandbox);
    const other = sandbox.get('/v1/customers');
    expect(await Promise.race([waiting.then(() => 'waiting'), other.then(() => 'other')])).toBe('other');
    expect(await backdoor.vettings(customerId)).toEqual([]);
    await sandbox.close();
    expect((await waiting).status).toBe(201);
    expect(await backdoor.vettings(customerId)).toMatchObject([{ vettingStatus: 'InReview' }]);
  });

  it('ends when the caller leaves: nothing has happened', async () => {
    const { sandbox, backdoor, customerId } = await delayed();
    const caller = new AbortController();
    const gone = call(`${sandbox.url}/v1/customers/${customerId}/qualifications`, {
      method: 'POST',
      body: JSON.stringify(request),
      headers: { ...json, authorization: `Bearer ${await sandbox.userToken()}` },
      signal: caller.signal,
    });
    const failed = expect(gone).rejects.toMatchObject({ name: 'AbortError' });
    await met(sandbox);
    caller.abort();
    await failed;
    // The service hears of the end before it hears of what is sent later.
    for (let count = 0; count < 3; count++) await sandbox.get('/v1/customers');
    await sandbox.close();
    expect(await backdoor.vettings(customerId)).toEqual([]);
  });
});

it('is not there outside sandbox mode', async () => {
  const service = await startService({
    issuers: ['https://login.microsoftonline.com/{tenantid}/v2.0'],
    audiences: ['https://api.partnercenter.microsoft.com'],
    port: 0,
    logLevel: 'silent',
  });
  onTestFinished(() => service.close());
  for (const url of ['clock', 'faults', 'customers', 'reset']) {
    for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
      expectFault(await call(`${service.url}/sandbox/v1/${url}`, { method }), 404, '1000');
    }
  }
});
