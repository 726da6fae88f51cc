import { randomUUID } from 'node:crypto';
import { isGuid } from '@vetted/contract';
import { type Answer, databases, otherPartner } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, expectFault, partner, startBench, stranger } from './bench.js';
import { allEvents, callRegistration, openInbox, registrationPath, sendTest, testsPath } from './webhook-inbox.js';

const url = 'http://127.0.0.1:9/hook';
const wanted = { WebhookUrl: url, WebhookEvents: allEvents };
const minute = 60_000;

describe.each(databases)('on $name, the webhook registration', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await call('DELETE');
    bench.clock.advance(minute);
  });

  const call = (method: string, options?: Parameters<typeof callRegistration>[2]) =>
    callRegistration(bench.sandbox, method, options);

  it('is answered as it was asked for, with an id, and with the secret once', async () => {
    const { status, body, headers } = await call('POST', { body: wanted });
    const { SubscriberId, WebhookSecret, ...rest } = body;
    expect(status).toBe(200);
    expect(rest).toEqual({ ...wanted, SignatureTokenToMsSignatureHeader: false });
    expect(SubscriberId).toSatisfy(isGuid);
    expect(WebhookSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await call('GET')).body).toEqual({ SubscriberId, ...rest });
  });

  it('may be made by an application or a user of the partner', async () => {
    const token = await bench.sandbox.userToken();
    expect((await call('POST', { body: wanted, token })).status).toBe(200);
    expect((await call('GET')).body).toMatchObject(wanted);
  });

  it('takes names in any letter case, and each event once', async () => {
    const { status, body } = await call('POST', {
      body: {
        webhookurl: url,
        WEBHOOKEVENTS: ['test-created', 'test-created'],
        signatureTokenToMsSignatureHeader: true,
      },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      WebhookUrl: url,
      WebhookEvents: ['test-created'],
      SignatureTokenToMsSignatureHeader: true,
    });
  });

  it('is refused where there is one', async () => {
    const first = await call('POST', { body: wanted });
    expectFault(await call('POST', { body: { ...wanted, WebhookUrl: `${url}/2` } }), 409, 'WebhookRegistered');
    expect((await call('GET')).body).toMatchObject({ SubscriberId: first.body.SubscriberId, WebhookUrl: url });
  });

  it('is made once of twenty requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', { body: wanted })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
  });

  it('changes with PUT, which keeps its id and does not show the secret', async () => {
    const { body } = await call('POST', { body: wanted });
    const changed = {
      WebhookUrl: `${url}/2`,
      WebhookEvents: ['test-created'],
      SignatureTokenToMsSignatureHeader: true,
    };
    const answer = await call('PUT', { body: changed });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: { SubscriberId: body.SubscriberId, ...changed },
    });
    expect((await call('GET')).body).toEqual(answer.body);
  });

  it('ends with DELETE', async () => {
    await call('POST', { body: wanted });
    const { status, text } = await call('DELETE');
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expectFault(await call('GET'), 404, '1000', ['registration']);
  });

  it.each(['GET', 'PUT', 'DELETE'])('is not there for %s before it is made', async (method) => {
    expectFault(await call(method, method === 'PUT' ? { body: wanted } : {}), 404, '1000', ['registration']);
  });

  it('has another id and another secret when it is made again', async () => {
    const { body: first } = await call('POST', { body: wanted });
    await call('DELETE');
    const { body: second } = await call('POST', { body: wanted });
    expect(second.SubscriberId).not.toBe(first.SubscriberId);
    expect(second.WebhookSecret).not.toBe(first.WebhookSecret);
  });

  it('is each partner’s own', async () => {
    const token = await bench.sandbox.appToken(otherPartner.tenantId);
    await call('POST', { body: wanted });
    expectFault(await call('GET', { token }), 404, '1000', ['registration']);
    expectFault(await call('DELETE', { token }), 404, '1000', ['registration']);
    expect((await call('GET')).status).toBe(200);
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'])('is refused to a tenant that is no partner: %s', async (method) => {
    const token = await bench.sandbox.appToken(stranger);
    const body = method === 'POST' || method === 'PUT' ? { body: wanted } : {};
    expectFault(await call(method, { token, ...body }), 403, 'PartnerUnknown');
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['WebhookUrl', 'WebhookEvents']],
    ['no event', { ...wanted, WebhookEvents: [] }, ['WebhookEvents']],
    ['an event that there is not', { ...wanted, WebhookEvents: ['test-created', 'x'] }, ['WebhookEvents.1']],
    ['a member that there is not', { ...wanted, Secret: 'x' }, ['Secret']],
    ['a member twice', { ...wanted, webhookUrl: url }, ['webhookUrl']],
    ['an address of the internet', { ...wanted, WebhookUrl: 'https://8.8.8.8/' }, ['WebhookUrl']],
    ['an address of another machine', { ...wanted, WebhookUrl: 'http://10.0.0.1/' }, ['WebhookUrl']],
    ['another scheme', { ...wanted, WebhookUrl: 'ftp://127.0.0.1/' }, ['WebhookUrl']],
    ['no URL', { ...wanted, WebhookUrl: 'hook' }, ['WebhookUrl']],
    ['a control character', { ...wanted, WebhookUrl: `${url}\u0000` }, ['WebhookUrl']],
    ['half a surrogate pair', { ...wanted, WebhookUrl: `${url}/\ud800` }, ['WebhookUrl']],
    [
      'a flag that is none',
      { ...wanted, SignatureTokenToMsSignatureHeader: 'yes' },
      ['SignatureTokenToMsSignatureHeader'],
    ],
  ])('is refused with %s, by name', async (_, body, names) => {
    expectFault(await call('POST', { body }), 400, '3000', names);
    expectFault(await call('GET'), 404, '1000', ['registration']);
  });

  it.each<[string, object, string]>([
    ['without an event', { WebhookEvents: [] }, 'must not be empty'],
    ['with too many events', { WebhookEvents: [...'abcdefghijklmnopq'] }, 'must have at most 16 items'],
    [
      'with a control character',
      { WebhookUrl: `${url}\u0000` },
      'must be text without control characters, and not blank',
    ],
  ])('is refused %s, in plain words', async (_, changed, reason) => {
    const reasons = ({ body }: Answer) => body.data.map((datum: { reason: string }) => datum.reason);
    expect(reasons(await call('POST', { body: { ...wanted, ...changed } }))).toContain(reason);
    expect(reasons(await call('PUT', { body: { ...wanted, ...changed } }))).toContain(reason);
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'])('takes no query parameter: %s', async (method) => {
    const body = method === 'POST' || method === 'PUT' ? { body: wanted } : {};
    expectFault(await call(method, { path: `${registrationPath}?x=1`, ...body }), 400, '3000', ['x']);
  });

  it('lists the events that there are', async () => {
    const { status, body } = await call('GET', { path: `${registrationPath}/events` });
    expect({ status, body }).toEqual({ status: 200, body: allEvents });
  });

  describe('made again with the same MS-RequestId', () => {
    const repeat = (id: string, body: unknown = wanted) => call('POST', { body, headers: { 'ms-requestid': id } });

    it('gets the first answer again, the secret included, which stands in one place only', async () => {
      const id = randomUUID();
      const first = await repeat(id);
      const second = await repeat(id.toUpperCase());
      expect([second.status, second.text]).toEqual([200, first.text]);
      const recorded = await bench.store.transaction((transaction) => transaction.claimRequest(partner, id, ''));
      expect(recorded).toMatchObject({ status: 200 });
      expect(JSON.stringify(recorded)).not.toContain('whsec_');
    });

    it('gets it without the secret once that registration has ended', async () => {
      const id = randomUUID();
      const { WebhookSecret: _, ...registered } = (await repeat(id)).body;
      await call('DELETE');
      await call('POST', { body: wanted });
      expect((await repeat(id)).body).toEqual(registered);
    });

    it('is refused for another URL', async () => {
      const id = randomUUID();
      await repeat(id);
      expectFault(await repeat(id, { ...wanted, WebhookUrl: `${url}/2` }), 409, 'RequestIdReused');
    });
  });

  describe('tried with a test event', () => {
    const test = (headers: Record<string, string> = {}) => call('POST', { path: testsPath, headers });

    it('is refused where there is none', async () => {
      expectFault(await test(), 404, '1000', ['registration']);
    });

    it('is sent whatever else the webhook is registered for', async () => {
      await call('POST', { body: { ...wanted, WebhookEvents: ['customer-qualification-updated'] } });
      expect((await test()).status).toBe(200);
    });

    it('takes an empty object for no body, and nothing else', async () => {
      await call('POST', { body: wanted });
      expect((await call('POST', { path: testsPath, body: {} })).status).toBe(200);
      expectFault(await call('POST', { path: testsPath, body: { x: 1 } }), 400, '3000', ['x']);
    });

    it('may be tried twice a minute by the service’s clock', async () => {
      const { url: inbox } = await openInbox();
      await call('POST', { body: { ...wanted, WebhookUrl: inbox } });
      await sendTest(bench.sandbox);
      bench.clock.advance(10_500);
      await sendTest(bench.sandbox);
      const refused = await test();
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('50');
      expect(refused.body).toEqual({ statusCode: 429, message: 'Rate limit is exceeded. Try again in 50 seconds.' });
      bench.clock.advance(49_000);
      expect((await test()).headers.get('retry-after')).toBe('1');
      bench.clock.advance(1_000);
      expect((await test()).status).toBe(200);
    });

    it('may not be tried more often by registering again', async () => {
      for (const _ of [1, 2]) {
        await call('POST', { body: wanted });
        await sendTest(bench.sandbox);
        await call('DELETE');
      }
      await call('POST', { body: wanted });
      expect((await test()).status).toBe(429);
    });

    it('sends one event for one MS-RequestId', async () => {
      await call('POST', { body: wanted });
      const headers = { 'ms-requestid': randomUUID() };
      const first = await test(headers);
      expect((await test(headers)).text).toBe(first.text);
      expect(first.body.correlationId).toSatisfy(isGuid);
    });

    it.each(['x', randomUUID()])('has no report under the id %s', async (id) => {
      expectFault(await call('GET', { path: `${testsPath}/${id}` }), 404, '1000', ['correlationId']);
    });

    it('shows the report to no other partner', async () => {
      await call('POST', { body: wanted });
      const path = `${testsPath}/${await sendTest(bench.sandbox)}`;
      const token = await bench.sandbox.appToken(otherPartner.tenantId);
      expectFault(await call('GET', { path, token }), 404, '1000', ['correlationId']);
      expect((await call('GET', { path })).body).toMatchObject({ partnerId: partner, callbackUrl: url });
    });
  });
});
