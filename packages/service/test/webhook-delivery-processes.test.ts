import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { call, databases, startSandbox, type TestDatabase, type TestSandbox } from '@vetted/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { start } from '../../cli/test/support.js';
import type { SandboxDescription } from '../src/index.js';
import { MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE } from '../src/webhooks/deliveries.js';
import { openBackdoor, partner } from './bench.js';
import { lockPartner } from './raw-database.js';
import {
  type Arrival,
  freshToken,
  openInbox,
  register,
  sendTest,
  stateOwned,
  subjectOf,
  verified,
} from './webhook-inbox.js';
import { awaited, receive } from './webhook-receiver.js';

const bin = join(import.meta.dirname, '../../cli/bin/vetted.js');
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vetted-webhooks-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe.each(databases)('on $name', ({ create }) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.drop());

  /** The built service as a process of its own, in sandbox mode. */
  async function startProcess() {
    const env = { VETTED_HOME: home, PORT: '0' };
    const running = start(bin, ['serve', '--sandbox', '--database', database.address], { env });
    const [, url = ''] = await running.until(/ready at (\S+)[\s\S]*Ctrl-C to stop/);
    const description = JSON.parse(await readFile(join(home, 'sandbox.json'), 'utf8')) as SandboxDescription;
    const token = await freshToken({ description } as TestSandbox);
    const sandbox = { url, description, appToken: async () => token } as TestSandbox;
    return { ...running, sandbox };
  }

  it('a service that is killed while it sends leaves the webhook to the next one, under the same id', async () => {
    const { happened: over, happen: end } = awaited<number>();
    onTestFinished(() => end(204));
    const inbox = await openInbox((_, count) => (count === 1 ? over : 204));
    const first = await startProcess();
    const secret = await register(first.sandbox, inbox.url);
    await sendTest(first.sandbox);
    await inbox.first(1);
    first.child.kill('SIGKILL');
    await first.ended;

    const second = await startProcess();
    await advance(second.sandbox.url, 'PT2M');
    const [one, other] = await inbox.first(2);
    if (one === undefined || other === undefined) throw new Error('Nothing arrived.');
    expect([other.id, other.text.replace(second.sandbox.url, '')]).toEqual([
      one.id,
      one.text.replace(first.sandbox.url, ''),
    ]);
    expect(verified(other, secret)).toMatchObject({ EventName: 'test-created' });
    await advance(second.sandbox.url, 'PT2M');
    expect(inbox.arrivals).toHaveLength(2);
  });

  it('a service that is killed before it could note that a webhook was taken leaves it to the next one, under the same id', async () => {
    const ids: unknown[] = [];
    const { happened: taken, happen: take } = awaited();
    let unlock = async () => {};
    const receiver = await receive(async (request, response) => {
      await buffer(request);
      // The attempt that is under way now can be made, and cannot be written down.
      if (ids.push(request.headers['webhook-id']) === 1) unlock = await lockPartner(database.address, partner);
      response.writeHead(204).end(take);
    });
    const first = await startProcess();
    await register(first.sandbox, receiver.url);
    await sendTest(first.sandbox);
    await taken;
    first.child.kill('SIGKILL');
    await first.ended;
    await unlock();

    const second = await startProcess();
    await advance(second.sandbox.url, 'PT2M');
    expect(ids).toEqual([ids[0], ids[0]]);
    await advance(second.sandbox.url, 'PT2M');
    expect(ids).toHaveLength(2);
  });

  it('a service that is killed before it could send has lost nothing', async () => {
    const { happened: over, happen: end } = awaited<number>();
    onTestFinished(() => end(204));
    const inbox = await openInbox((_, count) => (count <= MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE ? over : 204));
    const first = await startProcess();
    await register(first.sandbox, inbox.url);
    const backdoor = await openBackdoor(database.address);
    const customers = await Promise.all(
      Array.from({ length: MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE + 1 }, () => backdoor.addCustomer()),
    );
    await backdoor.close();
    for (const customer of customers) await change(first.sandbox, customer);
    const sent = await inbox.first(MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE);
    first.child.kill('SIGKILL');
    await first.ended;

    const second = await startProcess();
    await advance(second.sandbox.url, 'PT0.001S');
    expect(inbox.arrivals.slice(MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE).map(subjectOf)).toEqual([
      `${customers.at(-1)} StateOwnedEntity`,
    ]);
    await advance(second.sandbox.url, 'PT2M');
    const ids = (arrivals: readonly Arrival[]) => arrivals.map(({ id }) => id).sort();
    expect(ids(inbox.arrivals.slice(MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE + 1))).toEqual(ids(sent));
  });
});

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('on $name, several services', ({ create }) => {
  it('share the work: each webhook is sent once, in the order of its customer', async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    const inbox = await openInbox();
    const options = { database: database.address, home };
    const sandboxes = [await startSandbox(options), await startSandbox(options), await startSandbox(options)] as const;
    const backdoor = await openBackdoor(database.address);
    const customers = await Promise.all(Array.from({ length: 30 }, () => backdoor.addCustomer()));
    await backdoor.close();
    await register(sandboxes[0], inbox.url);
    await Promise.all(
      customers.map(async (customer, index) => {
        const sandbox = sandboxes[index % sandboxes.length] ?? sandboxes[0];
        await sandbox.request(customer, { qualification: 'Education', educationSegment: 'K12' });
        await sandbox.request(customer, stateOwned);
      }),
    );
    await inbox.first(60);
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));

    expect(new Set(inbox.arrivals.map(({ id }) => id)).size).toBe(60);
    expect(inbox.arrivals).toHaveLength(60);
    const origins = new Set(inbox.arrivals.map(({ event }) => new URL(event.ResourceUri ?? '').origin));
    expect(origins.size).toBeGreaterThan(1);
    const subjects = inbox.arrivals.map(subjectOf);
    for (const customer of customers) {
      expect(subjects.filter((subject) => subject.startsWith(customer))).toEqual([
        `${customer} Education`,
        `${customer} StateOwnedEntity`,
      ]);
    }
  });

  it('take what one of them has no room for', async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    const { happened: over, happen: end } = awaited<number>();
    const inbox = await openInbox((_, count) => (count <= MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE ? over : 204));
    const options = { database: database.address, home };
    const [busy, idle] = [await startSandbox(options), await startSandbox(options)];
    const backdoor = await openBackdoor(database.address);
    const customers = await Promise.all(
      Array.from({ length: MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE + 4 }, () => backdoor.addCustomer()),
    );
    await backdoor.close();
    await register(busy, inbox.url);
    for (const customer of customers) await busy.request(customer, stateOwned);
    await inbox.first(customers.length);
    end(204);
    await Promise.all([busy.close(), idle.close()]);
    expect(inbox.arrivals).toHaveLength(customers.length);
  });
});

async function change({ url, appToken }: TestSandbox, customer: string): Promise<void> {
  const { status, text } = await call(`${url}/v1/customers/${customer}/qualifications`, {
    method: 'POST',
    body: JSON.stringify(stateOwned),
    headers: { authorization: `Bearer ${await appToken()}`, 'content-type': 'application/json' },
  });
  expect(status, text).toBe(201);
}

async function advance(url: string, duration: string): Promise<void> {
  const { status, text } = await call(`${url}/sandbox/v1/clock`, {
    method: 'POST',
    body: JSON.stringify({ advance: duration }),
    headers: { 'content-type': 'application/json' },
  });
  expect(status, text).toBe(200);
}
