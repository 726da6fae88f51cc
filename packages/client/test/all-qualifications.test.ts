import { afterEach, describe, expect, it } from 'vitest';
import {
  type ListQualificationsOptions,
  type ListQualificationsProgress,
  PartnerCenterClient,
  type PartnerCenterClientOptions,
} from '../src/index.js';
import { clientOf, GUID } from './fixture.js';
import {
  askedFor,
  HeldAnswers,
  idsOf,
  itemOf,
  partnerCenter,
  settled,
  until,
  walk,
  watchedHttpClient,
} from './listing-server.js';
import { type Answer, json, type Received } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';

const server = serverOfFile();
// What was given up may still arrive, and would be taken for the next test's.
afterEach(() => settled(server));

const list = (options?: ListQualificationsOptions, client?: PartnerCenterClientOptions) =>
  clientOf(server, client).qualifications.list(options);
const customersAsked = () => server.received.map(askedFor).filter((id) => id !== undefined);
const pagesAsked = () => server.received.filter((request) => askedFor(request) === undefined).length;

/** Plays a service of pages of two customers, with answers of its own for some customers or pages. */
function playWith(count: number, others: Record<string, Answer>): void {
  const answer = partnerCenter(() => idsOf(count), 2);
  server.answerBy((request) => {
    const key = askedFor(request) ?? `page after ${request.headers['ms-continuationtoken']}`;
    return others[key] ?? answer(request);
  });
}

/** Plays a service whose answers wait. */
const hold = (count: number, size: number, isHeld?: (request: Received) => boolean) =>
  new HeldAnswers(
    server,
    partnerCenter(() => idsOf(count), size),
    isHeld,
  );

describe('order', () => {
  it('gives every customer once in the order of the listing, the last answer coming first', async () => {
    const answers = hold(40, 7);
    const { items } = await answers.releaseAll(walk(list({ concurrency: 5 })), (held) => held.at(-1));
    expect(items).toEqual(idsOf(40).map(itemOf));
    expect(customersAsked().toSorted()).toEqual(idsOf(40).toSorted());
  });

  it('goes on after a page that holds no customers', async () => {
    const answer = partnerCenter(() => idsOf(3));
    const next = { uri: '/customers?size=3', headers: [] };
    server.answerBy((request) =>
      request.url === '/v1/customers' ? json({ items: [], links: { next } }) : answer(request),
    );
    expect((await walk(list())).ids).toEqual(idsOf(3));
  });

  it('gives nothing where there are no customers', async () => {
    server.play(json({ totalCount: 0, items: [] }));
    await expect(walk(list())).resolves.toEqual({ ids: [], items: [] });
    expect(server.received).toHaveLength(1);
  });

  it('sends the filter and the page size with the first page', async () => {
    server.play(json({ items: [] }));
    await walk(list({ pageSize: 40, filter: { field: 'Domain', startsWith: 'fab' } }));
    const { searchParams } = new URL(server.received[0]?.url ?? '', server.url);
    expect(searchParams.get('size')).toBe('40');
    expect(JSON.parse(searchParams.get('filter') ?? '')).toMatchObject({ Field: 'Domain', Value: 'fab' });
  });

  it('shares one correlation id among all requests and gives each its own id', async () => {
    playWith(6, {});
    await walk(list());
    const headers = server.received.map((request) => request.headers);
    expect(headers).toHaveLength(9);
    expect(headers[0]?.['ms-correlationid']).toMatch(GUID);
    expect(new Set(headers.map((header) => header['ms-correlationid'])).size).toBe(1);
    expect(new Set(headers.map((header) => header['ms-requestid'])).size).toBe(9);
  });
});

