import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, vetted } from './support.js';

const partner = '7d1c3a52-90b4-4b0e-8f6a-3c2d1e0f9a88';
const newKey = async () => (await vetted(['admin', 'new-key'])).stdout;

async function newDatabase() {
  const file = join(await temporaryFolder(), 'operator.db');
  const admin = (...args: string[]) => vetted(['admin', ...args, '--database', `sqlite:${file}`]);
  const addCode = (code: string, ...args: string[]) =>
    admin('code', 'add', partner, code, 'City', '--max-creates', '5', ...args);
  expect((await admin('partner', 'add', partner, 'Northwind Traders')).exitCode).toBe(0);
  return { file, keyFile: `${file}.key`, admin, addCode };
}

describe('the key of a database', () => {
  it('is made beside a new file of SQLite, for its owner alone', async () => {
    const { keyFile, addCode } = await newDatabase();
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(keyFile, 'utf8')).toMatch(/^[\w+/]{43}=\n$/);
    expect((await addCode('A-1')).exitCode).toBe(0);
  });

  it('is not made anew where it is gone: the refusal says what is missing', async () => {
    const { keyFile, addCode } = await newDatabase();
    await writeFile(keyFile, await newKey());
    const { exitCode, stderr } = await addCode('A-1');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /cannot be opened: its secrets are encrypted with the key [\da-f]{12}, and given is [\da-f]{12}: /,
    );
  });

  it('is replaced by a new one, after which the earlier one is not needed', async () => {
    const { keyFile, admin, addCode } = await newDatabase();
    await addCode('A-1');
    const key = await newKey();
    await writeFile(keyFile, key + (await readFile(keyFile, 'utf8')));
    expect(await admin('rekey')).toEqual({
      exitCode: 0,
      stdout: 'Encrypted anew: 1. Only the first key is needed from now on.\n',
      stderr: '',
    });
    await writeFile(keyFile, key);
    expect((await addCode('A-1', '--remaining', '3')).exitCode).toBe(0);
  });

  it('is asked for where PostgreSQL has none', async () => {
    const { exitCode, stderr } = await vetted(['admin', 'partner', 'add', partner, 'N'], {
      env: { VETTED_DATABASE: 'postgres://127.0.0.1:1/vetted' },
    });
    expect([exitCode, stderr]).toEqual([
      2,
      'vetted: --encryption-key-file or VETTED_ENCRYPTION_KEY_FILE: PostgreSQL needs a key that secrets are encrypted ' +
        'with. Make a key with: npx vetted admin new-key > vetted.key\n',
    ]);
  });

  it.each([
    ['VETTED_ENCRYPTION_KEY_FILE', 'none.key', '"none.key" is not there.'],
    ['VETTED_ENCRYPTION_KEYS', 'canary-key', 'key 1 is not the base64 of 32 bytes.'],
    ['VETTED_ENCRYPTION_KEYS', ',', 'has no key.'],
  ])('that is wrong is named and not shown: %s=%s', async (name, value, complaint) => {
    const { exitCode, stderr } = await vetted(['admin', 'partner', 'add', partner, 'N'], {
      env: { VETTED_HOME: await temporaryFolder(), [name]: value },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${name}: ${complaint}`);
    expect(stderr).not.toContain('canary');
  });

  it('that is wrong in a file is named by its line and not shown', async () => {
    const file = join(await temporaryFolder(), 'keys');
    await writeFile(file, `${await newKey()}canary-key\n`);
    const { exitCode, stderr } = await vetted(
      ['admin', 'partner', 'add', partner, 'N', '--encryption-key-file', file],
      {
        env: { VETTED_HOME: await temporaryFolder() },
      },
    );
    expect([exitCode, stderr]).toEqual([
      2,
      `vetted: --encryption-key-file or VETTED_ENCRYPTION_KEY_FILE: "${file}" cannot be used: line 2 of ${file} is not the base64 of 32 bytes.\n`,
    ]);
  });
});
