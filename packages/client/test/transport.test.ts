import type { AccessToken } from '@azure/core-auth';
import { describe, expect, it, vi } from 'vitest';
import { type AbortSignalLike, PartnerCenterClient } from '../src/index.js';
import { CUSTOMER_ID, clientOf, FixedCredential, GUID, rejectionOf, TOKEN } from './fixture.js';
import { json } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';
import { fakeTimers, until } from './timers.js';

const server = serverOfFile();

const get = (client: PartnerCenterClient) => client.customers.byId(CUSTOMER_ID).qualification.getQualifications();
const throttled = (retryAfter: string) =>
  json({ statusCode: 429, message: 'Rate limit is exceeded.' }, 429, { 'Retry-After': retryAfter });
const received = (count: number) => until(() => server.received.length === count);

describe('headers', () => {
  it('sends the token, the ids and what the options say', async () => {
    server.play(json([]));
    await get(clientOf(server, { applicationName: 'order desk', locale: 'de-DE' }));
    const [first] = server.received;
    expect(first?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/json',
      'ms-requestid': expect.stringMatching(GUID),
      'ms-correlationid': expect.stringMatching(GUID),
      'ms-partnercenter-application': 'order desk',
      'x-locale': 'de-DE',
      'user-agent': expect.stringContaining('vetted-client/'),
    });
  });

  it('sends no trace where nobody traces', async () => {
    server.play(json([]));
    await get(clientOf(server));
    expect(server.received[0]?.headers).not.toHaveProperty('traceparent');
  });

  it('makes new ids for every call', async () => {
    server.play(json([]));
    const client = clientOf(server);
    await get(client);
    await get(client);
    const [first, second] = server.received.map(({ headers }) => headers);
    expect(second?.['ms-requestid']).not.toBe(first?.['ms-requestid']);
    expect(second?.['ms-correlationid']).not.toBe(first?.['ms-correlationid']);
  });

  it("prefers a call's correlation id to the client's, and sends the request id it is given", async () => {
    server.play(json([]));
    const client = clientOf(server, { correlationId: 'of-the-client' });
    await get(client);
    await client.customers
      .byId('1')
      .get({ correlationId: 'of-the-call', requestId: 'mine' })
      .catch(() => {});
    expect(server.received[0]?.headers['ms-correlationid']).toBe('of-the-client');
    expect(server.received[1]?.headers).toMatchObject({ 'ms-correlationid': 'of-the-call', 'ms-requestid': 'mine' });
  });

  it('names the version of its package', async () => {
    server.play(json([]));
    const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
    await get(clientOf(server));
    expect(server.received[0]?.headers['user-agent']).toContain(`vetted-client/${manifest.version} `);
  });
});

