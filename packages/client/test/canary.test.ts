import { format, inspect } from 'node:util';
import { RestError } from '@azure/core-rest-pipeline';
import { AzureLogger, setLogLevel } from '@azure/logger';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type CallResponse,
  isPartnerCenterError,
  PartnerCenterClient,
  type PartnerCenterClientOptions,
  RefreshTokenCredential,
  type TokenCredential,
} from '../src/index.js';
import { granted, refused, scriptedAuthority, TENANT } from './authority.js';
import { CUSTOMER_ID } from './fixture.js';
import { Grants, token } from './grants.js';
import { type RecordedSpans, recordSpans } from './open-telemetry.js';
import { type Answer, json, type ScriptedServer, startScriptedServer } from './scripted-server.js';
import { until } from './timers.js';

/** Texts that occur nowhere else. None may come out where a program writes down what happens. */
const sent = {
  accessToken: 'canary-access-token',
  renewedToken: 'canary-renewed-token',
  validationCode: 'canary-validation-code',
  website: 'canary-website.example',
  search: 'canary-search',
  pageToken: 'canary-page-token',
  note: 'canary-note',
};
const answered = {
  email: 'canary@email.example',
  companyName: 'Canary Company',
  partnersCode: 'canary-partners-code',
  reason: 'canary-vetting-reason',
};
const kept = {
  refreshToken: 'canary-refresh-token',
  rotatedToken: 'canary-rotated-token',
  clientSecret: 'canary-client-secret',
  proxyPassword: 'canary-proxy-password',
};
const canaries = Object.values({ ...sent, ...answered, ...kept });

let server: ScriptedServer;
let spans: RecordedSpans;
let written: string[] = [];
const { log } = AzureLogger;

beforeAll(async () => {
  spans = recordSpans();
  server = await startScriptedServer();
  const write = (...parts: unknown[]) => void written.push(format(...parts));
  AzureLogger.log = write;
  setLogLevel('verbose');
  for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(write);
  }
});
beforeEach(() => {
  written = [];
  spans.clear();
});
afterAll(async () => {
  vi.restoreAllMocks();
  setLogLevel(undefined);
  AzureLogger.log = log;
  await server[Symbol.asyncDispose]();
  await spans[Symbol.asyncDispose]();
});

const everything = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null, maxArrayLength: null };

/** All that can be printed of an error. */
function printed(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [String(error)];
  const { stack, cause } = error as Error;
  const whole = [inspect(error, everything), inspect(error), String(error), JSON.stringify(error), String(stack)];
  // An error may print itself by a method of its own; its members are looked at one by one as well.
  const members = Object.getOwnPropertyNames(error).map((name) => Reflect.get(error, name));
  return [...whole, ...members.map((member) => inspect(member, everything)), ...(cause ? printed(cause) : [])];
}

function traced(): string[] {
  return spans
    .ended()
    .map(({ name, attributes, events, status, links, resource }) =>
      inspect({ name, attributes, events, status, links, resource: resource.attributes }, everything),
    );
}

/** Which canaries are where they must not be. */
function escaped(errors: unknown[]): string[] {
  const places = { log: written, trace: traced(), error: errors.flatMap(printed) };
  return Object.entries(places).flatMap(([place, texts]) =>
    canaries.filter((canary) => texts.some((text) => text.includes(canary))).map((canary) => `${canary} in a ${place}`),
  );
}

/** The outcomes of calls, failures only. */
async function failures(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _item of items);
}