describe('requests under way', () => {
  it.each([1, 2, 5, 64])('are %i at most where the concurrency is, those for pages included', async (concurrency) => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    const answers = hold(100, 3 * concurrency);
    const { ids } = await answers.releaseAll(walk(list({ concurrency })), (held) => held[0]);
    process.off('warning', warn);
    expect(ids).toEqual(idsOf(100));
    expect(answers.most).toBe(concurrency);
    expect(warnings).toEqual([]);
  });

  it('are 8 at most by default', async () => {
    const answers = hold(20, 20);
    await answers.releaseAll(walk(list()), (held) => held[0]);
    expect(answers.most).toBe(8);
  });

  it('include the next page as soon as the customers that are left could keep none waiting', async () => {
    const answers = hold(9, 3);
    const run = walk(list({ concurrency: 2 }));
    await answers.until(1);
    answers.release(answers.held[0]);
    await answers.until(2);
    answers.release(answers.held[0]);
    await answers.until(2);
    expect([pagesAsked(), customersAsked().toSorted()]).toEqual([2, idsOf(2)]);
    expect((await answers.releaseAll(run, (held) => held[0])).ids).toEqual(idsOf(9));
  });

  it('run ahead of a slow one by four times the concurrency, and no further', async () => {
    const answers = hold(100, 50, (request) => askedFor(request) === 'customer-1');
    const run = walk(list({ concurrency: 3 }));
    await settled(server);
    expect(customersAsked().toSorted()).toEqual(idsOf(12).toSorted());
    await answers.until(1);
    answers.release(answers.held[0]);
    expect((await run).ids).toEqual(idsOf(100));
  });

  it('are held back by a consumer that takes nothing', async () => {
    playWith(100, {});
    const run = list({ concurrency: 3 });
    await settled(server);
    expect(server.received).toHaveLength(0);
    await run.next();
    await settled(server);
    const sent = customersAsked().length;
    expect(sent).toBeLessThanOrEqual(13);
    await run.next();
    await settled(server);
    expect(customersAsked()).toHaveLength(sent + 1);
    await run.return?.();
  });
});

describe('a customer whose qualifications cannot be had', () => {
  it.each([
    ['refused', json({ code: 20002, description: 'No longer yours.' }, 403), { statusCode: 403, code: '20002' }],
    ['not answered by JSON', { status: 200, body: '<html>' }, { statusCode: 200, code: 'InvalidResponse' }],
    ['failing after all retries', { status: 503 }, { statusCode: 503 }],
    ['cut off', { fault: 'cut' as const }, { code: 'ECONNRESET' }],
  ])('comes with its error where it is %s, and the run goes on', async (_case, answer, error) => {
    const told: ListQualificationsProgress[] = [];
    playWith(5, { 'customer-2': answer });
    const { items } = await walk(list({ onProgress: (progress) => told.push(progress) }));
    const [first, second, ...rest] = items;
    expect([first, ...rest]).toEqual(['customer-1', 'customer-3', 'customer-4', 'customer-5'].map(itemOf));
    expect(second).toMatchObject({ customer: { id: 'customer-2' }, qualifications: [], error });
    expect(second?.error?.name).toBe('PartnerCenterError');
    expect(told.map(({ done, failed, totalCount }) => [done, failed, totalCount])).toEqual([
      [1, 0, 5],
      [2, 1, 5],
      [3, 1, 5],
      [4, 1, 5],
      [5, 1, 5],
    ]);
  });
});

describe('the run rejects', () => {
  it('where a page cannot be had, after the customers of the pages before it', async () => {
    playWith(9, { 'page after customer-4': json({ code: 3000 }, 400) });
    const { ids, error } = await walk(list());
    expect(error).toMatchObject({ name: 'PartnerCenterError', statusCode: 400, code: '3000' });
    expect(ids).toEqual(idsOf(4));
  });

  it('where a token is not accepted, and gives up what is under way', async () => {
    const httpClient = watchedHttpClient();
    playWith(30, { 'customer-1': { fault: 'silence' }, 'customer-2': json({ code: 400 }, 401) });
    const { ids, error } = await walk(list({ concurrency: 2 }, { httpClient }));
    expect(error).toMatchObject({ name: 'PartnerCenterError', statusCode: 401 });
    expect(ids).toEqual([]);
    expect(httpClient.givenUp).toBe(1);
  });

  it("with the credential's own error where there is no token", async () => {
    server.play(json([]));
    const getToken = () => Promise.reject(new Error('Sign in again.'));
    const client = new PartnerCenterClient({ getToken }, { baseUrl: server.url });
    expect((await walk(client.qualifications.list())).error).toEqual(new Error('Sign in again.'));
    expect(server.received).toHaveLength(0);
  });

  it('with what onProgress throws', async () => {
    playWith(5, {});
    const onProgress = ({ done }: ListQualificationsProgress) => {
      if (done === 3) throw new Error('The disk is full.');
    };
    const { ids, error } = await walk(list({ onProgress }));
    expect([ids, error]).toEqual([idsOf(2), new Error('The disk is full.')]);
  });
});

