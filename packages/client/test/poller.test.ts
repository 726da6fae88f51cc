import { describe, expect, it, vi } from 'vitest';
import { PartnerCenterClient } from '../src/index.js';
import { CUSTOMER_ID, GUID, rejectionOf } from './fixture.js';
import {
  approved,
  created,
  denied,
  education,
  inReview,
  look,
  PartnerCenterSide,
  pollingClient,
  qualificationOf,
  StoppedClock,
} from './polling.js';
import { json } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';
import { until } from './timers.js';

const MINUTE = 60_000;

const server = serverOfFile();

const begin = (options = {}) => qualificationOf(pollingClient(server)).beginCreateQualifications(education, options);
const wait = (options = {}, name = 'Education') =>
  qualificationOf(pollingClient(server)).waitForDecision(name, options);

describe('a request that is waited for', () => {
  it('is sent at once, and once', async () => {
    const side = new PartnerCenterSide(server, created, look(approved));
    const poller = begin();
    await poller.submitted();
    await poller.submitted();
    expect(side.posts.map(({ body }) => JSON.parse(body))).toEqual([education]);
    await poller.poll();
    await poller;
    expect(side.posts).toHaveLength(1);
  });

  it('is known with its state once it is answered', async () => {
    new PartnerCenterSide(server, created);
    const poller = begin();
    expect([poller.operationState, poller.result, poller.isDone]).toEqual([undefined, undefined, false]);
    await poller.submitted();
    expect(poller.operationState).toEqual({ status: 'running', customerId: CUSTOMER_ID, qualification: inReview });
    expect([poller.result, poller.isDone]).toEqual([undefined, false]);
  });

  it('is not looked at while nobody waits', async () => {
    const side = new PartnerCenterSide(server, created);
    new StoppedClock();
    await begin().submitted();
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(side.looks).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [
      'GovernmentCommunityCloud, approved at once',
      { qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved' },
    ],
    ['StateOwnedEntity, which nobody vets', { qualification: 'StateOwnedEntity' }],
  ])('is done without a look where the answer is %s', async (_case, qualification) => {
    const side = new PartnerCenterSide(server, json(qualification, 201));
    const poller = qualificationOf(pollingClient(server)).beginCreateQualifications(qualification);
    await expect(poller).resolves.toEqual(qualification);
    expect([poller.isDone, poller.operationState?.status]).toEqual([true, 'succeeded']);
    expect(side.looks).toHaveLength(0);
  });

  it.each([
    ['approved', approved],
    ['denied, which is a result', denied],
    ['in a status that came later', { ...approved, vettingStatus: 'Expired' }],
  ])('resolves where it is %s', async (_case, decided) => {
    new PartnerCenterSide(server, created, look({ qualification: 'StateOwnedEntity' }, decided));
    const clock = new StoppedClock();
    const poller = begin();
    const decision = poller.pollUntilDone();
    await clock.isWaiting();
    await vi.advanceTimersByTimeAsync(15 * MINUTE);
    await expect(decision).resolves.toEqual(decided);
    expect(poller.operationState).toMatchObject({ status: 'succeeded', result: decided, qualification: decided });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may be missing from the answers at first', async () => {
    const side = new PartnerCenterSide(server, created, look(), look(approved));
    const clock = new StoppedClock();
    const poller = begin();
    const decision = poller.pollUntilDone();
    await clock.isWaiting();
    await clock.passWait();
    expect(poller.operationState?.qualification).toEqual(inReview);
    await vi.advanceTimersByTimeAsync(15 * MINUTE);
    await expect(decision).resolves.toEqual(approved);
    expect(side.looks).toHaveLength(2);
  });

  it('carries its own request id, and every call of the poller the same correlation id', async () => {
    const side = new PartnerCenterSide(server, created, look(approved));
    const [requestId, correlationId] = [crypto.randomUUID(), crypto.randomUUID()];
    const poller = begin({ requestId, correlationId });
    await poller.poll();
    const [post, get] = side.requests.map(({ headers }) => headers);
    expect(post).toMatchObject({ 'ms-requestid': requestId, 'ms-correlationid': correlationId });
    expect(get).toMatchObject({ 'ms-requestid': expect.stringMatching(GUID), 'ms-correlationid': correlationId });
    expect(get?.['ms-requestid']).not.toBe(requestId);
  });

  it('rejects whatever is awaited with the refusal, and nothing that is not', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      new PartnerCenterSide(server, json({ code: 'QualificationInReview', description: 'Open already.' }, 409));
      const poller = begin();
      await until(() => server.received.length === 1);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
      const refusals = [poller.submitted(), poller.poll(), poller.pollUntilDone(), poller.serialize(), poller.then()];
      for (const refusal of refusals) {
        expect(await rejectionOf(refusal)).toMatchObject({ statusCode: 409, code: 'QualificationInReview' });
      }
      expect([poller.isDone, poller.operationState]).toEqual([false, undefined]);
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });
});

