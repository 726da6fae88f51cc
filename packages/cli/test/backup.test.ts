import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox, temporaryFolder, vetted } from './support.js';

describe('vetted backup', () => {
  it('copies the database of a service that runs, and what it copied is whole', async () => {
    const sandbox = await startSandbox();
    const file = join(await temporaryFolder(), 'copy.db');
    const { exitCode, stdout, stderr } = await sandbox.vetted('backup', file);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^sqlite:.*vetted\.db is in .*copy\.db: \d+ kB, checked and on the disk\.\n$/);
    const audit = await vetted(['audit', 'verify', '--database', `sqlite:${file}`]);
    expect(audit).toEqual({ ...(await sandbox.vetted('audit', 'verify')), stderr: '' });
    expect(audit.exitCode).toBe(0);
  });

  it('says that the key to the secrets is not copied', async () => {
    const folder = await temporaryFolder();
    const [database, copy] = [join(folder, 'vetted.db'), join(folder, 'copy.db')];
    const place = ['--database', `sqlite:${database}`];
    await vetted(['admin', 'partner', 'add', '7d1c3a52-90b4-4b0e-8f6a-3c2d1e0f9a88', 'Northwind', ...place]);
    expect(await vetted(['backup', copy, ...place])).toMatchObject({
      exitCode: 0,
      stderr: `Not copied: ${database}.key, without which its secrets are lost. Keep a copy of it elsewhere.\n`,
    });
  });

  it('is a copy whose history can be verified without the key', async () => {
    const folder = await temporaryFolder();
    const database = `sqlite:${join(folder, 'vetted.db')}`;
    const add = ['admin', 'partner', 'add', '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d', 'Contoso CSP'];
    await vetted([...add, '--database', database]);
    await vetted(['backup', join(folder, 'copy.db'), '--database', database]);
    expect(await vetted(['audit', 'verify', '--database', `sqlite:${join(folder, 'copy.db')}`])).toEqual({
      exitCode: 0,
      stdout: '1 chain, 1 entry: all whole.\n',
      stderr: '',
    });
    expect(await readdir(folder)).not.toContain('copy.db.key');
  });

  it('names the setting of a database that is not there', async () => {
    const file = join(await temporaryFolder(), 'copy.db');
    for (const command of [
      ['backup', file],
      ['audit', 'verify'],
    ]) {
      expect(await vetted([...command, '--database', 'sqlite:/nowhere/vetted.db'])).toEqual({
        exitCode: 2,
        stdout: '',
        stderr:
          'vetted: --database or VETTED_DATABASE: sqlite:/nowhere/vetted.db cannot be opened: there is no such database\n',
      });
    }
  });

  it('replaces a file only with --force', async () => {
    const sandbox = await startSandbox();
    const file = join(await temporaryFolder(), 'copy.db');
    await sandbox.vetted('backup', file);
    const { mtimeMs } = await stat(file);
    expect(await sandbox.vetted('backup', file)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `vetted: ${file} is there already. --force replaces it.\n`,
    });
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
    expect((await sandbox.vetted('backup', file, '--force')).exitCode).toBe(0);
  });

  it('sends whoever has PostgreSQL to pg_dump, and shows no password', async () => {
    const folder = await temporaryFolder();
    const database = 'postgres://vetted:secret@db.example/vetted';
    const { exitCode, stderr } = await vetted(['backup', join(folder, 'copy.db'), '--database', database]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('pg_dump --format=custom')]);
    expect(stderr).not.toContain('secret');
    expect(await readdir(folder)).toEqual([]);
  });
});
