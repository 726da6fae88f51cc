import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { vetted } from './support.js';

const commands = [['serve'], ['get'], ['customers'], ['token'], ['admin', 'partner', 'add']];
const adminCommands = [
  ['admin', 'customer', 'import'],
  ['admin', 'code', 'add'],
];

describe('vetted', () => {
  it('prints the version of its package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect(await vetted(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('names every command in its help', async () => {
    const { exitCode, stdout, stderr } = await vetted(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const [command] of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each([...commands, ...adminCommands])('shows an example in the help of %s %s %s', async (...command) => {
    const words = command.filter((word) => typeof word === 'string');
    const { exitCode, stdout } = await vetted([...words, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Examples?:\n {2}\$ /m);
    expect(stdout).toContain(words.join(' '));
  });

  it('shows its help on stderr where no command is given', async () => {
    const { exitCode, stdout, stderr } = await vetted([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: vetted');
  });

  it.each([
    [['gte'], "vetted: unknown command 'gte'\n(Did you mean get?)\n"],
    [['get'], "vetted: missing required argument 'customer-tenant-id'\n"],
    [['get', 'fabrikam'], 'A customer tenant id is a GUID.\n'],
    [['get', '--jason', '1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02'], "vetted: unknown option '--jason'\n"],
    [['token', '--user', 'bob'], 'Allowed choices are agent, reviewer, administrator.\n'],
    [['token', '--user', 'agent', '--partner-center'], 'does not go with --partner-center.\n'],
    [
      ['serve', '--sandbox', '--port', 'http'],
      'vetted: --port: "http" is not a port, a whole number from 0 to 65535.\n',
    ],
    [['serve', '--sandbox', '--https', '70000'], 'It must be a port, a whole number from 0 to 65535.\n'],
    [['serve', '--sandbox', '--log-level', 'loud'], 'vetted: --log-level: "loud" is not one of fatal, error'],
    [['serve', '--sandbox', '--public-url', 'x'], 'vetted: --public-url or VETTED_PUBLIC_URL: "x" is not an http'],
    [['serve', '--sandbox', '--host', '0.0.0.0'], 'vetted: --host or HOST: "0.0.0.0" is not allowed in sandbox mode'],
    [['serve'], 'vetted: --issuer or VETTED_ISSUERS: is required without --sandbox.'],
    [['admin', 'code', 'add', 'p', 'c', 'o', '--max-creates', 'x'], 'It must be a whole number.\n'],
    [['admin', 'customer', 'import', 'p', 'customers.xlsx'], 'customers.xlsx must be .csv, .ndjson or .jsonl.\n'],
    [['admin', 'customer', 'import', 'p', 'none.csv'], 'none.csv cannot be read: there is no such file.\n'],
  ])('exits with 2 for %j', async (args, complaint) => {
    const { exitCode, stdout, stderr } = await vetted(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(complaint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('names the variable that holds a wrong value', async () => {
    const { exitCode, stderr } = await vetted(['serve', '--sandbox'], { env: { PORT: 'http' } });
    expect(exitCode).toBe(2);
    expect(stderr).toBe('vetted: PORT: "http" is not a port, a whole number from 0 to 65535.\n');
  });
});
