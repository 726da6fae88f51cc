import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databases, startSandbox } from '@vetted/testkit';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { backUpDatabase, openAdmin } from '../src/index.js';
import { type Bench, partner, startBench } from './bench.js';

const [sqlite] = databases;
const education = { Qualification: 'Education', EducationSegment: 'K12', Website: 'example.edu' };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vetted-backup-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function bench(): Promise<Bench> {
  if (sqlite === undefined) throw new Error('There is no SQLite to test with.');
  const started = await startBench(() => sqlite.create());
  onTestFinished(() => started.close());
  return started;
}

/** Enough for the copy to take many steps. */
async function addCustomers({ store }: Bench, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, () => randomUUID()).map((id) => ({
    id,
    companyName: `Company ${id}`,
    domain: `${id}.example.com`,
    relationshipToPartner: 'reseller',
    relationshipEnded: false,
  }));
  await store.transaction((transaction) => transaction.putCustomers(partner, rows, '2026-03-01T00:00:00.000Z'));
  return rows.map(({ id }) => id);
}

/** Requests a qualification for one customer after another, several at a time, until told to stop. */
function load({ sandbox }: Bench, customers: string[]) {
  const answered: string[] = [];
  const refused: unknown[] = [];
  let isOver = false;
  const work = async () => {
    for (let id = customers.pop(); id !== undefined && !isOver; id = customers.pop()) {
      const { status, body } = await sandbox.request(id, education);
      if (status === 201) answered.push(id);
      else refused.push(body);
    }
  };
  const workers = Promise.all([1, 2, 3, 4].map(work));
  return {
    answered,
    refused,
    untilAnswered: (count: number) =>
      expect.poll(() => answered.length + refused.length, { timeout: 30_000 }).toBeGreaterThan(count),
    async stop() {
      isOver = true;
      await workers;
    },
  };
}

describe('a backup of SQLite', () => {
  it('holds every request that was answered before it began, while others go on, and a service runs on it', async () => {
    const running = await bench();
    const file = join(await folder(), 'copy.db');
    const requests = load(running, await addCustomers(running, 3_000));
    await requests.untilAnswered(20);
    const before = [...requests.answered];
    const steps: number[] = [];
    const backup = await backUpDatabase({
      database: running.database.address,
      file,
      onProgress: (share) => steps.push(share),
    });
    await requests.untilAnswered(requests.answered.length);
    await requests.stop();
    expect(requests.refused).toEqual([]);
    expect(steps.length).toBeGreaterThan(2);
    expect(backup).toMatchObject({ database: running.database.address, file, bytes: (await stat(file)).size });

    const admin = await openAdmin({ database: `sqlite:${file}`, mustExist: true });
    expect((await admin.verifyHistory()).broken).toEqual([]);
    await admin.close();
    const restored = await startSandbox({ database: `sqlite:${file}`, clock: running.clock });
    onTestFinished(() => restored.close());
    for (const id of before) {
      expect((await restored.qualifications(id)).body).toEqual((await running.sandbox.qualifications(id)).body);
    }
    // And what is asked of it is written.
    const later = await addCustomers(running, 1);
    expect((await restored.qualifications(later[0] ?? '')).status).toBe(404);
    const [last] = before;
    expect((await restored.request(last ?? '', education)).status).toBe(409);
  });

  it('is one file, readable by its owner only', async () => {
    const { database } = await bench();
    const home = await folder();
    await backUpDatabase({ database: database.address, file: join(home, 'copy.db') });
    expect(await readdir(home)).toEqual(['copy.db']);
    expect((await stat(join(home, 'copy.db'))).mode & 0o777).toBe(0o600);
  });

  it('replaces a file only where it is told to', async () => {
    const { database } = await bench();
    const file = join(await folder(), 'copy.db');
    await writeFile(file, 'precious');
    const again = (overwrite: boolean) => backUpDatabase({ database: database.address, file, overwrite });
    await expect(again(false)).rejects.toThrow(`file: ${file} is there already`);
    expect(await readFile(file, 'utf8')).toBe('precious');
    await again(true);
    expect((await readFile(file)).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it.each(['', '-wal', '-shm', '.key'])(
    'is never written over the database%s, by whatever link that is named',
    async (suffix) => {
      const home = await folder();
      await openAdmin({ database: `sqlite:${home}/data/vetted.db` }).then((admin) => admin.close());
      await symlink('data', join(home, 'link'));
      await symlink(`data/vetted.db${suffix}`, join(home, 'file'));
      const key = await readFile(join(home, 'data/vetted.db.key'), 'utf8');
      const names = [`data/vetted.db${suffix}`, `link/vetted.db${suffix}`, `file`].map((name) => join(home, name));
      // A link that leads nowhere is no more than a name.
      const there = await stat(join(home, 'file')).then(
        () => names,
        () => names.slice(0, 2),
      );
      for (const database of [`sqlite:${home}/data/vetted.db`, `sqlite:${home}/link/vetted.db`]) {
        for (const file of there) {
          await expect(backUpDatabase({ database, file, overwrite: true })).rejects.toThrow(
            `file: ${file} is the database`,
          );
        }
      }
      expect(await readFile(join(home, 'data/vetted.db.key'), 'utf8')).toBe(key);
    },
  );

  it('leaves nothing behind where it is ended in the middle', async () => {
    const running = await bench();
    await addCustomers(running, 3_000);
    const home = await folder();
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const { signal: abortSignal } = controller;
    await expect(
      backUpDatabase({ database: running.database.address, file: join(home, 'copy.db'), onProgress, abortSignal }),
    ).rejects.toThrow('aborted');
    expect(await readdir(home)).toEqual([]);
  });

  it.each([
    ['postgres://vetted:secret@db.example/vetted', 'pg_dump --format=custom'],
    ['sqlite::memory:', 'is gone with its process'],
    ['sqlite:/nowhere/vetted.db', 'there is no such database'],
  ])('is refused of %s, with what to do', async (database, reason) => {
    const refused = backUpDatabase({ database, file: join(await folder(), 'copy.db') });
    await expect(refused).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining(reason) });
    await expect(refused).rejects.not.toThrow('secret');
  });

  it('is refused of a file that is no database of this service, and of itself', async () => {
    const home = await folder();
    const [foreign, text, file] = ['foreign.db', 'text.db', 'copy.db'].map((name) => join(home, name));
    new BetterSqlite3(foreign).exec('create table t (x)').close();
    await writeFile(text ?? '', 'This is no database. '.repeat(100));
    const backUp = (from: string | undefined, to = file) =>
      backUpDatabase({ database: `sqlite:${from}`, file: to ?? '' });
    await expect(backUp(foreign)).rejects.toThrow("it is not one of Vetted's");
    await expect(backUp(text)).rejects.toThrow('file is not a database');
    await expect(backUp(foreign, foreign)).rejects.toThrow('is the database itself');
    await expect(backUp(foreign, join(home, 'none/copy.db'))).rejects.toThrow('cannot be written');
    expect((await readdir(home)).sort()).toEqual(['foreign.db', 'text.db']);
  });
});
