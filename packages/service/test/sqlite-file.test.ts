import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { call } from '@vetted/testkit';
import BetterSqlite3 from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openAdmin, startService } from '../src/index.js';
import { openStore } from '../src/store/open-store.js';
import { type Bench, expectFault, startBench } from './bench.js';

const builtStore = new URL('../dist/store/open-store.js', import.meta.url).href;
const education = { qualification: 'Education', educationSegment: 'K12' };

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vetted-sqlite-file-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  file = join(folder, 'vetted.db');
});

/** A process that opens the file as a store, which migrates it, and says so. */
function startMigrating(): ChildProcess & { readonly output: Promise<string> } {
  const program = `
    const { openStore } = await import(${JSON.stringify(builtStore)});
    console.log('opening');
    const store = await openStore({ kind: 'sqlite', file: ${JSON.stringify(file)} }, () => {});
    await store.transaction((transaction) => transaction.setting('process', String(process.pid)));
    await store.close();
    console.log('done');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += String(chunk);
    });
  }
  const output = once(child, 'close').then(([code, signal]) => `${text}${code ?? signal}`);
  return Object.assign(child, { output });
}

/** A second connection that holds the write lock. */
function holdLock() {
  const other = new BetterSqlite3(file);
  other.exec('begin immediate');
  const release = () => {
    if (other.inTransaction) other.exec('rollback');
    other.close();
  };
  onTestFinished(() => {
    if (other.open) release();
  });
  return release;
}

async function expectUsable(): Promise<void> {
  const store = await openStore({ kind: 'sqlite', file }, () => {});
  try {
    expect(await store.transaction((transaction) => transaction.setting('usable', 'yes'))).toBe('yes');
    expect(await store.reads.validationCodes('nobody')).toEqual({ partnerKnown: false, codes: [] });
  } finally {
    await store.close();
  }
}

describe('the migration of a new file', () => {
  it.each([1, 2, 3])('is done once by eight processes that open it at once, round %i', async () => {
    const processes = Array.from({ length: 8 }, startMigrating);
    const outputs = await Promise.all(processes.map(({ output }) => output));
    expect(outputs).toEqual(Array(8).fill('opening\ndone\n0'));
    await expectUsable();
  });

  it('that waits for a lock and is killed leaves a file that opens', async () => {
    const release = holdLock();
    const child = startMigrating();
    await once(child.stdout ?? child, 'data');
    child.kill('SIGKILL');
    expect(await child.output).toBe('opening\nSIGKILL');
    release();
    await expectUsable();
  });

  it('that is killed at whatever moment leaves a file that opens', async () => {
    for (const moment of [0, 5, 10, 20, 30, 40, 60, 80]) {
      file = join(folder, `${moment}.db`);
      const child = startMigrating();
      await once(child.stdout ?? child, 'data');
      const timer = setTimeout(() => child.kill('SIGKILL'), moment);
      await child.output;
      clearTimeout(timer);
      await expectUsable();
    }
  });

  it('is all or nothing: a part that is refused undoes the whole', async () => {
    const before = new BetterSqlite3(file);
    // The migration makes a table of this name after others.
    before.exec('create table validation_code (x)');
    before.close();
    await expect(openStore({ kind: 'sqlite', file }, () => {})).rejects.toThrow('validation_code');
    const after = new BetterSqlite3(file);
    const tables = after.prepare("select name from sqlite_master where type = 'table'").pluck().all();
    expect(tables).not.toContain('partner');
    expect(tables).not.toContain('customer');
    after.exec('drop table validation_code');
    after.close();
    await expectUsable();
  });
});

describe('a new file', () => {
  it('can be read by its owner alone, and so can what SQLite keeps beside it', async () => {
    const below = join(folder, 'new', 'vetted.db');
    const service = await startService({
      database: `sqlite:${below}`,
      issuers: ['https://login.microsoftonline.com/{tenantid}/v2.0'],
      audiences: ['https://api.partnercenter.microsoft.com'],
      port: 0,
      logLevel: 'silent',
    });
    onTestFinished(() => service.close());
    for (const suffix of ['', '-wal', '-shm']) expect(await permissions(`${below}${suffix}`), suffix).toBe('600');
    expect(await permissions(join(folder, 'new'))).toBe('700');
  });

  it('made by an operator can be read by its owner alone', async () => {
    const admin = await openAdmin({ database: `sqlite:${file}` });
    await admin.close();
    expect(await permissions(file)).toBe('600');
  });

  const permissions = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
});

describe('while another process holds the lock', () => {
  let bench: Bench;
  let customer: string;

  beforeEach(async () => {
    bench = await startBench(async () => ({ address: `sqlite:${file}`, drop: async () => {} }));
    onTestFinished(() => bench.close());
    customer = await bench.addCustomer();
    await bench.sandbox.userToken();
    await bench.sandbox.appToken();
  });

  /** What needs no lock is answered. */
  async function expectAnswers(): Promise<void> {
    const answers = await Promise.all([
      bench.sandbox.qualifications(customer),
      bench.sandbox.get('/v1/customers'),
      call(`${bench.sandbox.url}/readyz`),
      call(`${bench.sandbox.url}/healthz`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  }

  it('a request waits without holding up others, and is granted once the lock is free', async () => {
    const release = holdLock();
    const answered = vi.fn();
    const requests = [bench.sandbox.request(customer, education), bench.sandbox.request(customer, education)];
    for (const request of requests) void request.then(answered);
    for (let round = 0; round < 10; round += 1) await expectAnswers();
    expect(answered).not.toHaveBeenCalled();
    release();

    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409]);
  });

  it('a request that waits for too long is told to come back, and others are answered all the while', async () => {
    const release = holdLock();
    const request = bench.sandbox.request(customer, education);
    let waiting = true;
    const done = request.finally(() => {
      waiting = false;
    });
    while (waiting) await expectAnswers();
    const answer = await done;
    expectFault(answer, 503, 'ServiceUnavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);

    release();
    expect((await bench.sandbox.qualifications(customer)).body).toEqual([]);
    expect((await bench.sandbox.request(customer, education)).status).toBe(201);
  });
});