/** Every kind of call, with something to hide in all that take something. */
function everyCall(client: PartnerCenterClient): Promise<unknown>[] {
  const { customers, qualifications, validations, vetting } = client;
  const { qualification } = customers.byId(CUSTOMER_ID);
  const { validationCode, website, note } = sent;
  const request = { qualification: 'GovernmentCommunityCloud', validationCode, website };
  const filter = { field: 'CompanyName', startsWith: sent.search } as const;
  return [
    qualification.getQualifications({ validateMfa: true }),
    qualification.createQualifications(request),
    qualification.beginCreateQualifications(request).submitted(),
    customers.byId(CUSTOMER_ID).get(),
    drain(customers.list({ filter, pageSize: 5 })),
    customers.list().byPage({ continuationToken: sent.pageToken }).next(),
    qualifications.list({ filter }).next(),
    validations.getValidationCodes(),
    vetting.preflight(CUSTOMER_ID, request),
    vetting.getProgress(CUSTOMER_ID, 'Education'),
    vetting.getHistory(CUSTOMER_ID, 'Education'),
    vetting.getSummary(),
    drain(vetting.reviews.list({ search: sent.search, partner: TENANT })),
    vetting.reviews.get('1'),
    vetting.reviews.decide('1', { decision: 'Denied', reasonCode: 'NotAnAcademicDomain', note }),
    vetting.reviews.reopen('1', note),
  ];
}

const retryOptions = { maxRetries: 1, retryDelayInMs: 0 };
const signIn = () => new Grants(token(sent.accessToken), token(sent.renewedToken));
const clientOf = (options: PartnerCenterClientOptions = {}, credential: TokenCredential = signIn()) =>
  new PartnerCenterClient(credential, { baseUrl: server.url, retryOptions, ...options });

const personal = {
  id: CUSTOMER_ID,
  email: answered.email,
  companyProfile: { companyName: answered.companyName },
  validationId: answered.partnersCode,
  vettingReason: answered.reason,
};
const next = (uri: string) => ({ next: { uri, headers: [{ key: 'MS-ContinuationToken', value: sent.pageToken }] } });
const fault = (status: number, headers?: Record<string, string>) =>
  json({ code: '3000', description: 'The service says no.' }, status, headers);

describe('no secret and nothing personal is in a log, an error or a trace', () => {
  it.each<[string, Answer[], PartnerCenterClientOptions?]>([
    ['succeed', [json({ items: [personal] })]],
    ['succeed after a renewal', [fault(401), json({ items: [personal] })]],
    ['succeed after a retry', [fault(503), { fault: 'cut' }, json({ items: [personal] })]],
    ['are answered HTML', [{ body: `<title>${Object.values(answered).join()}</title>` }]],
    ['are answered half a body', [{ body: JSON.stringify([personal]).slice(0, -1) }]],
    ['are answered texts', [json([...Object.values(answered)])]],
    ['lead to another origin', [json({ items: [personal], links: next('https://evil.example/customers') })]],
    ['fail on the second page', [json({ items: [personal], links: next('/customers') }), fault(400)]],
    ...[302, 400, 401, 403, 404, 409, 412, 500, 501].map((status): [string, Answer[]] => [
      `are refused with ${status}`,
      [fault(status)],
    ]),
    ['are throttled', [fault(429, { 'Retry-After': '3000000' })]],
    ['are challenged', [fault(401, { 'WWW-Authenticate': `Bearer claims="${btoa('{"access_token":{}}')}"` })]],
    ['break off', [{ fault: 'cut' }]],
    ['break off within the body', [{ fault: 'hang', body: JSON.stringify([personal]) }], { timeoutInMs: 20 }],
    ['time out', [{ fault: 'silence' }], { timeoutInMs: 1 }],
  ])('where calls %s', async (_case, answers, options) => {
    server.play(...answers);
    const errors = await failures(everyCall(clientOf(options)));
    expect(written.join('\n')).toContain('azure:vetted-client:info');
    expect(spans.ended().length).toBeGreaterThan(10);
    expect(escaped(errors)).toEqual([]);
  });

  it('where there is no connection', async () => {
    const gone = await startScriptedServer();
    await gone[Symbol.asyncDispose]();
    const errors = await failures(everyCall(clientOf({ baseUrl: gone.url })));
    expect(errors).toHaveLength(16);
    expect(escaped(errors)).toEqual([]);
  });

  it('where calls are aborted', async () => {
    server.play({ fault: 'silence' });
    const controller = new AbortController();
    const { qualification } = clientOf().customers.byId(CUSTOMER_ID);
    const request = { qualification: 'GovernmentCommunityCloud', validationCode: sent.validationCode };
    const errors = failures([qualification.createQualifications(request, { abortSignal: controller.signal })]);
    await until(() => server.received.length === 1);
    controller.abort();
    expect(await errors).toMatchObject([{ name: 'AbortError' }]);
    expect(escaped(await errors)).toEqual([]);
  });

  it('where the request of a failed connection holds more than the call has given', async () => {
    const client = clientOf({
      httpClient: {
        async sendRequest(request) {
          request.proxySettings = { host: 'https://proxy', port: 1, username: 'me', password: kept.proxyPassword };
          throw new RestError('The proxy is gone.', { code: 'ECONNRESET', request });
        },
      },
    });
    const errors = await failures(everyCall(client));
    expect(errors).toHaveLength(16);
    expect(escaped(errors)).toEqual([]);
  });

  it.each([
    ['grants', [granted(sent.accessToken, kept.rotatedToken)]],
    ['refuses', [refused('invalid_grant', 'AADSTS700082: The refresh token has expired.')]],
    ['answers nonsense', ['<html>']],
    ['cannot be reached', ['cut' as const]],
  ])('where an authority %s', async (_case, answers) => {
    server.play(json({ items: [personal] }));
    const { httpClient, tokenRequests } = scriptedAuthority(...answers);
    const credential = new RefreshTokenCredential(TENANT, 'app', kept.clientSecret, kept.refreshToken, {
      httpClient,
      disableInstanceDiscovery: true,
      retryOptions,
    });
    const errors = await failures(everyCall(clientOf({}, credential)));
    expect(tokenRequests[0]?.form).toMatchObject({
      client_secret: kept.clientSecret,
      refresh_token: kept.refreshToken,
    });
    expect(escaped(errors)).toEqual([]);
  });
});

