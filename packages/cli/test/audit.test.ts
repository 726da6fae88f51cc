import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { startSandbox, temporaryFolder, vetted } from './support.js';

const partner = '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d';
const customer = '0a4f0c6e-5d3b-4c1a-9b7e-1f2d3c4b5a01';
const whole = /^(\d+) chains, (\d+) entries: all whole\.\n$/;

/** A sandbox's database; `change` lays hands on it past the service. */
async function newDatabase() {
  const sandbox = await startSandbox();
  await sandbox.stop();
  const file = join(sandbox.home, 'vetted.db');
  const change = (statement: string) => {
    const database = new Database(file);
    database.exec(statement);
    database.close();
  };
  const verify = (...args: string[]) => vetted(['audit', 'verify', '--database', `sqlite:${file}`, ...args]);
  return { home: sandbox.home, change, verify };
}

describe('vetted audit verify', () => {
  it('says that a history is whole, and how much there is of it', async () => {
    const { home, verify } = await newDatabase();
    const { exitCode, stdout, stderr } = await verify();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(whole);
    expect((await vetted(['audit', 'verify', '--home', home])).stdout).toBe(stdout);
    expect((await vetted(['audit', 'verify'], { env: { VETTED_HOME: home } })).stdout).toBe(stdout);

    const [, chains, entries] = whole.exec(stdout) ?? [];
    const json = await verify('--json');
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toEqual({ chains: Number(chains), entries: Number(entries), broken: [] });
  });

  it('works beside a service', async () => {
    const sandbox = await startSandbox();
    expect((await sandbox.vetted('audit', 'verify')).stdout).toMatch(whole);
  });

  it('names the first entry that is wrong in each chain, and exits with 1', async () => {
    const { change, verify } = await newDatabase();
    change(`update history set reason = 'x' where customer_id = '${customer}' and sequence = 1`);
    change(`insert into history select 'nobody', '', 1, at, subject, qualification, from_status, to_status, actor_kind,
      actor, reason, note, changes, correlation_id, previous_hash from history where customer_id = '${customer}'`);
    expect(await verify()).toEqual({
      exitCode: 1,
      stdout:
        `partner ${partner}, customer ${customer}: entry 1 was altered\n` +
        'partner nobody: entry 1 belongs to nobody: its owner is gone\n',
      stderr: '',
    });
    const json = await verify('--json');
    expect([json.exitCode, JSON.parse(json.stdout).broken]).toEqual([
      1,
      [
        { partnerId: partner, customerId: customer, sequence: 1, problem: 'altered' },
        { partnerId: 'nobody', sequence: 1, problem: 'orphaned' },
      ],
    ]);
  });

  it('names an entry that is missing', async () => {
    const { change, verify } = await newDatabase();
    change(`delete from history where customer_id = '${customer}'`);
    expect((await verify()).stdout).toBe(`partner ${partner}, customer ${customer}: entry 1 is missing\n`);
  });

  it.each(['sqlite::memory:', 'none'])('refuses a database that is not there: %s', async (name) => {
    const file = join(await temporaryFolder(), 'vetted.db');
    const database = name === 'none' ? `sqlite:${file}` : name;
    expect(await vetted(['audit', 'verify', '--database', database])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `vetted: --database or VETTED_DATABASE: ${database} cannot be opened: there is no such database\n`,
    });
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('shows an example in its help', async () => {
    const { exitCode, stdout } = await vetted(['audit', 'verify', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('$ npx vetted audit verify');
    expect(stdout).toContain('Exit codes: 0 all whole, 1 something was altered or is missing.');
  });
});
