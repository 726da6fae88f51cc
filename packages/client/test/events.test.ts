import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type EventsOptions,
  PartnerCenterClient,
  type PartnerCenterClientOptions,
  type QualificationChange,
} from '../src/index.js';
import { FixedCredential, GUID, TOKEN } from './fixture.js';
import { StoppedClock } from './polling.js';
import { type StreamServer, startStreamServer } from './stream-server.js';
import { fakeTimers, until } from './timers.js';

const change = {
  customerId: '71b473d5-c4a2-4381-82e5-809403c2d108',
  qualification: 'Education',
  from: 'InReview',
  vettingStatus: 'Approved',
  at: '2026-03-03T14:00:00.000Z',
  correlationId: '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745',
};

let server: StreamServer;
beforeEach(async () => {
  server = await startStreamServer();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await server[Symbol.asyncDispose]();
});

const events = (options: EventsOptions = {}, clientOptions: PartnerCenterClientOptions = {}) =>
  new PartnerCenterClient(new FixedCredential(), {
    baseUrl: server.url,
    retryOptions: { maxRetries: 0 },
    ...clientOptions,
  }).vetting.events(options);

/** The ids of the next changes. */
async function take(changes: AsyncIterator<QualificationChange>, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push((await changes.next()).value.id);
  return ids;
}

describe('a stream of changes', () => {
  it('is asked for with the token and the ids of a call, once the first change is wanted', async () => {
    const correlationId = crypto.randomUUID();
    const changes = events({ correlationId });
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(server.connections).toHaveLength(0);
    const first = changes.next();
    const connection = await server.connection(1);
    expect(connection.headers).toMatchObject({
      accept: 'text/event-stream',
      authorization: `Bearer ${TOKEN}`,
      'ms-correlationid': correlationId,
      'ms-requestid': expect.stringMatching(GUID),
    });
    expect(connection.headers['last-event-id']).toBeUndefined();
    connection.tell('41', change);
    await expect(first).resolves.toEqual({ done: false, value: { id: '41', ...change } });
    await changes.return?.();
  });

  it('tells every change in order, and passes over what it does not know', async () => {
    const changes = events();
    const taken = take(changes, 3);
    const connection = await server.connection(1);
    connection.write(':\n\nretry: soon\nmood: fine\n\n');
    connection.tell('1', change);
    connection.tell('2', { customerId: 'x' }, 'customer-renamed');
    connection.write(`id: 3\r\nevent: customer-qualification-updated\r\ndata: ${JSON.stringify(change)}\r\n\r\n`);
    const [head, tail] = [`id: 4\nevent: customer-qualification-updated\nda`, `ta: ${JSON.stringify(change)}\n\n`];
    connection.write(head);
    await new Promise((resolve) => setImmediate(resolve));
    connection.write(tail);
    await expect(taken).resolves.toEqual(['1', '3', '4']);
    await changes.return?.();
  });

  it('puts letters together that come in two pieces', async () => {
    const changes = events();
    const first = changes.next();
    const connection = await server.connection(1);
    const bytes = Buffer.from(
      `id: 1\nevent: customer-qualification-updated\ndata: ${JSON.stringify({ ...change, vettingReason: 'Geprüft' })}\n\n`,
    );
    const cut = bytes.indexOf(0xc3) + 1;
    connection.response.write(bytes.subarray(0, cut));
    await new Promise((resolve) => setImmediate(resolve));
    connection.response.write(bytes.subarray(cut));
    expect((await first).value.vettingReason).toBe('Geprüft');
    await changes.return?.();
  });

  it('begins after the place that it is given, and says when it is open', async () => {
    server.answerWith({ 'Last-Event-ID': '7' });
    const onOpen = vi.fn();
    const changes = events({ lastEventId: '7', onOpen });
    const first = changes.next();
    const connection = await server.connection(1);
    expect(connection.headers['last-event-id']).toBe('7');
    connection.tell('8', change);
    await first;
    expect(onOpen.mock.calls).toEqual([['7']]);
    await changes.return?.();
  });

  it('holds the service back while the program takes long', async () => {
    const total = 1_000;
    const padding = 'x'.repeat(20_000);
    const changes = events();
    const first = changes.next();
    const { response } = await server.connection(1);
    let written = 0;
    const fill = () => {
      while (written < total) {
        written += 1;
        const block = `id: ${written}\nevent: customer-qualification-updated\ndata: ${JSON.stringify({ ...change, padding })}\n\n`;
        if (!response.write(block)) return void response.once('drain', fill);
      }
    };
    fill();
    await first;
    for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBeLessThan(total);
    expect((await take(changes, total - 1)).at(-1)).toBe(String(total));
    await changes.return?.();
  });

  it.each([
    ['lastEventId', '', RangeError],
    ['lastEventId', 'a\nb', RangeError],
    ['lastEventId', 41, TypeError],
    ['onOpen', 'open', TypeError],
  ])('%s: %j is refused at once', (name, value, error) => {
    expect(() => events({ [name]: value })).toThrow(error);
    expect(() => events({ [name]: value })).toThrow(name);
  });
});

