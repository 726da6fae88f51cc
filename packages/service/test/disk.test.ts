import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Answer,
  call,
  type Fleet,
  get,
  isRefusal,
  post,
  qualificationsOf,
  type ServiceProcess,
  startFleet,
} from '@vetted/testkit';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openAdmin } from '../src/index.js';

// Processes start beside whatever else the machine tests.
vi.setConfig({ testTimeout: 180_000 });

/** Limits of a running process, and file systems of its own, are Linux's. */
const isLinux = process.platform === 'linux';
/** Mounts a small disk where only the process and its children see it, at $0, and becomes the rest. */
const onSmallDisk = ['unshare', '--map-root-user', '--mount', 'sh', '-c'];
const MOUNT = 'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"';
const stateOwned = { qualification: 'StateOwnedEntity' };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vetted-disk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

/** One process on a file in the folder. */
async function start(launcher: readonly string[] = []): Promise<{ fleet: Fleet; service: ServiceProcess }> {
  const fleet = await startFleet({ database: `sqlite:${join(folder, 'vetted.db')}`, size: 1, launcher });
  onTestFinished(() => fleet.close());
  const [service] = fleet.processes;
  if (service === undefined) throw new Error('There is no process.');
  return { fleet, service };
}

describe.runIf(isLinux)('on Linux, where a process can be kept from writing while it runs', () => {
  /** Writing beyond these bytes of a file fails, as it does everywhere on a disk that has become read-only. */
  const allow = ({ pid }: ServiceProcess, bytes: number | 'unlimited') =>
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);

  it('requests are told to come back while nothing can be written, reads go on, and then the requests are granted', async () => {
    const { fleet, service } = await start();
    const [before = '', customer = ''] = await fleet.addCustomers(2);
    const caller = callerOf(fleet, service);
    expect((await caller.request(before)).status).toBe(201);
    allow(service, 0);
    const [first, second] = [await caller.request(customer), await caller.request(customer)];
    expect([isRefusal(first), isRefusal(second)], first.text).toEqual([true, true]);
    await caller.expectReads([before]);

    allow(service, 'unlimited');
    expect((await caller.request(customer)).status).toBe(201);
    await expectWhole(`sqlite:${join(folder, 'vetted.db')}`, [before, customer]);
  });
});

describe.runIf(isLinux && mayMount())('on Linux, where this user may mount a small disk', () => {
  it('requests are told to come back while it is full, reads go on, and then the requests are granted', async () => {
    const { fleet, service } = await start([...onSmallDisk, MOUNT, folder]);
    const inside = join(`/proc/${service.pid}/root`, folder);
    const customers = await importCustomers(fleet, service, 400);
    const caller = callerOf(fleet, service);
    const ballast = join(inside, 'ballast');
    await fill(ballast);
    const granted: string[] = [];
    let refused: string | undefined;
    for (const customer of customers) {
      const answer = await caller.request(customer);
      if (answer.status === 201) granted.push(customer);
      else {
        expect(isRefusal(answer), answer.text).toBe(true);
        refused = customer;
        break;
      }
    }
    if (refused === undefined) throw new Error('The disk did not become full.');
    expect(isRefusal(await caller.request(refused))).toBe(true);
    await caller.expectReads(granted);

    await rm(ballast);
    expect((await caller.request(refused)).status).toBe(201);
    // SQLite would not find its way by /proc, so it looks at a copy; nobody writes meanwhile.
    const copy = join(folder, 'copy.db');
    for (const suffix of ['', '-wal']) await copyFile(join(inside, `vetted.db${suffix}`), `${copy}${suffix}`);
    await expectWhole(`sqlite:${copy}`, [...granted, refused]);
  });
});

/** Through the service: nobody else sees its disk. */
async function importCustomers(
  { tokens, partnerId }: Fleet,
  { url }: ServiceProcess,
  count: number,
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const line = (id: string) => JSON.stringify({ id, companyName: `Company ${id}`, domain: `${id}.example.com` });
  const { status, text } = await call(`${url}/vetting/v1/partners/${partnerId}/customers:import`, {
    method: 'POST',
    body: ids.map(line).join('\n'),
    headers: {
      authorization: `Bearer ${await tokens.userToken('administrator')}`,
      'content-type': 'application/x-ndjson',
    },
  });
  expect(status, text).toBe(200);
  return ids;
}

/** A partner's program that sends a request under the same MS-RequestId however often. */
function callerOf({ tokens }: Fleet, { url }: ServiceProcess) {
  const ids = new Map<string, string>();
  return {
    async request(customer: string): Promise<Answer> {
      const requestId = ids.get(customer) ?? randomUUID();
      ids.set(customer, requestId);
      return post(qualificationsOf(url, customer), stateOwned, { token: await tokens.userToken(), requestId });
    },
    async expectReads(customers: readonly string[]): Promise<void> {
      const token = await tokens.appToken();
      for (const customer of customers) {
        const { status, body } = await get(qualificationsOf(url, customer), token);
        expect([status, body]).toEqual([200, [stateOwned]]);
      }
      expect((await get(`${url}/healthz`)).status).toBe(200);
    },
  };
}

/** Everything that was answered is there once, and the history is whole. */
async function expectWhole(database: string, customers: readonly string[]): Promise<void> {
  const admin = await openAdmin({ database, mustExist: true });
  onTestFinished(() => admin.close());
  const { broken, entries } = await admin.verifyHistory();
  expect(broken).toEqual([]);
  expect(entries).toBeGreaterThanOrEqual(customers.length);
}

/** Writes until there is no room. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (;;) await file.write(Buffer.alloc(64 * 1024));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    await file.close();
  }
}

function mayMount(): boolean {
  try {
    execFileSync('unshare', [...onSmallDisk.slice(1), MOUNT, tmpdir(), 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
