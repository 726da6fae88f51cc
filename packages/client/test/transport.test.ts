import type { AccessToken, TokenCredential } from '@azure/core-auth';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PartnerCenterClient } from '../src/index.js';
import { CUSTOMER_ID, clientOf, FixedCredential, GUID, rejectionOf, TOKEN } from './fixture.js';
import { json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const get = (client: PartnerCenterClient) => client.customers.byId(CUSTOMER_ID).qualification.getQualifications();
const throttled = (retryAfter: string) =>
  json({ statusCode: 429, message: 'Rate limit is exceeded.' }, 429, { 'Retry-After': retryAfter });

/** Turns the event loop until something has happened. Its turns are no time: fake timers stand still meanwhile. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const received = (count: number) => until(() => server.received.length === count);

/** Stops the timers, and tells when one of so many milliseconds has been set. */
function fakeTimers(): (ms: number) => Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const set = vi.spyOn(globalThis, 'setTimeout');
  return (ms) => until(() => set.mock.calls.some(([, delay]) => delay === ms));
}

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

describe('retries', () => {
  it.each([408, 429, 500, 502, 503, 504])('tries again after %i, under the same ids', async (status) => {
    server.play({ status }, { status }, json([]));
    await expect(get(clientOf(server))).resolves.toEqual([]);
    expect(server.received).toHaveLength(3);
    expect(new Set(server.received.map(({ headers }) => headers['ms-requestid'])).size).toBe(1);
    expect(new Set(server.received.map(({ headers }) => headers['ms-correlationid'])).size).toBe(1);
  });

  it('repeats a POST with its body', async () => {
    server.play({ status: 503 }, json({ qualification: 'StateOwnedEntity' }, 201));
    const { qualification } = clientOf(server).customers.byId(CUSTOMER_ID);
    await qualification.createQualifications({ qualification: 'StateOwnedEntity' });
    expect(server.received.map(({ body }) => body)).toEqual(Array(2).fill('{"qualification":"StateOwnedEntity"}'));
  });

  it.each([400, 401, 403, 404, 409, 412, 422, 501, 505])('does not try again after %i', async (status) => {
    server.play({ status });
    expect(await rejectionOf(get(clientOf(server)))).toMatchObject({ statusCode: status });
    expect(server.received).toHaveLength(1);
  });

  it('tries again where the connection breaks before or within the answer', async () => {
    server.play({ fault: 'cut' }, json([]));
    await expect(get(clientOf(server))).resolves.toEqual([]);
    expect(server.received).toHaveLength(2);
  });

  it('gives up after maxRetries and rejects with the last answer', async () => {
    server.play({ status: 500 }, { status: 500 }, json({ code: '800003', description: 'Unforeseen.' }, 500));
    const client = clientOf(server, { retryOptions: { maxRetries: 2, retryDelayInMs: 0 } });
    expect(await rejectionOf(get(client))).toMatchObject({ statusCode: 500, code: '800003' });
    expect(server.received).toHaveLength(3);
  });

  it('does not try again at all where maxRetries is 0', async () => {
    server.play(throttled('0'));
    await rejectionOf(get(clientOf(server, { retryOptions: { maxRetries: 0 } })));
    expect(server.received).toHaveLength(1);
  });

  it('waits as long as Retry-After says', async () => {
    server.play(throttled('57'), json([]));
    const timerOf = fakeTimers();
    const call = get(clientOf(server));
    await timerOf(57_000);
    await vi.advanceTimersByTimeAsync(56_999);
    expect(server.received).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await expect(call).resolves.toEqual([]);
  });

  it('rejects at once where Retry-After is longer than maxRetryDelayInMs', async () => {
    server.play(throttled('3000000'));
    const error = await rejectionOf(get(clientOf(server)));
    expect(error).toMatchObject({ statusCode: 429, retryAfterInMs: 3_000_000_000 });
    expect(server.received).toHaveLength(1);
  });

  it('doubles its own waits up to maxRetryDelayInMs and leaves off at most half', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.5).mockReturnValueOnce(1);
    server.play({ status: 500 }, { status: 500 }, { status: 500 }, json([]));
    const timerOf = fakeTimers();
    const retryOptions = { retryDelayInMs: 1000, maxRetryDelayInMs: 3000 };
    const call = get(clientOf(server, { retryOptions }));
    for (const [tries, wait] of [500, 1500, 3000].entries()) {
      await timerOf(wait);
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(server.received).toHaveLength(tries + 1);
      await vi.advanceTimersByTimeAsync(1);
    }
    await expect(call).resolves.toEqual([]);
  });

  it('does not follow a redirect, which would take the token along', async () => {
    server.play({ status: 302, headers: { Location: 'https://evil.example/' } });
    expect(await rejectionOf(get(clientOf(server)))).toMatchObject({ statusCode: 302 });
    expect(server.received).toHaveLength(1);
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

  it('leaves no timer behind', async () => {
    server.play(json([]));
    fakeTimers();
    await get(clientOf(server));
    expect(vi.getTimerCount()).toBe(0);
  });
});

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

