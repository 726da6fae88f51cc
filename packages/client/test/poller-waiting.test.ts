import type { OperationState, PollerLike } from '@azure/core-lro';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  PartnerCenterClient,
  type Qualification,
  type QualificationOperationState,
  type QualificationPoller,
} from '../src/index.js';
import { CUSTOMER_ID, FixedCredential, rejectionOf } from './fixture.js';
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

const INTERVAL = 900_000;

const server = serverOfFile();

const begin = (options = {}) => qualificationOf(pollingClient(server)).beginCreateQualifications(education, options);
const aborted = { name: 'AbortError' };

describe('a poller', () => {
  it('is one of @azure/core-lro', () => {
    expectTypeOf<QualificationPoller>().toExtend<PollerLike<QualificationOperationState, Qualification>>();
    expectTypeOf<QualificationOperationState>().toExtend<OperationState<Qualification>>();
    expectTypeOf<Awaited<QualificationPoller>>().toEqualTypeOf<Qualification>();
    // @ts-expect-error The state is that of a qualification.
    expectTypeOf<QualificationPoller>().toExtend<PollerLike<OperationState<string>, string>>();
  });

  it('can be chained as a promise can', async () => {
    new PartnerCenterSide(server, json(approved, 201));
    const ended = vi.fn();
    const poller = begin();
    await expect(poller.then(({ vettingStatus }) => vettingStatus)).resolves.toBe('Approved');
    await expect(poller.catch(() => denied)).resolves.toEqual(approved);
    await expect(poller.finally(ended)).resolves.toEqual(approved);
    expect(ended).toHaveBeenCalledOnce();

    new PartnerCenterSide(server, { status: 409 });
    await expect(begin().catch(({ statusCode }) => statusCode)).resolves.toBe(409);
  });

  it('looks once for all who wait', async () => {
    const side = new PartnerCenterSide(server, created, look(approved));
    const clock = new StoppedClock();
    const poller = begin();
    const decisions = Promise.all([poller, poller.pollUntilDone(), poller.then()]);
    await clock.isWaiting();
    await vi.advanceTimersByTimeAsync(INTERVAL);
    await expect(decisions).resolves.toEqual([approved, approved, approved]);
    expect(side.looks).toHaveLength(1);
  });

  it('tells the state after each look, until it is told to stop', async () => {
    new PartnerCenterSide(server, created, look(inReview), look(denied));
    const poller = begin();
    const told: string[] = [];
    const [stays, leaves] = ['stays', 'leaves'].map((name) =>
      poller.onProgress(({ status, qualification }) => told.push(`${name} ${status} ${qualification.vettingStatus}`)),
    );
    await poller.poll();
    leaves?.();
    await poller.poll();
    expect(told).toEqual(['stays running InReview', 'leaves running InReview', 'stays succeeded Denied']);
    stays?.();
  });

  it('rejects those who wait with what a callback throws', async () => {
    new PartnerCenterSide(server, look(inReview));
    const poller = qualificationOf(pollingClient(server)).waitForDecision('Education');
    const failure = new Error('The progress cannot be shown.');
    poller.onProgress(() => {
      throw failure;
    });
    await expect(poller).rejects.toBe(failure);
    expect(() => poller.onProgress('' as never)).toThrow(TypeError);
  });

  it('has done its waiting once a look by hand finds the decision, and looks no more', async () => {
    const side = new PartnerCenterSide(server, created, look(approved));
    const clock = new StoppedClock();
    const poller = begin();
    const decision = poller.pollUntilDone();
    await clock.isWaiting();
    const state = await poller.poll();
    await expect(decision).resolves.toEqual(approved);
    expect(vi.getTimerCount()).toBe(0);
    await expect(poller.poll()).resolves.toEqual(state);
    await expect(poller).resolves.toEqual(approved);
    expect(side.looks).toHaveLength(1);
  });

  it.each(['https://api.partnercenter.microsoft.com', 'https://partner.partnercenterapi.microsoftonline.cn'])(
    'does not ask for a stream of events at %s',
    async (baseUrl) => {
      const asked: string[] = [];
      const { createHttpHeaders } = await import('@azure/core-rest-pipeline');
      const client = new PartnerCenterClient(new FixedCredential(), {
        baseUrl,
        httpClient: {
          sendRequest: async (request) => {
            asked.push(request.url);
            const bodyAsText = JSON.stringify(asked.length < 2 ? [inReview] : [approved]);
            return { status: 200, headers: createHttpHeaders(), request, bodyAsText };
          },
        },
      });
      new StoppedClock();
      const decision = qualificationOf(client).waitForDecision('Education').pollUntilDone();
      await until(() => vi.getTimerCount() === 1);
      await vi.advanceTimersByTimeAsync(INTERVAL);
      await expect(decision).resolves.toEqual(approved);
      expect(asked).toEqual(Array(2).fill(`${baseUrl}/v1/customers/${CUSTOMER_ID}/qualifications`));
    },
  );

  it('asks a service that refuses the stream for it once, not for every poller', async () => {
    new PartnerCenterSide(server, look(inReview));
    const clock = new StoppedClock();
    const qualification = qualificationOf(pollingClient(server));
    const stop = new AbortController();
    const wait = () => qualification.waitForDecision('Education', { abortSignal: stop.signal }).pollUntilDone();
    const waiting = [wait(), wait()];
    await until(() => clock.waits.length === 2 && vi.getTimerCount() === 2);
    waiting.push(wait());
    await until(() => clock.waits.length === 3 && vi.getTimerCount() === 3);
    expect(server.received.filter(({ url }) => url.startsWith('/vetting/v1/events'))).toHaveLength(1);
    stop.abort();
    for (const one of waiting) await expect(one).rejects.toMatchObject(aborted);
  });
});

