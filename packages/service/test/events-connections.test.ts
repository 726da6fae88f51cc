import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { databases } from '@vetted/testkit';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Bench, openBackdoor, partner, startBench } from './bench.js';
import { EVENTS_PATH, ids, listen, listenRaw, writeEvents } from './events-support.js';

const second = 1_000;
const look = 2 * second;

/** More than the machine keeps of a connection that nobody reads. */
const MANY = { count: 1_500, together: true, reason: 'x'.repeat(16_000) };

/** The machine lets a sender go on only when a good part of what it holds has been read. */
const BETWEEN_LOOKS = 512 * 1024;

/** The service's own timers stand until a test moves them; those of clients and drivers go on. */
function stopIntervals() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

describe.each(databases)('on $name, the connection of a stream', ({ create }) => {
  let bench: Bench;
  let customer: string;
  let token: string;

  beforeEach(async () => {
    bench = await startBench(create);
    customer = await bench.addCustomer();
    token = await bench.sandbox.appToken();
  });
  afterEach(() => bench.close());

  const openRaw = async () => {
    const socket = await listenRaw(bench.sandbox.url, token, 0);
    onTestFinished(() => {
      socket.destroy();
    });
    return socket;
  };

  it('carries a comment every fifteen seconds', async () => {
    stopIntervals();
    const { body } = await fetch(bench.sandbox.url + EVENTS_PATH, { headers: { authorization: `Bearer ${token}` } });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^retry: 2000\nid: \d+\n\n$/);
    for (const beat of [1, 2, 3]) {
      vi.advanceTimersByTime(15 * second);
      expect((await reader?.read())?.value, `beat ${beat}`).toBe(':\n\n');
    }
    await reader?.cancel();
  });

  it('is cut when its reader has taken nothing for a minute', async () => {
    stopIntervals();
    await writeEvents(bench, customer, MANY);
    const socket = await openRaw();
    await once(socket, 'readable');
    // The timers stop with the last stream.
    while (vi.getTimerCount() > 0) {
      vi.advanceTimersByTime(look);
      await setImmediate();
    }
    expect((await textOf(socket)).length).toBeLessThan(MANY.count * MANY.reason.length);
  });

  it('stays with a reader that is slow, to the last event', async () => {
    stopIntervals();
    await writeEvents(bench, customer, MANY);
    const socket = await openRaw();
    let [text, bytes, looks] = ['', 0, 0];
    while (!text.includes(`\nid: ${MANY.count}\n`)) {
      const [chunk] = await once(socket.resume(), 'data');
      socket.pause();
      text = text.slice(-100) + chunk;
      bytes += chunk.length;
      if (bytes < (looks + 1) * BETWEEN_LOOKS) continue;
      vi.advanceTimersByTime(look);
      looks += 1;
    }
    expect(looks).toBeGreaterThan(30);
  });

  it('does not hold up a service that closes while its reader reads nothing', async () => {
    await writeEvents(bench, customer, MANY);
    const socket = await openRaw();
    await once(socket, 'readable');
    await bench.sandbox.close();
    expect((await textOf(socket)).length).toBeLessThan(MANY.count * MANY.reason.length);
  });
});

describe('on PostgreSQL, a stream', () => {
  const [, postgres] = databases;
  let bench: Bench;
  let customer: string;
  let client: pg.Client;

  beforeEach(async () => {
    if (postgres === undefined) throw new Error('There is no PostgreSQL to test on.');
    stopIntervals();
    bench = await startBench(postgres.create);
    customer = await bench.addCustomer();
    client = new pg.Client({ connectionString: bench.database.address });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await bench.close();
  });

  const open = async () => {
    const stream = await listen(bench.sandbox.url, { token: await bench.sandbox.appToken() });
    onTestFinished(() => stream.hangUp());
    return stream;
  };
  const listening = `from pg_stat_activity where application_name = 'vetted-events' and datname = current_database()`;
  const listeners = async () =>
    (await client.query(`select pid ${listening} and state = 'idle' and query like 'listen %'`)).rowCount;

  it('is woken by what another process commits, without a look', async () => {
    await vi.waitFor(async () => expect(await listeners()).toBe(1));
    const stream = await open();
    const other = await openBackdoor(bench.database.address);
    await writeEvents(other, customer, { count: 3 });
    await other.close();
    expect(await stream.next(3)).toHaveLength(3);
  });

  it('finds what was committed while the connection that wakes it was cut', async () => {
    const stream = await open();
    const before = Number(await bench.store.reads.events.last(partner));
    await client.query(`select pg_terminate_backend(pid, 5000) ${listening}`);
    await writeEvents(bench, customer);
    vi.advanceTimersByTime(look);
    expect(ids(await stream.next(1))).toEqual([before + 1]);
  });

  it('is woken again once that connection is made again', async () => {
    const stream = await open();
    await vi.waitFor(async () => expect(await listeners()).toBe(1));
    await client.query(`select pg_terminate_backend(pid, 5000) ${listening}`);
    await vi.waitFor(async () => expect(await listeners()).toBe(1), { timeout: 10 * second });
    await writeEvents(bench, customer);
    expect(await stream.next(1)).toHaveLength(1);
  });
});

async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).resume();
  if (!socket.closed) await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}