it('what a service says in refusing a poller the stream of events is not in the log', async () => {
  const refusal = json({ code: '60003', description: `${answered.companyName} has no stream.` }, 403);
  const inReview = json([{ qualification: 'Education', vettingStatus: 'InReview' }]);
  server.answerBy(({ url }) => (url.startsWith('/vetting/') ? refusal : inReview));
  const stop = new AbortController();
  const { qualification } = clientOf().customers.byId(CUSTOMER_ID);
  const waiting = failures([qualification.waitForDecision('Education', { abortSignal: stop.signal })]);
  await until(() => written.some((line) => line.includes('by polling alone')));
  stop.abort();
  expect(await waiting).toMatchObject([{ name: 'AbortError' }]);
  expect(written.join('\n')).toContain('by polling alone: 403 (60003)');
  expect(escaped([])).toEqual([]);
});

describe('the search for secrets', () => {
  it('searches for what is sent and answered indeed', async () => {
    const responses: CallResponse[] = [];
    server.play(fault(401), json({ items: [personal] }));
    await failures(everyCall(clientOf({ onResponse: (response) => responses.push(response) })));
    const arrived = inspect(server.received, everything);
    expect(Object.values(sent).filter((canary) => !arrived.includes(canary))).toEqual([]);
    const told = inspect(responses, everything);
    expect(Object.values(answered).filter((canary) => !told.includes(canary))).toEqual([]);
  });

  it('finds one in each place', () => {
    written.push(`Bearer ${sent.accessToken}`);
    const hidden = Object.defineProperty(new Error('x'), 'request', { value: { body: sent.note } });
    expect(escaped([new Error('y', { cause: hidden })])).toEqual([
      `${sent.accessToken} in a log`,
      `${sent.note} in a error`,
    ]);
  });
});

it('leaves the ids in the log, and in an error what support needs', async () => {
  server.play(fault(409));
  const [error] = await failures([clientOf().customers.byId(CUSTOMER_ID).get()]);
  if (!isPartnerCenterError(error)) throw error;
  expect(error.response?.bodyAsText).toContain('The service says no.');
  expect(error.request?.url).toBe(`${server.url}/v1/customers/${CUSTOMER_ID}`);
  expect(written.join('\n')).toContain(`"ms-requestid": "${error.requestId}"`);
  expect(written.join('\n')).toContain(`"ms-correlationid": "${error.correlationId}"`);
});