describe('abort', () => {
  it('ends the waiting of one, and not that of another', async () => {
    new PartnerCenterSide(server, created, look(approved));
    const clock = new StoppedClock();
    const poller = begin();
    const mine = new AbortController();
    const [one, other] = [poller.pollUntilDone({ abortSignal: mine.signal }), poller.pollUntilDone()];
    const rejected = expect(one).rejects.toMatchObject(aborted);
    await clock.isWaiting();
    mine.abort();
    await rejected;
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(INTERVAL);
    await expect(other).resolves.toEqual(approved);
  });

  it('of all who wait leaves no timer, and one who comes later goes on', async () => {
    const side = new PartnerCenterSide(server, created, look(approved));
    const clock = new StoppedClock();
    const poller = begin();
    const [mine, others] = [new AbortController(), new AbortController()];
    const waiting = [mine, others].map(({ signal }) => poller.pollUntilDone({ abortSignal: signal }));
    const rejected = waiting.map((wait) => expect(wait).rejects.toMatchObject(aborted));
    await clock.isWaiting();
    mine.abort();
    others.abort();
    await Promise.all(rejected);
    await until(() => vi.getTimerCount() === 0);

    const decision = poller.pollUntilDone();
    await until(() => vi.getTimerCount() === 1);
    await vi.advanceTimersByTimeAsync(INTERVAL);
    await expect(decision).resolves.toEqual(approved);
    expect(side.looks).toHaveLength(1);
  });

  it('by the signal of the poller ends every waiting for good, and leaves no timer', async () => {
    const side = new PartnerCenterSide(server, created);
    const clock = new StoppedClock();
    const controller = new AbortController();
    const poller = begin({ abortSignal: controller.signal });
    const rejected = [poller.pollUntilDone(), poller.then()].map((wait) => expect(wait).rejects.toMatchObject(aborted));
    await clock.isWaiting();
    controller.abort();
    await Promise.all(rejected);
    expect(vi.getTimerCount()).toBe(0);
    await expect(poller).rejects.toMatchObject(aborted);
    await expect(poller.poll()).rejects.toMatchObject(aborted);
    expect(side.looks).toHaveLength(0);
  });

  it.each([
    ['the answer to the request', [{ fault: 'silence' as const }], 1],
    ['a look', [created, { fault: 'silence' as const }], 2],
  ])('rejects while it waits for %s', async (_case, script, requests) => {
    const side = new PartnerCenterSide(server, ...script);
    const controller = new AbortController();
    const poller = begin();
    const poll = poller.poll({ abortSignal: controller.signal });
    const rejected = expect(poll).rejects.toMatchObject(aborted);
    await until(() => side.requests.length === requests);
    controller.abort();
    await rejected;
  });

  it('comes too late where the decision is known', async () => {
    new PartnerCenterSide(server, json(approved, 201));
    const controller = new AbortController();
    const poller = begin({ abortSignal: controller.signal });
    const state = await poller.poll();
    controller.abort();
    await expect(poller).resolves.toEqual(approved);
    await expect(poller.poll()).resolves.toEqual(state);
    await expect(poller.pollUntilDone({ abortSignal: AbortSignal.abort() })).resolves.toEqual(approved);
  });

  it('before it begins sends nothing', async () => {
    const side = new PartnerCenterSide(server, created);
    await expect(begin({ abortSignal: AbortSignal.abort() })).rejects.toMatchObject(aborted);
    const poller = qualificationOf(pollingClient(server)).waitForDecision('Education');
    await expect(poller.pollUntilDone({ abortSignal: AbortSignal.abort() })).rejects.toMatchObject(aborted);
    await expect(poller.poll({ abortSignal: AbortSignal.abort() })).rejects.toMatchObject(aborted);
    expect(side.requests).toHaveLength(0);
  });
});

