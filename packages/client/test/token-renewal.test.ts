import type { TokenCredential } from '@azure/core-auth';
import { describe, expect, it, vi } from 'vitest';
import { type OperationOptions, PartnerCenterClient } from '../src/index.js';
import { CUSTOMER_ID, rejectionOf } from './fixture.js';
import { Grants, token } from './grants.js';
import { type Answer, json, type Received } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';
import { until } from './timers.js';

const server = serverOfFile();

const refusal = (challenge = 'Bearer'): Answer =>
  json({ code: '400', description: 'The token is refused.' }, 401, { 'WWW-Authenticate': challenge });
const tokenOf = ({ headers }: Received) => String(headers.authorization).slice('Bearer '.length);
const tokensSent = () => server.received.map(tokenOf);

/** Accepts these tokens and refuses all others. */
const accept = (...tokens: string[]) =>
  server.answerBy((request) => (tokens.includes(tokenOf(request)) ? json([]) : refusal()));

function clientOver(credential: TokenCredential, maxRetries = 0): PartnerCenterClient {
  return new PartnerCenterClient(credential, {
    baseUrl: server.url,
    retryOptions: { maxRetries, retryDelayInMs: 0 },
  });
}

const get = (client: PartnerCenterClient, options?: OperationOptions) =>
  client.customers.byId(CUSTOMER_ID).qualification.getQualifications(options);

/** A grant that waits until it is told what to give. */
function pending() {
  let settle: (grant: ReturnType<typeof token>) => void = () => {};
  const given = new Promise<ReturnType<typeof token>>((resolve) => {
    settle = resolve;
  });
  return { grant: async () => (await given)(), settle };
}

describe('a refused token', () => {
  it('is renewed once and the call repeated as it was, without counting as a retry', async () => {
    server.play(refusal(), json({ qualification: 'StateOwnedEntity' }, 201));
    const credential = new Grants(token('first'), token('second'));
    const { qualification } = clientOver(credential).customers.byId(CUSTOMER_ID);
    await qualification.createQualifications({ qualification: 'StateOwnedEntity' });
    expect(tokensSent()).toEqual(['first', 'second']);
    expect(credential.asked).toHaveLength(2);
    const [refused, repeated] = server.received;
    expect(repeated).toMatchObject({ method: 'POST', body: refused?.body });
    expect(repeated?.headers['ms-requestid']).toBe(refused?.headers['ms-requestid']);
    expect(repeated?.headers['ms-correlationid']).toBe(refused?.headers['ms-correlationid']);
  });

  it('stands where the credential gives the same one again', async () => {
    server.play(refusal());
    const credential = new Grants(token('only'));
    expect(await rejectionOf(get(clientOver(credential)))).toMatchObject({ statusCode: 401, code: '400' });
    expect(tokensSent()).toEqual(['only']);
    expect(credential.asked).toHaveLength(2);
  });

  it('is renewed once for all calls that were refused together', async () => {
    accept('second');
    const credential = new Grants(token('first'), token('second'));
    const client = clientOver(credential);
    await expect(Promise.all(Array.from({ length: 5 }, () => get(client)))).resolves.toHaveLength(5);
    expect(credential.asked).toHaveLength(2);
  });

  it('is replaced by the one that another call was given in the meantime, without asking', async () => {
    const credential = new Grants(token('first'), token('second'));
    const client = clientOver(credential);
    const isHeld = ({ url }: Received) => url.endsWith('/validations');
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.answerBy(async (request) => {
      if (tokenOf(request) === 'second') return json([]);
      await (isHeld(request) ? released : until(() => server.received.some(isHeld)));
      return refusal();
    });
    const early = get(client);
    const late = client.validations.getValidationCodes();
    await early;
    release();
    await expect(late).resolves.toEqual([]);
    expect(tokensSent()).toEqual(['first', 'first', 'second', 'second']);
    expect(credential.asked).toHaveLength(2);
  });

  it('goes on serving other calls until there is another one', async () => {
    const second = pending();
    const client = clientOver(new Grants(token('first'), second.grant));
    server.answerBy((request) =>
      request.url.includes(CUSTOMER_ID) && tokenOf(request) === 'first' ? refusal() : json([]),
    );
    const refused = get(client);
    await until(() => server.received.length === 1);
    await expect(client.validations.getValidationCodes()).resolves.toEqual([]);
    expect(tokensSent()).toEqual(['first', 'first']);
    second.settle(token('second'));
    await expect(refused).resolves.toEqual([]);
    expect(tokensSent()).toEqual(['first', 'first', 'second']);
  });

  it('is not renewed for 30 seconds where it was itself asked for after a refusal', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    accept('third');
    const credential = new Grants(token('first'), token('second'), token('third'));
    const client = clientOver(credential);
    expect(await rejectionOf(get(client))).toMatchObject({ statusCode: 401 });
    expect(await rejectionOf(get(client))).toMatchObject({ statusCode: 401 });
    vi.setSystemTime(Date.now() + 29_999);
    expect(await rejectionOf(get(client))).toMatchObject({ statusCode: 401 });
    expect(tokensSent()).toEqual(['first', 'second', 'second', 'second']);
    expect(credential.asked).toHaveLength(2);
    vi.setSystemTime(Date.now() + 1);
    await expect(get(client)).resolves.toEqual([]);
    expect(tokensSent().slice(4)).toEqual(['second', 'third']);
  });

  it('is renewed once a call, however often the call is tried', async () => {
    server.play(refusal(), { status: 503 }, refusal());
    const credential = new Grants(token('first'), token('second'), token('third'));
    expect(await rejectionOf(get(clientOver(credential, 3)))).toMatchObject({ statusCode: 401 });
    expect(tokensSent()).toEqual(['first', 'second', 'second']);
  });

  it("rejects with the credential's own error where it cannot be renewed, and is not tried again", async () => {
    server.play(refusal());
    const failure = Object.assign(new Error('Sign in again.'), { name: 'AuthenticationRequiredError' });
    const credential = new Grants(token('first'), () => Promise.reject(failure));
    await expect(get(clientOver(credential, 3))).rejects.toBe(failure);
    expect(tokensSent()).toEqual(['first']);
  });
});

