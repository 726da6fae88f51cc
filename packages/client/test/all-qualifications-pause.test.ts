import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  ListQualificationsOptions,
  ListQualificationsProgress,
  PartnerCenterClientOptions,
} from '../src/index.js';
import { clientOf } from './fixture.js';
import { askedFor, HeldAnswers, idsOf, itemOf, partnerCenter, settled, until, walk } from './listing-server.js';
import { json, type Received } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';

const server = serverOfFile();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  vi.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(async () => {
  // What was given up may still arrive, and would be taken for the next test's.
  await settled(server);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const COUNT = 12;
const list = (options?: ListQualificationsOptions, client?: PartnerCenterClientOptions) =>
  clientOf(server, client).qualifications.list({ concurrency: 4, ...options });
const throttled = (headers: Record<string, string> = {}) =>
  json({ statusCode: 429, message: 'Rate limit is exceeded.' }, 429, headers);
const triesOf = (id: string) => server.received.filter((request) => askedFor(request) === id);

/** Plays a service that answers the first requests of some customers with 429, each by its own headers. */
function throttling(headers: Record<string, Record<string, string>[]>): HeldAnswers {
  const answer = partnerCenter(() => idsOf(COUNT));
  const left = new Map(Object.entries(headers).map(([id, answers]) => [id, [...answers]]));
  const throttle = (request: Received) => {
    const next = left.get(askedFor(request) ?? 'page')?.shift();
    return next === undefined ? answer(request) : throttled(next);
  };
  return new HeldAnswers(server, throttle, (request) => askedFor(request) !== undefined);
}

/** Lets go what waits, until nothing comes any more. */
async function releaseAll(answers: HeldAnswers): Promise<void> {
  await settled(server);
  while (answers.held.length > 0) {
    answers.release(answers.held[0]);
    await settled(server);
  }
}

/** Proves that nothing arrives for so many milliseconds, and that something does right after them. */
async function expectPause(ms: number): Promise<void> {
  await settled(server);
  const arrived = server.received.length;
  await vi.advanceTimersByTimeAsync(ms - 1);
  await settled(server);
  expect(server.received).toHaveLength(arrived);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => server.received.length > arrived);
}

describe('429', () => {
  it('has the whole run pause once as long as Retry-After says, and repeats the call under its request id', async () => {
    const answers = throttling({ 'customer-2': [{ 'Retry-After': '30' }] });
    const run = walk(list());
    await answers.until(4);
    answers.release(triesOf('customer-2')[0]);
    await settled(server);
    // What was under way is answered, and what comes next waits.
    await releaseAll(answers);
    expect(server.received).toHaveLength(5);
    await expectPause(30_000);
    await answers.releaseAll(run, (held) => held[0]);
    expect((await run).items).toEqual(idsOf(COUNT).map(itemOf));
    const tries = triesOf('customer-2');
    expect(tries).toHaveLength(2);
    expect(tries[1]?.headers['ms-requestid']).toBe(tries[0]?.headers['ms-requestid']);
    expect(server.received).toHaveLength(COUNT + 2);
  });

  it('pauses the whole run once where all calls under way are refused, by the longest Retry-After', async () => {
    const ids = idsOf(4);
    const answers = throttling(Object.fromEntries(ids.map((id, at) => [id, [{ 'Retry-After': `${20 - at}` }]])));
    const told: ListQualificationsProgress[] = [];
    const start = Date.now();
    const run = walk(list({ onProgress: (progress) => told.push(progress) }));
    await answers.until(4);
    await releaseAll(answers);
    await expectPause(20_000);
    await answers.releaseAll(run, (held) => held[0]);
    expect((await run).ids).toEqual(idsOf(COUNT));
    const [pause, next] = told;
    expect(pause).toEqual({ done: 0, failed: 0, totalCount: COUNT, pausedUntil: new Date(start + 20_000) });
    expect(next).toEqual({ done: 1, failed: 0, totalCount: COUNT });
    expect(told.filter(({ pausedUntil }) => pausedUntil !== undefined)).toHaveLength(1);
  });

  it('is not counted as a retry, however often it comes', async () => {
    const refusals = Array.from({ length: 9 }, () => ({ 'Retry-After': '1' }));
    const answers = throttling({ 'customer-1': refusals });
    const run = walk(list({ concurrency: 1 }, { retryOptions: { maxRetries: 1 } }));
    for (const _refusal of refusals) {
      await answers.until(1);
      answers.release(answers.held[0]);
      await expectPause(1000);
    }
    await answers.releaseAll(run, (held) => held[0]);
    expect((await run).items).toEqual(idsOf(COUNT).map(itemOf));
  });

  it.each([
    ['without a Retry-After', {}],
    ['with a Retry-After of no time', { 'Retry-After': '0' }],
  ])('%s has the run back off, longer each time in a row, and anew after an answer', async (_case, headers) => {
    const answers = throttling({ 'customer-1': [headers, headers, headers], 'customer-2': [headers] });
    const retryOptions = { retryDelayInMs: 1000, maxRetryDelayInMs: 3000 };
    const run = walk(list({ concurrency: 1 }, { retryOptions }));
    for (const wait of [1000, 2000, 3000]) {
      await answers.until(1);
      answers.release(answers.held[0]);
      await expectPause(wait);
    }
    await answers.until(1);
    answers.release(answers.held[0]);
    await until(() => triesOf('customer-2').length === 1);
    await answers.until(1);
    answers.release(answers.held[0]);
    await expectPause(1000);
    await answers.releaseAll(run, (held) => held[0]);
    expect((await run).items).toEqual(idsOf(COUNT).map(itemOf));
  });

  it('pauses for 100 ms at least, also where retries are not to wait', async () => {
    const answers = throttling({ 'customer-1': [{}, {}] });
    const run = walk(list({ concurrency: 1 }, { retryOptions: { retryDelayInMs: 0 } }));
    for (let refusal = 1; refusal <= 2; refusal += 1) {
      await answers.until(1);
      answers.release(answers.held[0]);
      await expectPause(100);
    }
    await answers.releaseAll(run, (held) => held[0]);
    expect((await run).ids).toEqual(idsOf(COUNT));
  });

  it('backs off once where several calls are refused at the same time', async () => {
    const answers = throttling(Object.fromEntries(idsOf(4).map((id) => [id, [{}]])));
    const run = walk(list({}, { retryOptions: { retryDelayInMs: 1000 } }));
    await answers.until(4);
    await releaseAll(answers);
    await expectPause(1000);
    await answers.releaseAll(run, (held) => held[0]);
    expect((await run).ids).toEqual(idsOf(COUNT));
  });

  it("is the customer's error with maxRetries 0, and the run pauses all the same", async () => {
    const answers = throttling({ 'customer-1': [{ 'Retry-After': '30' }] });
    const run = walk(list({ concurrency: 1 }, { retryOptions: { maxRetries: 0 } }));
    await answers.until(1);
    answers.release(answers.held[0]);
    await expectPause(30_000);
    await answers.releaseAll(run, (held) => held[0]);
    const { items } = await run;
    expect(items[0]).toMatchObject({ qualifications: [], error: { statusCode: 429, retryAfterInMs: 30_000 } });
    expect(items.slice(1)).toEqual(idsOf(COUNT).slice(1).map(itemOf));
    expect(triesOf('customer-1')).toHaveLength(1);
  });

  it('to a page pauses the run as well, and repeats the page', async () => {
    const answers = throttling({ page: [{ 'Retry-After': '5' }] });
    const run = walk(list());
    await until(() => server.received.length === 1);
    await expectPause(5000);
    await answers.releaseAll(run, (held) => held[0]);
    expect((await run).ids).toEqual(idsOf(COUNT));
  });

  it.each([0, 3])('ends the run where the pause would be too long, with maxRetries %i', async (maxRetries) => {
    const answers = throttling({ 'customer-3': [{ 'Retry-After': '3600' }] });
    const run = walk(list({}, { retryOptions: { maxRetries, maxRetryDelayInMs: 60_000 } }));
    await answers.until(4);
    answers.release(triesOf('customer-1')[0]);
    await until(() => triesOf('customer-5').length === 1);
    answers.release(triesOf('customer-3')[0]);
    const { ids, error } = await run;
    expect(error).toMatchObject({ name: 'PartnerCenterError', statusCode: 429, retryAfterInMs: 3_600_000 });
    expect(ids).toEqual(['customer-1']);
    await settled(server);
    expect(server.received).toHaveLength(6);
  });

  it('holds back the retries of other failures', async () => {
    const answer = partnerCenter(() => idsOf(COUNT));
    const others: Record<string, (tries: number) => ReturnType<typeof json> | undefined> = {
      'customer-1': (tries) => (tries === 1 ? { status: 503, headers: { 'Retry-After': '2' } } : undefined),
      'customer-2': (tries) => (tries === 1 ? throttled({ 'Retry-After': '10' }) : undefined),
    };
    server.answerBy((request) => {
      const id = askedFor(request) ?? '';
      return others[id]?.(triesOf(id).length) ?? answer(request);
    });
    const run = walk(list({ concurrency: 2 }));
    await until(() => server.received.length === 3);
    await expectPause(10_000);
    expect((await run).items).toEqual(idsOf(COUNT).map(itemOf));
  });
});

describe('abort', () => {
  it('ends a pause at once and leaves no timer', async () => {
    const answers = throttling({ 'customer-1': [{ 'Retry-After': '30' }] });
    const controller = new AbortController();
    const run = walk(list({ abortSignal: controller.signal }));
    await answers.until(4);
    await releaseAll(answers);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    controller.abort();
    expect((await run).error).toMatchObject({ name: 'AbortError' });
    await settled(server);
    expect(vi.getTimerCount()).toBe(0);
  });
});
