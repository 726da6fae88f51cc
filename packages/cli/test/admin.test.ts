import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox, temporaryFolder, vetted } from './support.js';

const partner = '7d1c3a52-90b4-4b0e-8f6a-3c2d1e0f9a88';
const first = '11111111-2222-4333-8444-555555555501';
const second = '11111111-2222-4333-8444-555555555502';

async function newDatabase() {
  const folder = await temporaryFolder();
  const database = `sqlite:${join(folder, 'operator.db')}`;
  const admin = (...args: string[]) => vetted(['admin', ...args, '--database', database]);
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  return { admin, database, write };
}

describe('vetted admin', () => {
  it('registers a partner, its customers and its codes', async () => {
    const { admin, write } = await newDatabase();
    expect(await admin('partner', 'add', partner, 'Northwind Traders')).toEqual({
      exitCode: 0,
      stdout: `Partner ${partner} is registered as Northwind Traders.\n`,
      stderr: '',
    });
    const csv = await write(
      'customers.csv',
      `id,companyName,domain\n${first},One,one.example\n${second},Two,two.example\n`,
    );
    expect((await admin('customer', 'import', partner, csv)).stdout).toBe('2 customers imported.\n');
    const code = await admin('code', 'add', partner, 'A-1', 'City', '--max-creates', '5', '--remaining', '2');
    expect(code.stdout).toBe('Validation code A-1 is registered: City\n');
  });

  it('reads a code from stdin, so that the list of processes does not show it', async () => {
    const { admin, database } = await newDatabase();
    await admin('partner', 'add', partner, 'Northwind Traders');
    const args = ['admin', 'code', 'add', partner, '-', 'City', '--max-creates', '5', '--database', database];
    expect(await vetted(args, { stdin: 'A-2\n' })).toEqual({
      exitCode: 0,
      stdout: 'Validation code A-2 is registered: City\n',
      stderr: '',
    });
    expect(await vetted(args)).toMatchObject({
      exitCode: 2,
      stderr: 'vetted: There is no validation code on stdin.\n',
    });
  });

  it('imports all or nothing, and names the line of each error', async () => {
    const sandbox = await startSandbox();
    const { tenantId } = await sandbox.description();
    const file = join(sandbox.home, 'customers.ndjson');
    const good = JSON.stringify({ id: first, companyName: 'Zenith One', domain: 'one.example' });
    await writeFile(file, `${good}\n\n{"id":"x","companyName":"Two","domain":"two.example"}\n{oops\n${good}\n`);
    const refused = await sandbox.vetted('admin', 'customer', 'import', tenantId, file);
    expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^vetted: Nothing was changed, for 3 reasons:\n/);
    expect(refused.stderr).toMatch(/^ {2}line 3: id .+$/m);
    expect(refused.stderr).toContain('  line 4: is not JSON\n');
    expect(refused.stderr).toMatch(/^ {2}line 5: id stands on line 1 already$/m);
    expect((await sandbox.vetted('customers', '--search', 'Zenith')).stdout).toBe('No customer matches.\n');

    await writeFile(file, good);
    expect((await sandbox.vetted('admin', 'customer', 'import', tenantId, file)).stdout).toBe('1 customer imported.\n');
    expect((await sandbox.vetted('customers', '--search', 'Zenith')).stdout).toContain(`${first}  Zenith One\n`);
  });

  it('shows twenty of many errors and counts the rest', async () => {
    const { admin, write } = await newDatabase();
    await admin('partner', 'add', partner, 'Northwind Traders');
    const file = await write('customers.ndjson', 'oops\n'.repeat(25));
    const { stderr } = await admin('customer', 'import', partner, file);
    expect(stderr.trimEnd().split('\n')).toHaveLength(22);
    expect(stderr).toMatch(/ {2}line 20: is not JSON\n {2}and 5 more\n$/);
  });

  it('refuses a file that is not in UTF-8', async () => {
    const { admin, write } = await newDatabase();
    await admin('partner', 'add', partner, 'Northwind Traders');
    const file = await write('customers.csv', '');
    await writeFile(file, Buffer.from(`id,companyName,domain\n${first},Caf\u00e9,one.example\n`, 'latin1'));
    const { exitCode, stderr } = await admin('customer', 'import', partner, file);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`vetted: ${file} is not in UTF-8. Save it with this encoding; nothing was changed.\n`);
  });

  it('refuses a partner that is not registered, and values that are wrong', async () => {
    const { admin } = await newDatabase();
    const unknown = await admin('code', 'add', partner, 'A-1', 'City', '--max-creates', '5');
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining(`no partner ${partner}`)]);
    const wrong = await admin('partner', 'add', 'northwind', 'Northwind Traders');
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('Nothing was changed: tenantId ')]);
  });

  it('names a database that cannot be opened, without its password', async () => {
    const args = ['admin', 'partner', 'add', partner, 'N', '--database', 'postgres://vetted:secret@127.0.0.1:1/vetted'];
    const key = (await vetted(['admin', 'new-key'])).stdout.trim();
    const { exitCode, stderr } = await vetted(args, { env: { VETTED_ENCRYPTION_KEYS: key } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('postgres://vetted:***@127.0.0.1:1/vetted cannot be opened');
    expect(stderr).not.toMatch(/secret|^\s+at /m);
  });
});
