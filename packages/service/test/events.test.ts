import { randomUUID } from 'node:crypto';
import { sandboxPaths } from '@vetted/contract';
import { call, databases, otherPartner, startSandbox } from '@vetted/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Bench, expectFault, partner, startBench, stranger } from './bench.js';
import { EVENTS_PATH, ids, type ListenOptions, listen, range, writeEvents } from './events-support.js';
import { send } from './raw.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const day = 24 * 3_600_000;

describe.each(databases)('on $name, the stream of events', ({ create }) => {
  let bench: Bench;
  let customer: string;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    customer = await bench.addCustomer();
  });

  const open = async (options: Partial<ListenOptions> = {}) => {
    const stream = await listen(bench.sandbox.url, { token: await bench.sandbox.appToken(), ...options });
    onTestFinished(() => stream.hangUp());
    return stream;
  };
  const last = async () => (await bench.store.reads.events.last(partner)) ?? 0;

  it('tells each change as it is made', async () => {
    const stream = await open();
    const before = await last();
    const correlationId = randomUUID();
    await bench.sandbox.request(customer, education, { headers: { 'ms-correlationid': correlationId } });

    const [event] = await stream.next(1);
    expect([event?.id, event?.event]).toEqual([String(before + 1), 'customer-qualification-updated']);
    expect(JSON.parse(event?.data ?? '')).toEqual({
      customerId: customer,
      qualification: 'Education',
      vettingStatus: 'InReview',
      at: bench.clock().toISOString(),
      correlationId,
    });
  });

  it('tells where a qualification came from, and why it was denied', async () => {
    const stream = await open({ lastEventId: await last() });
    await writeEvents(bench, customer, { reason: 'Line one\nand two' });
    const [event] = await stream.next(1);
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      from: 'InReview',
      vettingStatus: 'Denied',
      vettingReason: 'Line one\nand two',
    });
  });

  it('leaves out what does not apply', async () => {
    const stream = await open();
    await bench.sandbox.request(customer, { qualification: 'StateOwnedEntity' });
    const [event] = await stream.next(1);
    expect(Object.keys(JSON.parse(event?.data ?? ''))).toEqual(['customerId', 'qualification', 'at', 'correlationId']);
  });

  it('begins with the time to wait and its place, before there is an event', async () => {
    await writeEvents(bench, customer);
    const { status, headers, body } = await fetch(bench.sandbox.url + EVENTS_PATH, {
      headers: { authorization: `Bearer ${await bench.sandbox.userToken()}` },
    });
    const reader = body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    await reader?.cancel();
    expect([status, new TextDecoder().decode(value)]).toEqual([200, `retry: 2000\nid: ${await last()}\n\n`]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'last-event-id': String(await last()),
      'ms-correlationid': expect.any(String),
      'ms-requestid': expect.any(String),
    });
  });

  it('goes on after the event that the header or the query names, the header where both do', async () => {
    const before = await last();
    await writeEvents(bench, customer, { count: 3 });
    expect(ids(await (await open({ lastEventId: before })).next(3))).toEqual(range(before + 1, before + 3));

    const token = await bench.sandbox.appToken();
    const first = async (query: string, headers: Record<string, string> = {}) => {
      const { body } = await fetch(`${bench.sandbox.url}${EVENTS_PATH}?lastEventId=${query}`, {
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      const { value } = (await reader?.read()) ?? {};
      await reader?.cancel();
      return value;
    };
    expect(await first(`${before + 1}`)).toContain(`id: ${before + 1}\n\n`);
    expect(await first('0', { 'last-event-id': `${before + 2}` })).toContain(`id: ${before + 2}\n\n`);
  });

  it('begins at the beginning for a place beyond the last event', async () => {
    await writeEvents(bench, customer);
    const [first] = await (await open({ lastEventId: '9'.repeat(30) })).next(1);
    expect(first?.id).toBe('1');
  });

  it('reads more events than a page has', async () => {
    const before = await last();
    await writeEvents(bench, customer, { count: 250, together: true });
    expect(ids(await (await open({ lastEventId: before })).next(250))).toEqual(range(before + 1, before + 250));
  });

  it("never tells of another partner's customers", async () => {
    const mine = await open();
    const theirs = await open({ token: await bench.sandbox.appToken(otherPartner.tenantId) });
    const before = await last();
    await writeEvents(bench, otherPartner.customerId, { partnerId: otherPartner.tenantId, count: 2 });
    await writeEvents(bench, customer);

    const customers = async (stream: typeof mine, count: number) =>
      (await stream.next(count)).map(({ data }) => JSON.parse(data).customerId);
    expect(await customers(mine, 1)).toEqual([customer]);
    expect(await customers(theirs, 2)).toEqual([otherPartner.customerId, otherPartner.customerId]);
    expect(await last()).toBe(before + 1);
  });

  it('passes over customers with whom the relationship has ended', async () => {
    const ended = await bench.addCustomer({ relationshipEnded: true });
    const stream = await open();
    const before = await last();
    await writeEvents(bench, ended, { count: 120, together: true });
    await writeEvents(bench, customer);
    expect(ids(await stream.next(1))).toEqual([before + 121]);
  });

  it.each(['x', '-1', '1.5', '', '0x1'])('refuses the last event id %j', async (id) => {
    const query = await bench.sandbox.get(`${EVENTS_PATH}?lastEventId=${id}`);
    expectFault(query, 400, '3000', ['lastEventId']);
    expect(query.body.data[0].reason).toBe('must be a whole number');
    expectFault(await bench.sandbox.get(EVENTS_PATH, { headers: { 'last-event-id': id } }), 400, '3000', [
      'last-event-id',
    ]);
  });

  it('refuses a query parameter that it does not know', async () => {
    expectFault(await bench.sandbox.get(`${EVENTS_PATH}?after=1`), 400, '3000', ['after']);
  });

  it.each(['HEAD', 'POST', 'DELETE'])('is not to be had by %s', async (method) => {
    const answer = await send(bench.sandbox.url, EVENTS_PATH, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it.each(['text/event-stream', 'application/json', '*/*', 'text/*;q=0.1, image/png'])(
    'is sent to a client that accepts %s',
    async (accept) => {
      const headers = { authorization: `Bearer ${await bench.sandbox.appToken()}`, accept };
      const { status, body } = await fetch(bench.sandbox.url + EVENTS_PATH, { headers });
      await body?.cancel();
      expect(status).toBe(200);
    },
  );

  it('alone is sent as such: other routes and other types are refused', async () => {
    const accept = (type: string) => ({ headers: { accept: type } });
    expectFault(await bench.sandbox.get(EVENTS_PATH, accept('text/html')), 406, 'NotAcceptable');
    const path = `/v1/customers/${customer}/qualifications`;
    expectFault(await bench.sandbox.get(path, accept('text/event-stream')), 406, 'NotAcceptable');
  });

  it('needs a token of a partner', async () => {
    expectFault(await bench.sandbox.get(EVENTS_PATH, { token: 'x' }), 401, '400');
    expectFault(
      await bench.sandbox.get(EVENTS_PATH, { token: await bench.sandbox.appToken(stranger) }),
      403,
      'PartnerUnknown',
    );
  });

  it('loses and doubles nothing, wherever it is cut and whatever is written meanwhile', async () => {
    const token = await bench.sandbox.appToken();
    const cuts = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.integer({ min: 1, max: 4 }), async (counts, writers) => {
        const before = await last();
        const total = writers * 10;
        const writing = range(1, writers).map(() => writeEvents(bench, customer, { count: 10 }));
        const received: number[] = [];
        for (const count of [...counts, total]) {
          const stream = await listen(bench.sandbox.url, { token, lastEventId: received.at(-1) ?? before });
          received.push(...ids(await stream.next(Math.min(count, total - received.length))));
          stream.hangUp();
        }
        await Promise.all(writing);
        expect(received).toEqual(range(before + 1, before + total));
      }),
      { numRuns: 8, seed: 20_201_203 },
    );
  });

  it('is limited to twenty for a partner, and another may come when one goes', async () => {
    const token = await bench.sandbox.appToken(otherPartner.tenantId);
    const streams = await Promise.all(range(1, 20).map(() => open({ token })));
    const refused = await bench.sandbox.get(EVENTS_PATH, { token });
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).toEqual([
      429,
      '60',
      { statusCode: 429, message: 'Rate limit is exceeded. Try again in 60 seconds.' },
    ]);
    expect((await open()).headers.get('content-type')).toContain('text/event-stream');

    streams[0]?.hangUp();
    await vi.waitFor(() => open({ token }));
  });

  it('tells what another service on the same database has done', async () => {
    const other = await startSandbox({ database: bench.database.address, clock: bench.clock });
    onTestFinished(() => other.close());
    const stream = await open();
    await other.request(customer, education);
    const [event] = await stream.next(1);
    expect(JSON.parse(event?.data ?? '')).toMatchObject({ customerId: customer, vettingStatus: 'InReview' });
  });

  it('ends when its token expires', async () => {
    const stream = await open();
    bench.clock.advance(31 * day);
    expect(await stream.rest()).toEqual([]);
  });
});