describe('an abort while a token is renewed', () => {
  it('ends the wait of its caller at once, and of no other', async () => {
    accept('second');
    const second = pending();
    const client = clientOver(new Grants(token('first'), second.grant));
    const controller = new AbortController();
    const mine = expect(get(client, { abortSignal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    const other = get(client);
    await until(() => server.received.length === 2);
    controller.abort();
    await mine;
    second.settle(token('second'));
    await expect(other).resolves.toEqual([]);
  });

  it('leaves no failure unhandled where the credential fails afterwards', async () => {
    accept();
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const second = pending();
    const client = clientOver(new Grants(token('first'), second.grant));
    const controller = new AbortController();
    const call = get(client, { abortSignal: controller.signal });
    const ended = expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => server.received.length === 1);
    controller.abort();
    await ended;
    second.settle(() => Promise.reject(new Error('The authority is gone.')));
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('a claims challenge', () => {
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"},"x":"??>>"}}';
  const challengeOf = (encoded: string) =>
    `Bearer realm="", authorization_uri="https://login.example/authorize", error="insufficient_claims", claims="${encoded}"`;

  it.each([
    ['Base64', Buffer.from(claims).toString('base64')],
    ['Base64url', Buffer.from(claims).toString('base64url')],
  ])('in %s is handed to the credential, decoded', async (_case, encoded) => {
    server.play(refusal(challengeOf(encoded)), json([]));
    const credential = new Grants(token('first'), token('second'));
    await expect(get(clientOver(credential))).resolves.toEqual([]);
    expect(credential.asked.map(({ options }) => options)).toEqual([{ enableCae: true }, { enableCae: true, claims }]);
  });

  it.each([
    ['no Base64', '§§§'],
    ['no JSON', Buffer.from('claims').toString('base64')],
    ['no object', Buffer.from('"claims"').toString('base64')],
  ])('that is %s counts as a refusal without one', async (_case, encoded) => {
    server.play(refusal(challengeOf(encodeURIComponent(encoded))), json([]));
    const credential = new Grants(token('first'), token('second'));
    await expect(get(clientOver(credential))).resolves.toEqual([]);
    expect(credential.asked[1]?.options).toEqual({ enableCae: true });
  });

  it('is heard right after a refusal without one, as it says more', async () => {
    const challenge = refusal(challengeOf(Buffer.from(claims).toString('base64')));
    server.play(refusal(), refusal(), challenge, json([]));
    const credential = new Grants(token('first'), token('second'), token('third'));
    const client = clientOver(credential);
    await rejectionOf(get(client));
    await expect(get(client)).resolves.toEqual([]);
    expect(tokensSent()).toEqual(['first', 'second', 'second', 'third']);
    expect(credential.asked[2]?.options).toEqual({ enableCae: true, claims });
  });

  it('is heard though the token was renewed without its claims in the meantime', async () => {
    const challenge = refusal(challengeOf(Buffer.from(claims).toString('base64')));
    const credential = new Grants(token('first'), token('second'), token('third'));
    const client = clientOver(credential);
    const isLate = ({ url }: Received) => url.endsWith('/validations');
    server.answerBy(async (request) => {
      if (tokenOf(request) === 'third') return json([]);
      if (!isLate(request)) return tokenOf(request) === 'second' ? json([]) : refusal();
      await until(() => tokensSent().includes('second'));
      return challenge;
    });
    const late = client.validations.getValidationCodes();
    await until(() => server.received.some(isLate));
    await get(client);
    await expect(late).resolves.toEqual([]);
    expect(tokensSent()).toEqual(['first', 'first', 'second', 'third']);
    expect(credential.asked[2]?.options).toEqual({ enableCae: true, claims });
  });

  it('is shared by the calls that meet it together', async () => {
    const challenge = refusal(challengeOf(Buffer.from(claims).toString('base64')));
    server.answerBy((request) => (tokenOf(request) === 'second' ? json([]) : challenge));
    const credential = new Grants(token('first'), token('second'));
    const client = clientOver(credential);
    await Promise.all([get(client), get(client), get(client)]);
    expect(credential.asked).toHaveLength(2);
  });
});
