import { randomUUID } from 'node:crypto';
import { call, databases, fakeClock, startSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SandboxClock } from '../src/sandbox/clock.js';
import { openStore } from '../src/store/open-store.js';
import { type Bench, expectFault, startBench } from './bench.js';
import { send } from './raw.js';

const path = '/sandbox/v1/clock';

function move(url: string, body: unknown, headers: Record<string, string> = {}) {
  return call(url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function nowOf(url: string): Promise<string> {
  return (await call(url + path)).body.now;
}

describe.each(databases)('the clock of a sandbox on $name', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  it('tells its time without a token', async () => {
    const { status, body } = await call(bench.sandbox.url + path);
    expect({ status, body }).toEqual({ status: 200, body: { now: '2026-03-02T09:00:00.000Z' } });
  });

  it('moves forwards, and says where it stands', async () => {
    const before = Date.parse(await nowOf(bench.sandbox.url));
    const { status, body } = await move(bench.sandbox.url, { advance: 'P3D' });
    const now = new Date(before + 3 * 86_400_000).toISOString();
    expect({ status, body }).toEqual({ status: 200, body: { now, advanced: 'P3D' } });
    expect(await nowOf(bench.sandbox.url)).toBe(now);
  });

  it('is the clock that requests are dated by', async () => {
    const customerId = await bench.addCustomer();
    await bench.sandbox.advance('P1D');
    const { body } = await bench.sandbox.request(customerId, { qualification: 'Education', educationSegment: 'K12' });
    expect(body.vettingCreatedDate).toBe(await nowOf(bench.sandbox.url));
  });

  it('is the clock that tokens are judged by', async () => {
    const { url, description } = bench.sandbox;
    const form = {
      grant_type: 'client_credentials',
      client_id: description.clientId,
      client_secret: description.clientSecret,
      scope: 'https://api.partnercenter.microsoft.com/.default',
      lifetime: '600',
    };
    const { body } = await call(`${url}/${description.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    await bench.sandbox.advance('PT9M59S');
    expect((await bench.sandbox.get('/v1/customers', { token: body.access_token })).status).toBe(200);
    await bench.sandbox.advance('PT1S');
    expectFault(await bench.sandbox.get('/v1/customers', { token: body.access_token }), 401, '400');
  });

  it('has what became due done when the answer arrives: an old answer is forgotten', async () => {
    const { sandbox } = bench;
    const headers = { 'ms-requestid': 'c0ffee00-0000-4000-8000-000000000001' };
    const customerId = await bench.addCustomer();
    const refused = { qualification: 'Education', educationSegment: 'K12' };
    const first = await sandbox.request(customerId, refused, { headers });
    expect((await sandbox.request(customerId, refused, { headers })).text).toBe(first.text);
    await sandbox.advance('PT48H1S');
    expectFault(await sandbox.request(customerId, refused, { headers }), 409, 'QualificationInReview');
  });

  it('makes moves that are asked for at once one after the other', async () => {
    const before = Date.parse(await nowOf(bench.sandbox.url));
    const answers = await Promise.all(Array.from({ length: 10 }, () => move(bench.sandbox.url, { advance: 'PT1H' })));
    const times = answers.map(({ body }) => Date.parse(body.now) - before).sort((one, other) => one - other);
    expect(times).toEqual(Array.from({ length: 10 }, (_, index) => (index + 1) * 3_600_000));
  });

  it('moves once by a request that is sent twice, however far it leads', async () => {
    const { url } = bench.sandbox;
    const before = Date.parse(await nowOf(url));
    const headers = { 'ms-requestid': randomUUID() };
    const first = await move(url, { advance: 'P1Y' }, headers);
    const again = await move(url, { advance: 'P1Y' }, { 'ms-requestid': headers['ms-requestid'].toUpperCase() });
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(Date.parse(await nowOf(url))).toBe(Date.parse(first.body.now));
    expect(Date.parse(first.body.now)).toBeGreaterThan(before);
    expectFault(await move(url, { advance: 'P2D' }, headers), 409, 'RequestIdReused');
    expect(await nowOf(url)).toBe(first.body.now);
  });

  it('refuses again what it refused, under the same request id', async () => {
    const { url } = bench.sandbox;
    const before = await nowOf(url);
    const headers = { 'ms-requestid': randomUUID() };
    const first = await move(url, { advance: 'P10YT1S' }, headers);
    expectFault(first, 400, '3000', ['advance']);
    expect((await move(url, { advance: 'P10YT1S' }, headers)).text).toBe(first.text);
    expect(await nowOf(url)).toBe(before);
  });

  it('stands where it was moved to after a restart, from its base on', async () => {
    const { sandbox, database, clock } = bench;
    const before = Date.parse(await nowOf(sandbox.url));
    const again = await startSandbox({ database: database.address, clock });
    onTestFinished(() => again.close());
    expect(Date.parse(await nowOf(again.url))).toBe(before);
    clock.advance(1000);
    expect(Date.parse(await nowOf(again.url))).toBe(before + 1000);
  });
});

describe('a move of the clock', () => {
  const moved = async (start: string, ...durations: string[]) => {
    const clock = fakeClock(start);
    const sandbox = await startSandbox({ clock });
    onTestFinished(() => sandbox.close());
    for (const duration of durations) await sandbox.advance(duration);
    return nowOf(sandbox.url);
  };

  it.each([
    ['P1M', '2026-01-31T12:00:00.000Z', '2026-02-28T12:00:00.000Z'],
    ['P1Y', '2024-02-29T12:00:00.000Z', '2025-02-28T12:00:00.000Z'],
    ['P1D', '2026-03-28T23:30:00.000Z', '2026-03-29T23:30:00.000Z'],
    ['P2W', '2026-03-01T00:00:00.000Z', '2026-03-15T00:00:00.000Z'],
    ['P1DT-1H', '2026-03-01T00:00:00.000Z', '2026-03-01T23:00:00.000Z'],
    ['PT0.25S', '2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.250Z'],
    ['P10Y', '2026-03-01T00:00:00.000Z', '2036-03-01T00:00:00.000Z'],
  ])('by %s leads from %s to %s', async (duration, start, end) => {
    expect(await moved(start, duration)).toBe(end);
  });

  it('is refused beyond ten years in all, and nothing moves', async () => {
    const sandbox = await startSandbox({ clock: fakeClock('2026-03-01T00:00:00.000Z') });
    onTestFinished(() => sandbox.close());
    await sandbox.advance('P9Y');
    expectFault(await move(sandbox.url, { advance: 'P1YT0.001S' }), 400, '3000', ['advance']);
    expect(await nowOf(sandbox.url)).toBe('2035-03-01T00:00:00.000Z');
    await sandbox.advance('P1Y');
    expectFault(await move(sandbox.url, { advance: 'PT0.001S' }), 400, '3000', ['advance']);
  });

  it('waits for its listeners, and calls one that has ended its interest no more', async () => {
    const store = await openStore({ kind: 'memory' }, () => {});
    onTestFinished(() => store.close());
    const clock = new SandboxClock(fakeClock('2026-03-01T00:00:00.000Z'));
    const heard: string[] = [];
    const end = clock.onAdvance(async () => {
      await store.ping();
      heard.push(clock.now().toISOString());
    });
    await clock.advance('P1D', store);
    expect(heard).toEqual(['2026-03-02T00:00:00.000Z']);
    end();
    await clock.advance('P1D', store);
    expect(heard).toHaveLength(1);
  });

  it('is not held up by one that failed before it', async () => {
    const store = await openStore({ kind: 'memory' }, () => {});
    onTestFinished(() => store.close());
    const clock = new SandboxClock(fakeClock('2026-03-01T00:00:00.000Z'));
    const [failed, moved] = await Promise.allSettled([clock.advance('soon', store), clock.advance('P1D', store)]);
    expect([failed?.status, moved?.status]).toEqual(['rejected', 'fulfilled']);
    expect(clock.now().toISOString()).toBe('2026-03-02T00:00:00.000Z');
  });
});

describe('the route of the clock', () => {
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;

  beforeAll(async () => {
    sandbox = await startSandbox({ clock: fakeClock() });
  });
  afterAll(() => sandbox.close());

  it.each(['3 days', '', 'P', 'PT0S', '-P1D', 'P-3D', 'P1D ', 'p1d', 'PT0.0001S', 'P11Y', `P${'9'.repeat(40)}Y`])(
    'refuses to move by "%s"',
    async (advance) => {
      expectFault(await move(sandbox.url, { advance }), 400, '3000', ['advance']);
      expect(await nowOf(sandbox.url)).toBe('2026-03-02T09:00:00.000Z');
    },
  );

  it.each([
    [{}, ['advance']],
    [{ advance: 3 }, ['advance']],
    [{ advance: 'P1D', to: 'x' }, ['to']],
    [{ advance: `PT${'1'.repeat(100)}S` }, ['advance']],
  ])('refuses %j, and names what is wrong', async (body, names) => {
    expectFault(await move(sandbox.url, body), 400, '3000', names);
  });

  it('refuses an unknown query parameter', async () => {
    expectFault(await call(`${sandbox.url}${path}?advance=P1D`), 400, '3000', ['advance']);
  });

  it.each(['[]', '"P1D"', 'null', '{', ''])('refuses the body %s', async (body) => {
    const headers = { 'content-type': 'application/json' };
    expectFault(await call(sandbox.url + path, { method: 'POST', body, headers }), 400, '800002');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses a body of %s, as a form on a page could send it',
    async (type) => {
      expectFault(await move(sandbox.url, { advance: 'P1D' }, { 'content-type': type }), 415, 'UnsupportedMediaType');
    },
  );

  it.each(['vetted.example', '127.0.0.1.evil.example', '192.168.0.1:7070'])(
    'is not there for a page that reaches it as %s',
    async (host) => {
      const headers = { host, 'content-type': 'application/json' };
      for (const method of ['GET', 'POST']) {
        expectFault(await send(sandbox.url, path, { method, headers, body: '{"advance":"P1D"}' }), 403, '900308', [
          'Host',
        ]);
      }
    },
  );

  it.each(['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'http://localhost:5173/x', 'file://'])(
    'is not there for a page of the origin %s',
    async (origin) => {
      expectFault(await move(sandbox.url, { advance: 'P1D' }, { origin }), 403, '900308', ['Origin']);
      expect(await nowOf(sandbox.url)).toBe('2026-03-02T09:00:00.000Z');
    },
  );

  it.each(['http://localhost:5173', 'https://127.0.0.1:8443', 'http://[::1]'])(
    'serves a page of this machine: %s',
    async (origin) => {
      expect((await call(sandbox.url + path, { headers: { origin } })).status).toBe(200);
    },
  );
});
