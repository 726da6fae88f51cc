import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  databases,
  type Fleet,
  get,
  post,
  qualificationsOf,
  startFleet,
  type TestDatabase,
  until,
} from '@vetted/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { openBackdoor } from './bench.js';
import { startPostgresProxy } from './postgres-proxy.js';
import { allEvents, openInbox, registrationPath, stateOwned } from './webhook-inbox.js';
import { awaited } from './webhook-receiver.js';

// Processes start beside whatever else the machine tests.
vi.setConfig({ testTimeout: 180_000 });

/** Longer than any test lasts, in seconds. */
const NEVER_OVER = '300';
const postgres = databases.find(({ name }) => name === 'PostgreSQL');

let database: TestDatabase;
let home: string;

// One for all the sandboxes here: at its first start one makes an RSA key, which takes long.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vetted-stop-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
beforeEach(async () => {
  if (postgres === undefined) throw new Error('There is no PostgreSQL to test on.');
  database = await postgres.create();
});
afterEach(() => database.drop());

async function start(size: number, args: readonly string[] = [], address = database.address): Promise<Fleet> {
  const fleet = await startFleet({ database: address, home, size, args });
  onTestFinished(() => fleet.close());
  return fleet;
}

it('SIGTERM makes the service unready, and it answers all the same, on connections that end thereafter', async () => {
  const fleet = await start(1, ['--drain', NEVER_OVER]);
  const [{ url, pid, ended }, [customer = '']] = [one(fleet), await fleet.addCustomers(1)];
  const earlier = open(url);
  earlier.ask();
  await until('the first answer is there', () => earlier.answers() === 1);
  process.kill(pid, 'SIGTERM');
  await until('the service is unready', async () => (await get(`${url}/readyz`)).status === 503);

  const [unready, posted] = [
    await get(`${url}/readyz`),
    await post(qualificationsOf(url, customer), stateOwned, { token: await fleet.tokens.userToken() }),
  ];
  expect([unready.body.code, unready.headers.get('retry-after')]).toEqual(['ServiceUnavailable', '5']);
  expect([posted.status, posted.headers.get('connection')]).toEqual([201, 'close']);
  earlier.ask();
  await earlier.ended;
  expect(earlier.answers()).toBe(2);

  process.kill(pid, 'SIGINT');
  expect(await ended, 'a second signal ends it at once').toBe(130);
});

it('after the drain the process ends with 0', async () => {
  const process = one(await start(1, ['--drain', '1']));
  expect(await process.stop('SIGTERM')).toBe(0);
});

it("a person's Ctrl-C is not drained", async () => {
  const process = one(await start(1, ['--drain', NEVER_OVER]));
  expect(await process.stop('SIGINT')).toBe(0);
});

it('a webhook that is being sent is handed back, and another process sends it under the same id', async () => {
  const { happened: over, happen: end } = awaited<number>();
  onTestFinished(() => end(204));
  const inbox = await openInbox((_, count) => (count === 1 ? over : 204));
  const fleet = await start(1);
  const first = one(fleet);
  const [token, [customer = '']] = [await fleet.tokens.userToken(), await fleet.addCustomers(1)];
  await post(first.url + registrationPath, { WebhookUrl: inbox.url, WebhookEvents: allEvents }, { token });
  await post(qualificationsOf(first.url, customer), stateOwned, { token });
  await inbox.first(1);
  // Begun only now, so that it is not the one that sends.
  await fleet.start();
  expect(await first.stop('SIGTERM')).toBe(0);

  // The claim would have lasted for a minute, and the clock of the second one stands where it stood.
  const [cut, again] = await inbox.first(2);
  expect(again?.id).toBe(cut?.id);
  const backdoor = await openBackdoor(database.address);
  onTestFinished(() => backdoor.close());
  await until('the delivery is over', async () => (await backdoor.store.reads.webhooks.due('9999')).length === 0);
  expect(inbox.arrivals).toHaveLength(2);
});

it('a stream of events ends politely', async () => {
  const fleet = await start(1);
  const { url, stop } = one(fleet);
  const response = await fetch(`${url}/vetting/v1/events`, {
    headers: { authorization: `Bearer ${await fleet.tokens.appToken()}`, accept: 'text/event-stream' },
  });
  const text = response.text();
  const code = stop('SIGTERM');
  // A connection that breaks would reject.
  expect(await text).toMatch(/^retry: \d+\nid: \d+\n\n/);
  expect(await code).toBe(0);
});

it('a database that has fallen silent in the middle of a request does not keep the process from ending', async () => {
  const proxy = await startPostgresProxy(database.address);
  onTestFinished(async () => {
    proxy.restore();
    await proxy.close();
  });
  const fleet = await start(1, [], proxy.address);
  const [customer = ''] = await fleet.addCustomers(1);
  const { url, ended, output, stop } = one(fleet);
  const token = await fleet.tokens.userToken();
  proxy.stall();
  const cut = expect(post(qualificationsOf(url, customer), stateOwned, { token })).rejects.toThrow();
  await until('the request waits', async () => (await get(`${url}/healthz`)).status === 200);
  await stop('SIGTERM');
  await cut;
  expect([await ended, output()]).toEqual([1, expect.stringContaining('did not end in time')]);
});

/** A connection that asks whether the process is healthy, as often as it is told. */
function open(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  return {
    ended: new Promise((resolve) => socket.once('close', resolve)),
    ask: () => socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    answers: () => text.match(/HTTP\/1\.1 200 OK/g)?.length ?? 0,
  };
}

function one({ processes: [process] }: Fleet) {
  if (process === undefined) throw new Error('There is no process.');
  return process;
}