describe('token', () => {
  /** Gives the tokens of a list, one a call. */
  class Grants implements TokenCredential {
    readonly asked: (string | string[])[] = [];
    readonly grants: (() => Promise<AccessToken | null>)[];

    constructor(...grants: (() => Promise<AccessToken | null>)[]) {
      this.grants = grants;
    }

    getToken(scopes: string | string[]): Promise<AccessToken | null> {
      const grant = this.grants[Math.min(this.asked.push(scopes), this.grants.length) - 1];
      return grant === undefined ? Promise.resolve(null) : grant();
    }
  }

  const minutes = (count: number) => count * 60_000;
  const token = (name: string, lastsInMs: number, refreshInMs?: number) => async (): Promise<AccessToken> => ({
    token: name,
    expiresOnTimestamp: Date.now() + lastsInMs,
    ...(refreshInMs === undefined ? {} : { refreshAfterTimestamp: Date.now() + refreshInMs }),
  });
  const tokensSent = () => server.received.map(({ headers }) => headers.authorization?.toString().slice(7));
  const over = (credential: TokenCredential) =>
    new PartnerCenterClient(credential, { baseUrl: server.url, retryOptions: { maxRetries: 1, retryDelayInMs: 0 } });

  it("asks for Partner Center's scope whatever the base URL, once for all calls", async () => {
    server.play(json([]));
    const credential = new FixedCredential();
    const client = over(credential);
    await Promise.all([get(client), get(client), get(client)]);
    await get(client);
    expect(credential.scopes).toEqual(['https://api.partnercenter.microsoft.com/.default']);
  });

  it('asks for the scope it is given', async () => {
    server.play(json([]));
    const credential = new FixedCredential();
    await get(new PartnerCenterClient(credential, { baseUrl: server.url, scope: 'api://other/.default' }));
    expect(credential.scopes).toEqual(['api://other/.default']);
  });

  it.each([
    ['shortly before its expiry', token('first', minutes(60)), minutes(58.5)],
    ['where refreshAfterTimestamp has passed', token('first', minutes(60), minutes(30)), minutes(31)],
  ])('renews a token %s, in the background', async (_case, first, later) => {
    server.play(json([]));
    vi.useFakeTimers({ toFake: ['Date'] });
    const credential = new Grants(first, token('second', minutes(60)));
    const client = over(credential);
    await get(client);
    vi.setSystemTime(Date.now() + later);
    await get(client);
    await get(client);
    expect(tokensSent()).toEqual(['first', 'first', 'second']);
    expect(credential.asked).toHaveLength(2);
  });

  it('waits for a new token where the old one has expired', async () => {
    server.play(json([]));
    vi.useFakeTimers({ toFake: ['Date'] });
    const client = over(new Grants(token('first', minutes(60)), token('second', minutes(60))));
    await get(client);
    vi.setSystemTime(Date.now() + minutes(61));
    await get(client);
    expect(tokensSent()).toEqual(['first', 'second']);
  });

  it('goes on with a token that still serves where its renewal fails', async () => {
    server.play(json([]));
    vi.useFakeTimers({ toFake: ['Date'] });
    const client = over(new Grants(token('first', minutes(60)), () => Promise.reject(new Error('no network'))));
    await get(client);
    vi.setSystemTime(Date.now() + minutes(59));
    await get(client);
    await get(client);
    expect(tokensSent()).toEqual(['first', 'first', 'first']);
  });

  it("rejects with the credential's own error, once, and asks anew for the next call", async () => {
    server.play(json([]));
    const { RestError } = await import('@azure/core-rest-pipeline');
    const failure = new RestError('The authority cannot be reached.', { code: 'ECONNREFUSED' });
    const credential = new Grants(() => Promise.reject(failure), token('second', minutes(60)));
    const client = over(credential);
    await expect(get(client)).rejects.toBe(failure);
    expect(credential.asked).toHaveLength(1);
    await expect(get(client)).resolves.toEqual([]);
  });

  it('rejects where the credential gives no token', async () => {
    await expect(get(over(new Grants()))).rejects.toThrow('The credential gave no access token for https://api.');
  });
});