describe('time limit', () => {
  it.each([
    ['no answer comes', { fault: 'silence' as const }],
    ['a body is not finished', { fault: 'hang' as const, body: '[' }],
  ])('ends a try where %s, and tries again', async (_case, answer) => {
    server.play(answer, json([]));
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const timerOf = fakeTimers();
    const call = get(clientOf(server, { timeoutInMs: 5_000, retryOptions: { retryDelayInMs: 40 } }));
    await received(1);
    await vi.advanceTimersByTimeAsync(5_000);
    await timerOf(40);
    await vi.advanceTimersByTimeAsync(40);
    await expect(call).resolves.toEqual([]);
  });

  it("rejects with ETIMEDOUT, by the call's own limit where it has one", async () => {
    server.play({ fault: 'silence' });
    fakeTimers();
    const client = clientOf(server, { retryOptions: { maxRetries: 0 } });
    const call = rejectionOf(client.customers.byId(CUSTOMER_ID).get({ timeoutInMs: 250 }));
    await received(1);
    await vi.advanceTimersByTimeAsync(250);
    const error = await call;
    expect(error).toMatchObject({ code: 'ETIMEDOUT', requestId: expect.stringMatching(GUID) });
    expect(error.statusCode).toBeUndefined();
    expect(error.message).toBe(`GET /v1/customers/${CUSTOMER_ID} failed: There was no complete answer within 250 ms.`);
  });

  it('refuses a limit of a call that is out of range', async () => {
    await expect(clientOf(server).customers.byId('1').get({ timeoutInMs: 0 })).rejects.toThrow(RangeError);
  });

  it.each([
    ['succeeds', json([])],
    ['is refused', json({ code: '60003' }, 404)],
    ['fails without an answer', { fault: 'cut' as const }],
  ])('leaves no timer behind that would keep the program up after a call that %s', async (_case, answer) => {
    server.play(answer);
    fakeTimers();
    await get(clientOf(server, { retryOptions: { maxRetries: 0 } })).catch(() => {});
    expect(server.received).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** A signal as programs had it before the platform did. */
function foreignSignal() {
  const listeners = new Set<(this: AbortSignalLike, event: unknown) => void>();
  const abortSignal = {
    aborted: false,
    addEventListener: (_type: 'abort', listener: (this: AbortSignalLike, event: unknown) => void) => {
      listeners.add(listener);
    },
    removeEventListener: (_type: 'abort', listener: (this: AbortSignalLike, event: unknown) => void) => {
      listeners.delete(listener);
    },
  };
  const abort = () => {
    abortSignal.aborted = true;
    for (const listener of [...listeners]) listener.call(abortSignal, { type: 'abort' });
  };
  return { abortSignal, abort, listeners };
}

describe('abort', () => {
  const abortError = { name: 'AbortError' };
  const options = () => {
    const controller = new AbortController();
    return { controller, abortSignal: controller.signal };
  };

  it('sends nothing and asks for no token where the signal is aborted already', async () => {
    server.play(json([]));
    const credential = new FixedCredential();
    const client = new PartnerCenterClient(credential, { baseUrl: server.url });
    await expect(client.customers.byId('1').get({ abortSignal: AbortSignal.abort() })).rejects.toMatchObject(
      abortError,
    );
    expect(server.received).toHaveLength(0);
    expect(credential.scopes).toHaveLength(0);
  });

  it.each([
    ['for the answer', { fault: 'silence' as const }],
    ['for the rest of a body', { fault: 'hang' as const, body: '[' }],
  ])('rejects while it waits %s', async (_case, answer) => {
    server.play(answer);
    const { controller, abortSignal } = options();
    const call = clientOf(server).customers.byId('1').get({ abortSignal });
    const rejected = expect(call).rejects.toMatchObject(abortError);
    await received(1);
    controller.abort();
    await rejected;
    expect(server.received).toHaveLength(1);
  });

  it('rejects while it waits between two tries', async () => {
    server.play(throttled('60'));
    const { controller, abortSignal } = options();
    const timerOf = fakeTimers();
    const call = clientOf(server).customers.byId('1').get({ abortSignal });
    const rejected = expect(call).rejects.toMatchObject(abortError);
    await timerOf(60_000);
    controller.abort();
    await rejected;
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['between two tries, the first being over', 60_000],
    ['for the rest of a body', undefined],
  ])("rejects by a signal that is not the platform's while it waits %s", async (_case, waitInMs) => {
    server.play(waitInMs === undefined ? { fault: 'hang', body: '[' } : throttled(String(waitInMs / 1000)));
    const { abortSignal, abort, listeners } = foreignSignal();
    const timerOf = fakeTimers();
    const call = clientOf(server).customers.byId('1').get({ abortSignal });
    const rejected = expect(call).rejects.toMatchObject(abortError);
    await (waitInMs === undefined ? received(1) : timerOf(waitInMs));
    abort();
    await rejected;
    expect(listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects one caller who waits for a token, and no other', async () => {
    server.play(json([]));
    let grant: (token: AccessToken) => void = () => {};
    const granted = new Promise<AccessToken>((resolve) => {
      grant = resolve;
    });
    const client = new PartnerCenterClient({ getToken: () => granted }, { baseUrl: server.url });
    const { controller, abortSignal } = options();
    const mine = client.customers.byId('1').qualification.getQualifications({ abortSignal });
    const other = get(client);
    const rejected = expect(mine).rejects.toMatchObject(abortError);
    controller.abort();
    await rejected;
    grant({ token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 });
    await expect(other).resolves.toEqual([]);
  });

  it('ends a listing between its pages', async () => {
    const { controller, abortSignal } = options();
    const links = { next: { uri: '/customers?page=2', method: 'GET', headers: [] } };
    server.play(json({ items: [{ id: '1' }], links }));
    const walk = async () => {
      for await (const _customer of clientOf(server).customers.list({ abortSignal })) controller.abort();
    };
    await expect(walk()).rejects.toMatchObject(abortError);
    expect(server.received).toHaveLength(1);
  });
});
