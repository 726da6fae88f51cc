import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PartnerCenterClient, type WaitForDecisionOptions } from '../src/index.js';
import { CUSTOMER_ID, FixedCredential } from './fixture.js';
import { approved, inReview, StoppedClock } from './polling.js';
import { type StreamServer, startStreamServer } from './stream-server.js';
import { until } from './timers.js';

const INTERVAL = 900_000;
const change = { customerId: CUSTOMER_ID, qualification: 'Education', vettingStatus: 'Approved', at: '2026-03-03' };

let server: StreamServer;
let clock: StoppedClock;
let client: PartnerCenterClient;
beforeEach(async () => {
  server = await startStreamServer();
  server.qualifications = [inReview];
  server.answerWith({ 'Last-Event-ID': '1' });
  clock = new StoppedClock();
  client = new PartnerCenterClient(new FixedCredential(), { baseUrl: server.url, retryOptions: { maxRetries: 0 } });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await server[Symbol.asyncDispose]();
});

const wait = (options: WaitForDecisionOptions = {}) =>
  client.customers.byId(CUSTOMER_ID).qualification.waitForDecision('Education', options);
/** Resolves once so many looks were made and the next wait has begun. */
const looked = (looks: number) =>
  until(() => server.looks === looks && clock.waits.filter((ms) => ms >= INTERVAL).length === looks);

it('looks once the stream is open, and again when it tells of that customer and qualification', async () => {
  const decision = wait().pollUntilDone();
  const connection = await server.connection(1);
  await looked(2);
  connection.tell('2', { ...change, customerId: '71b473d5-c4a2-4381-82e5-809403c2d108' });
  connection.tell('3', { ...change, qualification: 'StateOwnedEntity' });
  connection.tell('4', { ...change, customerId: CUSTOMER_ID.toUpperCase() });
  await looked(3);
  server.qualifications = [approved];
  connection.tell('5', change);
  await expect(decision).resolves.toEqual(approved);
  expect(server.looks).toBe(4);
  await until(() => connection.isClosed);
  expect(vi.getTimerCount()).toBe(0);
});

it('looks again within a minute where it was told of a change and could not look', async () => {
  const decision = wait().pollUntilDone();
  const connection = await server.connection(1);
  await looked(2);
  server.qualifications = undefined;
  connection.tell('2', change);
  for (const looks of [3, 4]) {
    await until(() => server.looks === looks && clock.waits.filter((ms) => ms === 60_000).length === looks - 2);
    if (looks === 4) server.qualifications = [approved];
    await vi.advanceTimersByTimeAsync(60_000);
  }
  await expect(decision).resolves.toEqual(approved);
  expect(server.looks).toBe(5);
});

it('looks at its interval all the same', async () => {
  const decision = wait().pollUntilDone();
  await server.connection(1);
  await looked(2);
  server.qualifications = [approved];
  await vi.advanceTimersByTimeAsync(clock.waits.at(-1) ?? 0);
  await expect(decision).resolves.toEqual(approved);
});

it('hears of a decision that fell while the stream was interrupted', async () => {
  const decision = wait().pollUntilDone();
  const connection = await server.connection(1);
  await looked(2);
  connection.cut();
  await until(() => clock.waits.includes(2_000));
  server.qualifications = [approved];
  await vi.advanceTimersByTimeAsync(2_000);
  const next = await server.connection(2);
  expect(next.headers['last-event-id']).toBe('1');
  next.tell('2', change);
  await expect(decision).resolves.toEqual(approved);
});

it('looks again where the stream goes on from a place that nobody knows', async () => {
  server.answerWith({});
  const decision = wait().pollUntilDone();
  const connection = await server.connection(1);
  await looked(2);
  connection.cut();
  await until(() => clock.waits.includes(2_000));
  server.qualifications = [approved];
  await vi.advanceTimersByTimeAsync(2_000);
  await expect(decision).resolves.toEqual(approved);
  expect(server.connections).toHaveLength(2);
});

it('closes the stream when nobody waits any more, and opens another for one who comes later', async () => {
  const stop = new AbortController();
  const waiting = wait().pollUntilDone({ abortSignal: stop.signal });
  const connection = await server.connection(1);
  await looked(2);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await until(() => connection.isClosed && vi.getTimerCount() === 0);

  const decision = wait().pollUntilDone();
  const next = await server.connection(2);
  server.qualifications = [approved];
  next.tell('2', change);
  await expect(decision).resolves.toEqual(approved);
});

it.each([
  [403, 1],
  [401, 2],
])('polls where the stream is refused with %i, and asks %i time(s) for two pollers', async (status, asked) => {
  server.refuse({ status }, { status });
  const first = wait().pollUntilDone();
  await looked(1);
  // Nothing is under way but the poller's wait.
  await until(() => vi.getTimerCount() === 1);
  const second = wait().pollUntilDone();
  await looked(2);
  await until(() => vi.getTimerCount() === 2);
  server.qualifications = [approved];
  await vi.advanceTimersByTimeAsync(INTERVAL);
  await expect(Promise.all([first, second])).resolves.toEqual([approved, approved]);
  expect(server.connections).toHaveLength(asked);
});