describe('a connection that ends', () => {
  it.each([
    ['in good order', 'end' as const],
    ['by breaking', 'cut' as const],
  ])(
    '%s is made again after the wait that the service named, and goes on after the last change',
    async (_case, how) => {
      const timerOf = fakeTimers();
      const changes = events();
      const taken = take(changes, 2);
      const connection = await server.connection(1);
      connection.write('retry: 4321\n\n');
      connection.tell('5', change);
      connection.tell('6', {}, 'of-another-type');
      await until(() => connection.response.writableLength === 0);
      connection[how]();
      await timerOf(4_321);
      await vi.advanceTimersByTimeAsync(4_320);
      expect(server.connections).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      const next = await server.connection(2);
      expect(next.headers['last-event-id']).toBe('6');
      next.tell('7', change);
      await expect(taken).resolves.toEqual(['5', '7']);
      await changes.return?.();
    },
  );

  it('before its first change goes on from the place at which it began', async () => {
    server.answerWith({ 'Last-Event-ID': '30' });
    const timerOf = fakeTimers();
    const changes = events();
    const taken = take(changes, 1);
    (await server.connection(1)).end();
    await timerOf(2_000);
    await vi.advanceTimersByTimeAsync(2_000);
    const next = await server.connection(2);
    expect(next.headers['last-event-id']).toBe('30');
    next.tell('31', change);
    await expect(taken).resolves.toEqual(['31']);
    await changes.return?.();
  });

  it('is given up for dead after 45 silent seconds, and a beat is enough against that', async () => {
    const timerOf = fakeTimers();
    const changes = events();
    const taken = take(changes, 1);
    const connection = await server.connection(1);
    await timerOf(45_000);
    await vi.advanceTimersByTimeAsync(44_999);
    const timers = vi.mocked(setTimeout).mock.calls.length;
    connection.write(':\n\n');
    await until(() => vi.mocked(setTimeout).mock.calls.length > timers);
    await vi.advanceTimersByTimeAsync(44_999);
    expect(connection.isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await until(() => connection.isClosed);
    await timerOf(2_000);
    await vi.advanceTimersByTimeAsync(2_000);
    (await server.connection(2)).tell('1', change);
    await expect(taken).resolves.toEqual(['1']);
    await changes.return?.();
  });

  it('because its token has expired is made again with a new one', async () => {
    const clock = new StoppedClock();
    let tokens = 0;
    const getToken = async () => {
      tokens += 1;
      return { token: `token-${tokens}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    };
    const changes = new PartnerCenterClient({ getToken }, { baseUrl: server.url }).vetting.events();
    const taken = take(changes, 1);
    const connection = await server.connection(1);
    vi.setSystemTime(Date.now() + 3_600_000);
    connection.end();
    await until(() => clock.waits.includes(2_000));
    await vi.advanceTimersByTimeAsync(2_000);
    const next = await server.connection(2);
    expect([connection, next].map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    next.tell('1', change);
    await expect(taken).resolves.toEqual(['1']);
    await changes.return?.();
  });

  it('again and again is made later and later, until a change has come', async () => {
    server.refuse(...[503, 500, 502, 503].map((status) => ({ status })));
    const clock = new StoppedClock();
    const waits = () => clock.waits.filter((ms) => ms < 45_000);
    const changes = events();
    const taken = take(changes, 1);
    for (let refused = 1; refused <= 4; refused += 1) {
      await until(() => waits().length === refused);
      await vi.advanceTimersByTimeAsync(waits().at(-1) ?? 0);
    }
    const connection = await server.connection(5);
    connection.tell('1', change);
    await expect(taken).resolves.toEqual(['1']);
    const next = changes.next();
    connection.end();
    await until(() => waits().length === 5);
    expect(waits()).toEqual([2_000, 2_000, 4_000, 8_000, 2_000]);
    await changes.return?.();
    await expect(next).resolves.toEqual({ done: true, value: undefined });
  });

  it('is made again once the service has a place for it', async () => {
    server.refuse({ status: 429, headers: { 'Retry-After': '60' } });
    const clock = new StoppedClock();
    const changes = events();
    const taken = take(changes, 1);
    await until(() => clock.waits.includes(60_000));
    await vi.advanceTimersByTimeAsync(60_000);
    (await server.connection(2)).tell('1', change);
    await expect(taken).resolves.toEqual(['1']);
    await changes.return?.();
  });
});