describe('a poller that goes on elsewhere', () => {
  const CODE = '4fa1-the-validation-code';
  const restored = (restoreFrom: string, customerId = CUSTOMER_ID) =>
    qualificationOf(pollingClient(server), customerId).beginCreateQualifications(education, { restoreFrom });

  it('makes no second request', async () => {
    const side = new PartnerCenterSide(server, created, look(denied));
    const state = await begin().serialize();
    const poller = restored(state);
    expect(poller.operationState).toEqual({ status: 'running', customerId: CUSTOMER_ID, qualification: inReview });
    await expect(poller).resolves.toEqual(denied);
    expect([side.posts.length, side.looks.length]).toEqual([1, 1]);
  });

  it('knows that there was a request, where it does not show yet', async () => {
    new PartnerCenterSide(server, created, look(), look(approved));
    const clock = new StoppedClock();
    const decision = restored(await begin().serialize()).pollUntilDone();
    await clock.isWaiting();
    await vi.advanceTimersByTimeAsync(INTERVAL);
    await expect(decision).resolves.toEqual(approved);
  });

  it('has the decision without a look where it had fallen', async () => {
    const side = new PartnerCenterSide(server, look(denied));
    const { qualification } = pollingClient(server).customers.byId(CUSTOMER_ID);
    const first = qualification.waitForDecision('Education');
    await first;
    const second = qualification.waitForDecision('Education', { restoreFrom: await first.serialize() });
    expect([second.isDone, second.result]).toEqual([true, denied]);
    await expect(second).resolves.toEqual(denied);
    expect(side.looks).toHaveLength(1);
  });

  it('can be of a wait that has not looked yet', async () => {
    new PartnerCenterSide(server, look(approved));
    const { qualification } = pollingClient(server).customers.byId(CUSTOMER_ID);
    const restoreFrom = await qualification.waitForDecision('Education').serialize();
    await expect(qualification.waitForDecision('education', { restoreFrom })).resolves.toEqual(approved);
  });

  it('takes along nothing of the request, nor what else the service told', async () => {
    new PartnerCenterSide(
      server,
      json({ ...inReview, qualification: 'GovernmentCommunityCloud', validationCode: CODE }, 201),
    );
    const request = { qualification: 'GovernmentCommunityCloud', validationCode: CODE };
    const text = await qualificationOf(pollingClient(server)).beginCreateQualifications(request).serialize();
    expect(JSON.parse(text)).toEqual({
      version: 1,
      customerId: CUSTOMER_ID,
      name: 'GovernmentCommunityCloud',
      seen: { qualification: 'GovernmentCommunityCloud', vettingStatus: 'InReview' },
    });
  });

  const state = (changes: object) =>
    JSON.stringify({ version: 1, customerId: CUSTOMER_ID, name: 'Education', seen: inReview, ...changes });

  it.each([
    ['garbage', '{', 'not what serialize() gave'],
    ['of another kind', '{"state":{"status":"running"}}', 'not what serialize() gave'],
    ['incomplete', state({ customerId: undefined }), 'not what serialize() gave'],
    ['of a qualification that is none', state({ seen: { qualification: 'Education', vettingStatus: 7 } }), 'not what'],
    ['of another version', state({ version: 2 }), 'version 2'],
    ["another customer's", state({ customerId: '71b473d5-c4a2-4381-82e5-809403c2d108' }), 'of customer 71b473d5'],
    ["another qualification's", state({ name: 'StateOwnedEntity' }), 'of StateOwnedEntity, not of Education'],
  ])('refuses a text that is %s', (_case, text, message) => {
    const side = new PartnerCenterSide(server, created);
    expect(() => restored(text)).toThrow(RangeError);
    expect(() => restored(text)).toThrow(message);
    expect(side.requests).toHaveLength(0);
  });

  it('knows the customer in any letter case', async () => {
    new PartnerCenterSide(server, look(approved));
    await expect(restored(state({ name: 'EDUCATION' }), CUSTOMER_ID.toUpperCase())).resolves.toEqual(approved);
  });

  it('cannot be taken along where the request was refused', async () => {
    new PartnerCenterSide(server, { status: 403 });
    expect(await rejectionOf(begin().serialize())).toMatchObject({ statusCode: 403 });
  });
});