describe('a decision that is waited for', () => {
  it('is there at once where it has fallen', async () => {
    const side = new PartnerCenterSide(server, look(denied));
    await expect(wait()).resolves.toEqual(denied);
    expect(side.requests).toHaveLength(1);
  });

  it.each(['education', 'EDUCATION'])('is found by the name %s', async (name) => {
    new PartnerCenterSide(server, look(approved));
    await expect(wait({}, name)).resolves.toEqual(approved);
  });

  it('is not known before the first look', async () => {
    new PartnerCenterSide(server, look(inReview));
    const poller = wait();
    await poller.submitted();
    expect(poller.operationState).toBeUndefined();
    await expect(poller.poll()).resolves.toMatchObject({ status: 'running', qualification: inReview });
  });

  it('rejects where the qualification was never requested', async () => {
    new PartnerCenterSide(server, look({ qualification: 'StateOwnedEntity' }));
    const error = await rejectionOf(wait().pollUntilDone());
    expect(error).toMatchObject({ code: 'NotRequested', message: expect.stringContaining('request it first') });
    expect(error.message).toContain(CUSTOMER_ID);
    expect(await rejectionOf(wait().poll())).toMatchObject({ code: 'NotRequested' });
  });
});

describe('the interval', () => {
  it('is a quarter of an hour, and grows by half to an hour while nothing changes', async () => {
    const side = new PartnerCenterSide(server, created, look(inReview));
    const clock = new StoppedClock();
    const stop = new AbortController();
    const waiting = begin().pollUntilDone({ abortSignal: stop.signal });
    await clock.isWaiting();
    for (let looks = 0; looks < 6; looks += 1) await clock.passWait();
    expect(clock.waits.map((ms) => ms / MINUTE)).toEqual([15, 22.5, 33.75, 50.625, 60, 60, 60]);
    expect(side.looks).toHaveLength(6);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('begins anew where something has changed', async () => {
    new PartnerCenterSide(
      server,
      look(inReview),
      look(inReview),
      look({ ...inReview, vettingCreatedDate: '2026-03-02' }),
    );
    const clock = new StoppedClock();
    const stop = new AbortController();
    const waiting = wait({ intervalInMs: MINUTE, abortSignal: stop.signal }).pollUntilDone();
    await clock.isWaiting();
    for (let looks = 1; looks < 4; looks += 1) await clock.passWait();
    expect(clock.waits).toEqual([MINUTE, 1.5 * MINUTE, MINUTE, 1.5 * MINUTE]);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('grows no further than maxIntervalInMs, and has a tenth left off at most', async () => {
    new PartnerCenterSide(server, created, look(inReview));
    const clock = new StoppedClock(1);
    const stop = new AbortController();
    const waiting = begin({ intervalInMs: 10_000, maxIntervalInMs: 12_000 }).pollUntilDone({
      abortSignal: stop.signal,
    });
    await clock.isWaiting();
    await clock.passWait();
    await clock.passWait();
    expect(clock.waits).toEqual([9_000, 10_800, 10_800]);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('counts from the last look, whoever wanted it', async () => {
    const side = new PartnerCenterSide(server, created, look(inReview));
    const clock = new StoppedClock();
    const poller = begin();
    await poller.submitted();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    const stop = new AbortController();
    const waiting = poller.pollUntilDone({ abortSignal: stop.signal });
    await clock.isWaiting();
    expect(clock.waits).toEqual([10 * MINUTE]);
    expect(side.looks).toHaveLength(0);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['an answer asks for more', look(inReview)],
    ['a refusal asks for more', json({ statusCode: 429, message: 'Rate limit is exceeded.' }, 429)],
  ])('is longer where %s', async (_case, { headers, ...answer }) => {
    new PartnerCenterSide(
      server,
      created,
      { ...answer, headers: { ...headers, 'Retry-After': '7200' } },
      look(approved),
    );
    const clock = new StoppedClock();
    const decision = begin().pollUntilDone();
    await clock.isWaiting();
    await clock.passWait();
    expect(clock.waits).toEqual([15 * MINUTE, 120 * MINUTE]);
    await vi.advanceTimersByTimeAsync(120 * MINUTE);
    await expect(decision).resolves.toEqual(approved);
  });

  it.each([
    ['intervalInMs', 999, RangeError],
    ['intervalInMs', 1000.5, RangeError],
    ['intervalInMs', 2_147_483_648, RangeError],
    ['intervalInMs', '900000', TypeError],
    ['maxIntervalInMs', 899_999, RangeError],
    ['maxIntervalInMs', Number.NaN, RangeError],
    ['restoreFrom', 7, TypeError],
  ])('%s: %j is refused before anything is sent', (name, value, error) => {
    const side = new PartnerCenterSide(server, created);
    expect(() => begin({ [name]: value })).toThrow(error);
    expect(() => wait({ [name]: value })).toThrow(error);
    expect(() => begin({ [name]: value })).toThrow(name);
    expect(side.requests).toHaveLength(0);
  });

  it('refuses a qualification without a name', () => {
    const qualification = qualificationOf(pollingClient(server));
    expect(() => wait({}, '')).toThrow(RangeError);
    expect(() => qualification.waitForDecision(undefined as never)).toThrow(TypeError);
    expect(() => qualification.beginCreateQualifications({} as never)).toThrow(TypeError);
  });
});

describe('while it waits', () => {
  it.each([
    ['503', { status: 503 }],
    ['500', { status: 500 }],
    ['408', { status: 408 }],
    ['429', { status: 429 }],
    ['a connection that breaks', { fault: 'cut' as const }],
  ])('%s passes, and the next look comes', async (_case, failure) => {
    const side = new PartnerCenterSide(server, created, failure, look(approved));
    const clock = new StoppedClock();
    const decision = begin().pollUntilDone();
    await clock.isWaiting();
    await clock.passWait();
    expect(clock.waits).toEqual([15 * MINUTE, 22.5 * MINUTE]);
    await vi.advanceTimersByTimeAsync(22.5 * MINUTE);
    await expect(decision).resolves.toEqual(approved);
    expect(side.looks).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 501])('%i rejects', async (status) => {
    new PartnerCenterSide(server, created, { status });
    const clock = new StoppedClock();
    const poller = begin();
    const rejection = rejectionOf(poller.pollUntilDone());
    await clock.isWaiting();
    await vi.advanceTimersByTimeAsync(15 * MINUTE);
    expect(await rejection).toMatchObject({ statusCode: status });
    expect(vi.getTimerCount()).toBe(0);
    expect(poller.operationState?.status).toBe('running');
  });

  it('a credential that gives no token rejects with its own error', async () => {
    new PartnerCenterSide(server, created);
    const clock = new StoppedClock();
    const failure = new Error('The refresh token has expired.');
    const tokens = [async () => ({ token: 't', expiresOnTimestamp: Date.now() + MINUTE })];
    const getToken = () => tokens.shift()?.() ?? Promise.reject(failure);
    const client = new PartnerCenterClient({ getToken }, { baseUrl: server.url, timeoutInMs: 99_999 });
    const rejected = expect(qualificationOf(client).beginCreateQualifications(education)).rejects.toBe(failure);
    await clock.isWaiting();
    await vi.advanceTimersByTimeAsync(15 * MINUTE);
    await rejected;
  });

  it('the first look tells at once what is wrong, also where it may pass', async () => {
    new PartnerCenterSide(server, { status: 503 });
    expect(await rejectionOf(wait().pollUntilDone())).toMatchObject({ statusCode: 503 });
  });

  it('a look by hand rejects with what it meets, and the waiting goes on', async () => {
    new PartnerCenterSide(server, created, { status: 503 }, look(approved));
    const poller = begin();
    expect(await rejectionOf(poller.poll())).toMatchObject({ statusCode: 503 });
    await expect(poller.poll()).resolves.toMatchObject({ status: 'succeeded', result: approved });
  });
});