describe('abort', () => {
  const abortError = { name: 'AbortError' };

  it('sends nothing where the signal is aborted already', async () => {
    playWith(5, {});
    expect((await walk(list({ abortSignal: AbortSignal.abort() }))).error).toMatchObject(abortError);
    expect(server.received).toHaveLength(0);
  });

  it('rejects while answers are waited for, and gives up all of them', async () => {
    const httpClient = watchedHttpClient();
    const answers = hold(30, 30, (request) => askedFor(request) !== undefined);
    const controller = new AbortController();
    const run = walk(list({ concurrency: 4, abortSignal: controller.signal }, { httpClient }));
    await answers.until(4);
    controller.abort();
    expect(await run).toMatchObject({ ids: [], error: abortError });
    await until(() => httpClient.givenUp === 4);
    expect(customersAsked()).toHaveLength(4);
  });

  it('gives up what is under way also while a customer is dealt with, and sends nothing more', async () => {
    const httpClient = watchedHttpClient();
    const answers = hold(30, 10, (request) => !['customer-1', undefined].includes(askedFor(request)));
    const controller = new AbortController();
    const run = list({ concurrency: 4, abortSignal: controller.signal }, { httpClient });
    await run.next();
    await answers.until(4);
    controller.abort();
    await until(() => httpClient.givenUp === 4);
    await settled(server);
    expect([pagesAsked(), customersAsked().toSorted()]).toEqual([1, idsOf(5)]);
    await expect(run.next()).rejects.toMatchObject(abortError);
  });

  it('gives no customer after it, though answers are there', async () => {
    playWith(9, {});
    const controller = new AbortController();
    const run = list({ abortSignal: controller.signal });
    await run.next();
    await settled(server);
    controller.abort();
    await expect(run.next()).rejects.toMatchObject(abortError);
    await expect(run.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('leaves nothing on a signal whose run is over', async () => {
    playWith(3, {});
    const listeners = new Set<unknown>();
    const abortSignal = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: unknown) => listeners.add(listener),
      removeEventListener: (_type: 'abort', listener: unknown) => listeners.delete(listener),
    };
    const run = list({ abortSignal });
    await run.next();
    expect(listeners.size).toBe(1);
    await walk(run);
    expect(listeners.size).toBe(0);
  });
});

describe('leaving the loop', () => {
  it('gives up what is under way, and sends nothing more', async () => {
    const httpClient = watchedHttpClient();
    const answers = hold(30, 30, (request) => !['customer-1', undefined].includes(askedFor(request)));
    for await (const { customer } of list({ concurrency: 4 }, { httpClient })) {
      expect(customer.id).toBe('customer-1');
      await answers.until(4);
      break;
    }
    await until(() => httpClient.givenUp === 4);
    await settled(server);
    expect(customersAsked().toSorted()).toEqual(idsOf(5));
  });

  it('ends a turn that is waited for', async () => {
    const answers = hold(30, 30, (request) => askedFor(request) !== undefined);
    const run = list();
    const turn = run.next();
    await answers.until(8);
    await expect(run.return?.()).resolves.toEqual({ done: true, value: undefined });
    await expect(turn).resolves.toEqual({ done: true, value: undefined });
  });

  it('sends nothing where it comes before the first turn', async () => {
    playWith(3, {});
    const run = list();
    await run.return?.();
    await expect(run.next()).resolves.toEqual({ done: true, value: undefined });
    await settled(server);
    expect(server.received).toHaveLength(0);
  });
});

describe('options', () => {
  it.each([0, 65, 1.5, Number.NaN])('refuses the concurrency %s', (concurrency) => {
    expect(() => list({ concurrency })).toThrow(/concurrency must be a whole number from 1 to 64/);
  });

  it('refuses a concurrency that is no number', () => {
    // @ts-expect-error JavaScript callers have no compiler.
    expect(() => list({ concurrency: '8' })).toThrow(TypeError);
  });

  it('refuses an onProgress that is no function', () => {
    // @ts-expect-error JavaScript callers have no compiler.
    expect(() => list({ onProgress: 'often' })).toThrow(/^onProgress must be a function, not string\.$/);
  });

  it('takes no request id, as each request needs its own', () => {
    // @ts-expect-error
    void (() => list({ requestId: '037db222-6d8e-4d7f-ba78-df3dca33fb68' }));
  });

  it("holds a call's own options for every request", async () => {
    server.answerBy((request) =>
      askedFor(request) === undefined ? partnerCenter(() => idsOf(1))(request) : { fault: 'silence' },
    );
    const { items } = await walk(list({ timeoutInMs: 20 }, { retryOptions: { maxRetries: 0 } }));
    expect(items).toMatchObject([{ error: { code: 'ETIMEDOUT' } }]);
  });
});
