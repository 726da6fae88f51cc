import { spawnSync } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { commandsOf } from '../src/commands/completion/tree.js';
import { createProgram } from '../src/program.js';
import { bin } from './desk-support.js';
import { vetted } from './support.js';
import { atTerminal } from './terminal.js';

const commands = [
  ...['serve', 'get', 'customers', 'export', 'token', 'doctor', 'completion'].map((name) => [name]),
  ...['request', 'import', 'wait', 'watch', 'codes', 'reviews', 'decide'].map((name) => [name]),
  ['admin', 'partner', 'add'],
];
const deskCommands = [
  ['reviews', 'show'],
  ['reviews', 'reopen'],
];
const adminCommands = [
  ['admin', 'customer', 'import'],
  ['admin', 'code', 'add'],
];

const trust = ['--issuer', 'https://login.microsoftonline.com/{tenantid}/v2.0', '--audience', 'https://api.example'];
const customer = '1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02';

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

  it.each([...commands, ...adminCommands, ...deskCommands])(
    'shows an example in the help of %s %s %s',
    async (...command) => {
      const words = command.filter((word) => typeof word === 'string');
      const { exitCode, stdout } = await vetted([...words, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^Examples?:\n {2}\$ /m);
      expect(stdout).toContain(words.join(' '));
    },
  );

  it('fits the help of every command into 80 columns, but for what is to be typed', async () => {
    for (const { path } of commandsOf(createProgram(process))) {
      if (path.includes('help')) continue;
      const terminal = atTerminal([...path, '--help'], { home: 'none' });
      expect(await terminal.exitCode).toBe(0);
      const lines = terminal.stdout().split('\n');
      const toType = /^(?: {2}\$|Usage:)/;
      expect(lines.filter((line) => line.length > 80 && !toType.test(line))).toEqual([]);
    }
  });

  it('wraps the lists of its help to a terminal of 40 columns', async () => {
    const terminal = atTerminal(['--help'], { home: 'none', columns: 40 });
    expect(await terminal.exitCode).toBe(0);
    const [lists = ''] = terminal.stdout().split('The first steps:');
    expect(lists.split('\n').filter((line) => line.length > 40)).toEqual([]);
  });

  it('calls help the same in the help of a group of commands', async () => {
    for (const group of [['admin'], ['admin', 'partner'], ['audit']]) {
      expect((await vetted([...group, '--help'])).stdout).toMatch(/^ {2}help +print help for a command$/m);
    }
  });

  it.skipIf(process.platform !== 'linux')('says that its output is lost where the disk is full', async () => {
    const full = await open('/dev/full', 'w');
    const stdio = ['ignore', full.fd, 'pipe'] as const;
    const { status, stderr } = spawnSync(process.execPath, [bin, '--help'], { stdio: [...stdio], encoding: 'utf8' });
    await full.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining('vetted: The output cannot be written: ENOSPC')]);
  });

  it('shows its help on stderr where no command is given', async () => {
    const { exitCode, stdout, stderr } = await vetted([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: vetted');
  });

  it.each([
    [['gte'], "vetted: unknown command 'gte'\n(Did you mean get?)\n"],
    [['get'], "vetted: missing required argument 'customer-tenant-id'\n"],
    [['get', 'fabrikam'], "vetted: <customer-tenant-id> cannot be 'fabrikam'. A customer tenant id is a GUID.\n"],
    [['get', 'fabrikam'], '\nnpx vetted get --help tells how it is used.\n'],
    [['reviews', 'show'], '\nnpx vetted reviews show --help tells how it is used.\n'],
    [['get', '--jason', '1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02'], "vetted: unknown option '--jason'\n"],
    [['request', customer, 'museum'], 'Allowed choices are education, gcc, state-owned.\n'],
    [['request', customer, 'education'], 'vetted: education needs --segment k12 or --segment higher.\n'],
    [['request', customer, 'education', '--segment', 'k13'], 'Allowed choices are k12, higher.\n'],
    [['request', customer, 'education', '--segment', 'k12', '--code', '1'], 'vetted: --code goes with gcc only.\n'],
    [['request', customer, 'gcc'], 'vetted: gcc needs --code, a validation code'],
    [['request', customer, 'state-owned', '--website', 'x.example'], 'go with education only.\n'],
    [['request', customer, 'state-owned', '--timeout', '1h'], 'vetted: --timeout and --interval go with --wait.\n'],
    [['wait', customer, 'education', '--timeout', '25d'], 'such as 30s, 15m, 2h or 3d, from 1s to 24d.\n'],
    [['wait', customer, 'education', '--interval', '0s'], 'such as 30s, 15m, 2h or 3d, from 1s to 24d.\n'],
    [['wait', 'fabrikam', 'education'], 'A customer tenant id is a GUID.\n'],
    [
      ['watch', '--since', 'x'],
      "vetted: --since <event-id> cannot be 'x'. It must be the id of a change, a whole number.\n",
    ],
    [['reviews', '--status', 'open'], 'Allowed choices are InReview, Approved, Denied, all.\n'],
    [['reviews', '--partner', 'contoso'], "A partner's tenant id is a GUID.\n"],
    [['reviews', '--search', ''], 'vetted: --search: is empty.'],
    [['reviews', 'show', 'x'], "A review's id is a GUID.\n"],
    [['reviews', 'reopen', customer], "required option '--reason <text>' not specified\n"],
    [['token', '--user', 'bob'], 'Allowed choices are agent, reviewer, administrator.\n'],
    [['token', '--user', 'agent', '--partner-center'], 'does not go with --partner-center.\n'],
    [
      ['serve', '--sandbox', '--port', 'http'],
      'vetted: --port: "http" is not a port, a whole number from 0 to 65535.\n',
    ],
    [['serve', '--sandbox', '--https', '70000'], 'It must be a port, a whole number from 0 to 65535.\n'],
    [['serve', '--sandbox', '--log-level', 'loud'], 'vetted: --log-level: "loud" is not one of fatal, error'],
    [['serve', '--sandbox', '--drain', 'x'], 'vetted: --drain: "x" is not a whole number of seconds'],
    [['serve', '--sandbox', '--drain', '301'], 'vetted: --drain or VETTED_DRAIN: "301" is not a whole number'],
    [['serve', '--sandbox', '--public-url', 'x'], 'vetted: --public-url or VETTED_PUBLIC_URL: "x" is not an http'],
    [
      ['serve', '--sandbox', '--console-client-id', 'x'],
      'vetted: --console-client-id or VETTED_CONSOLE_CLIENT_ID: is not for sandbox mode',
    ],
    [
      ['serve', ...trust, '--console-client-id', 'x', '--console-authority', 'http://login.example'],
      'vetted: --console-authority or VETTED_CONSOLE_AUTHORITY: "http://login.example" is not an OpenID Connect issuer',
    ],
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