describe.each(databases)('on $name, a stream of events', ({ create }) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench(create);
  });
  const open = async () => listen(bench.sandbox.url, { token: await bench.sandbox.appToken() });

  it('goes on counting after a reset of the sandbox, and loses none of what is new', async () => {
    const customer = await bench.addCustomer();
    await writeEvents(bench, customer, { count: 3 });
    const stream = await open();
    for (const first of [4, 8]) {
      await call(bench.sandbox.url + sandboxPaths.reset, { method: 'POST' });
      await writeEvents(bench, await bench.addCustomer(), { count: 4 });
      const news = [first, first + 1, first + 2, first + 3];
      expect(ids(await stream.next(4))).toEqual(news);
      const late = await listen(bench.sandbox.url, { token: await bench.sandbox.appToken(), lastEventId: '3' });
      expect(ids(await late.next(4))).toEqual(news);
    }
    await bench.close();
  });

  it('goes on counting for a partner that a reset has forgotten, once it is registered again', async () => {
    const tenantId = randomUUID();
    const register = () =>
      bench.store.transaction((transaction) =>
        transaction.provisioning.addPartner({ tenantId, name: 'A', active: true }, bench.clock().toISOString()),
      );
    await register();
    await writeEvents(bench, await bench.addCustomer({}, tenantId), { count: 3, partnerId: tenantId });
    for (let resets = 0; resets < 2; resets += 1) {
      await call(bench.sandbox.url + sandboxPaths.reset, { method: 'POST' });
    }
    await register();
    expect(await bench.store.reads.events.last(tenantId)).toBe(3);
    await bench.close();
  });

  it('ends when the partner is one no more, and cannot be opened again', async () => {
    const stream = await open();
    await bench.store.transaction((transaction) =>
      transaction.putPartner({ tenantId: partner, name: 'Contoso', active: false }, bench.clock().toISOString()),
    );
    expect(await stream.rest()).toEqual([]);
    expectFault(await bench.sandbox.get(EVENTS_PATH), 403, 'PartnerUnknown');
    await bench.close();
  });

  it('does not hold up a service that closes', async () => {
    const streams = await Promise.all([open(), open(), open()]);
    const ended = Promise.all(streams.map((stream) => stream.rest()));
    await bench.close();
    expect(await ended).toEqual([[], [], []]);
  });
});
