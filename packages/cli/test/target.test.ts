import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { startSandbox, type TestSandbox } from '@vetted/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptRefreshToken } from '../src/refresh-token-file.js';
import { findTarget, type TargetOptions } from '../src/target.js';
import { elsewhere } from './elsewhere.js';
import { temporaryFolder, vetted } from './support.js';

let home: string;
let sandbox: TestSandbox;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vetted-target-'));
  sandbox = await startSandbox({ home, httpsPort: 0 });
});
afterAll(async () => {
  await sandbox.close();
  await rm(home, { recursive: true, force: true });
});

/** Which service a command would ask, without asking it. */
function target(options: TargetOptions, env: Record<string, string>) {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return findTarget({ stdout: nowhere, stderr: nowhere, env }, options);
}

const publicScope = 'https://api.partnercenter.microsoft.com/.default';
const china = {
  baseUrl: 'https://partner.partnercenterapi.microsoftonline.cn',
  scope: 'https://partner.partnercenterapi.microsoftonline.cn/.default',
  authorityHost: 'https://login.partner.microsoftonline.cn',
};

describe('a command asks', () => {
  it('the sandbox of its data folder, whatever cloud the environment names', async () => {
    const found = await target({}, { VETTED_HOME: home, VETTED_CLOUD: 'china' });
    expect(found).toMatchObject({
      kind: 'sandbox',
      reason: `${home}/sandbox.json describes it`,
      baseUrl: sandbox.url,
      scope: publicScope,
      signIn: 'sandbox',
    });
  });

  it('Partner Center where there is no sandbox', async () => {
    const empty = await temporaryFolder();
    expect(await target({}, { VETTED_HOME: empty })).toMatchObject({
      kind: 'partnerCenter',
      reason: `there is no sandbox in ${empty}`,
      baseUrl: 'https://api.partnercenter.microsoft.com',
      scope: publicScope,
      cloud: 'public',
      authorityHost: 'https://login.microsoftonline.com',
      signIn: 'azureIdentity',
    });
  });

  it.each<[string, TargetOptions, Record<string, string>, object]>([
    ['--partner-center', { partnerCenter: true }, {}, { cloud: 'public', reason: '--partner-center says so' }],
    [
      '--partner-center, not VETTED_BASE_URL',
      { partnerCenter: true },
      { VETTED_BASE_URL: 'https://vetted.example' },
      { kind: 'partnerCenter', baseUrl: 'https://api.partnercenter.microsoft.com' },
    ],
    ['--cloud', { cloud: 'china' }, {}, { ...china, cloud: 'china', reason: '--cloud names it' }],
    ['VETTED_CLOUD', { partnerCenter: true }, { VETTED_CLOUD: 'china' }, { ...china, cloud: 'china' }],
    [
      '--cloud, not VETTED_CLOUD',
      { cloud: 'usGovernment' },
      { VETTED_CLOUD: 'china' },
      { cloud: 'usGovernment', scope: publicScope, authorityHost: 'https://login.microsoftonline.us' },
    ],
    [
      'the cloud whose authority AZURE_AUTHORITY_HOST is',
      { partnerCenter: true },
      { AZURE_AUTHORITY_HOST: 'https://login.partner.microsoftonline.cn/' },
      { baseUrl: china.baseUrl, cloud: 'china' },
    ],
    [
      'the authority of the cloud that was named, not AZURE_AUTHORITY_HOST',
      { cloud: 'public' },
      { AZURE_AUTHORITY_HOST: 'https://login.partner.microsoftonline.cn/' },
      { cloud: 'public', authorityHost: 'https://login.microsoftonline.com' },
    ],
  ])('what it is told by %s', async (_, options, env, expected) => {
    expect(await target(options, { VETTED_HOME: home, ...env })).toMatchObject({ kind: 'partnerCenter', ...expected });
  });

  it.each<[string, TargetOptions, Record<string, string>, object]>([
    [
      '--base-url',
      { baseUrl: 'https://vetted.example' },
      { VETTED_BASE_URL: 'https://other.example' },
      { baseUrl: 'https://vetted.example', scope: publicScope, reason: '--base-url names it' },
    ],
    [
      'VETTED_BASE_URL',
      {},
      { VETTED_BASE_URL: 'https://other.example' },
      { baseUrl: 'https://other.example', reason: 'VETTED_BASE_URL names it' },
    ],
    [
      '--base-url with --cloud',
      { baseUrl: 'https://vetted.example', cloud: 'china' },
      {},
      { baseUrl: 'https://vetted.example', scope: china.scope, authorityHost: china.authorityHost },
    ],
    [
      '--base-url with --scope',
      { baseUrl: 'https://vetted.example', scope: 'api://vetted/.default' },
      { VETTED_SCOPE: 'api://other/.default' },
      { scope: 'api://vetted/.default' },
    ],
    [
      'VETTED_BASE_URL with VETTED_SCOPE',
      {},
      { VETTED_BASE_URL: 'https://other.example', VETTED_SCOPE: 'api://other/.default' },
      { scope: 'api://other/.default' },
    ],
  ])('a service of your own by %s', async (_, options, env, expected) => {
    expect(await target(options, { VETTED_HOME: home, ...env })).toMatchObject({ kind: 'service', ...expected });
  });

  it.each<[TargetOptions, Record<string, string>, string]>([
    [
      { partnerCenter: true, baseUrl: 'https://vetted.example' },
      {},
      '--base-url does not go with --partner-center: they name two services.',
    ],
    [{ baseUrl: '' }, {}, '--base-url: is empty. Give it a value or leave it out.'],
    [{ baseUrl: 'https://vetted.example', scope: '' }, {}, '--scope: is empty. Give it a value or leave it out.'],
    [{ scope: 'api://vetted/.default' }, {}, '--scope goes with --base-url.'],
    [
      { baseUrl: 'vetted' },
      {},
      '--base-url must be a URL such as https://api.partnercenter.microsoft.com; "vetted" is none.',
    ],
    [{}, { VETTED_BASE_URL: 'http://vetted.example' }, 'VETTED_BASE_URL must be https, or http to this machine'],
    [{}, { VETTED_CLOUD: 'mars' }, 'VETTED_CLOUD: "mars" is no cloud. It is public, china, usGovernment.'],
    [
      { partnerCenter: true },
      { VETTED_REFRESH_TOKEN: 'r' },
      'VETTED_REFRESH_TOKEN needs AZURE_TENANT_ID, AZURE_CLIENT_ID, ' +
        'AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH too.',
    ],
    [
      { partnerCenter: true },
      { VETTED_REFRESH_TOKEN: 'r', VETTED_REFRESH_TOKEN_FILE: 'f' },
      'VETTED_REFRESH_TOKEN and VETTED_REFRESH_TOKEN_FILE are both set: give one.',
    ],
    [
      { partnerCenter: true },
      { VETTED_REFRESH_TOKEN_FILE: '/nowhere/refresh-token' },
      'VETTED_REFRESH_TOKEN_FILE: /nowhere/refresh-token cannot be read (ENOENT).',
    ],
    [
      { partnerCenter: true },
      { VETTED_REFRESH_TOKEN: 'r', AZURE_TENANT_ID: 'a/b', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' },
      'AZURE_TENANT_ID must be the id of a tenant or one of its domains.',
    ],
    [
      { partnerCenter: true },
      {
        VETTED_REFRESH_TOKEN: 'r',
        AZURE_TENANT_ID: 'a',
        AZURE_CLIENT_ID: 'c',
        AZURE_CLIENT_CERTIFICATE_PATH: '/nowhere/certificate.pem',
      },
      'AZURE_CLIENT_CERTIFICATE_PATH: /nowhere/certificate.pem cannot be read (ENOENT).',
    ],
  ])('nothing, told %j and %j', async (options, env, message) => {
    const refusal = target(options, { VETTED_HOME: home, ...env });
    await expect(refusal).rejects.toMatchObject({ name: 'WrongUse', message: expect.stringContaining(message) });
  });
});

describe('a refresh token', () => {
  it('in a file is replaced there by each new one, for its owner alone, also behind a link', async () => {
    const env = await elsewhere(sandbox, home);
    const { refreshToken } = sandbox.description.users.agent;
    const file = join(await temporaryFolder(), 'refresh-token');
    const link = join(await temporaryFolder(), 'link');
    await writeFile(file, `${refreshToken}\n`, { mode: 0o644 });
    await symlink(file, link);
    const seen = [refreshToken];
    for (const name of [file, link]) {
      const { exitCode, stdout, stderr } = await vetted(['token'], {
        env: { ...env, VETTED_REFRESH_TOKEN_FILE: name },
      });
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(decodeJwt(stdout.trim())).toMatchObject({ idtyp: 'user', upn: 'agent@contoso.example' });
      seen.push((await readFile(file, 'utf8')).trim());
    }
    expect(new Set(seen).size).toBe(3);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readdir(dirname(file))).toEqual(['refresh-token']);
  });

  it('that cannot be kept is said so, and nothing is left beside the file', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'refresh-token');
    await writeFile(file, 'the first');
    const source = await keptRefreshToken({ VETTED_REFRESH_TOKEN_FILE: file });
    await rm(file);
    await mkdir(file);
    await expect(source?.keep?.('the second')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(folder)).toEqual(['refresh-token']);
  });

  it('in a file is one of two that are kept at the same time, whole', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'refresh-token');
    await writeFile(file, 'the first');
    const source = await keptRefreshToken({ VETTED_REFRESH_TOKEN_FILE: file });
    await Promise.all([source?.keep?.('the second'), source?.keep?.('the third')]);
    expect(await readFile(file, 'utf8')).toMatch(/^the (second|third)\n$/);
    expect(await readdir(folder)).toEqual(['refresh-token']);
  });

  it('in a file that is empty is none', async () => {
    const file = join(await temporaryFolder(), 'refresh-token');
    await writeFile(file, ' \n');
    await expect(keptRefreshToken({ VETTED_REFRESH_TOKEN_FILE: file })).rejects.toMatchObject({
      name: 'WrongUse',
      message: `VETTED_REFRESH_TOKEN_FILE: ${file} is empty. Put the refresh token into it.`,
    });
  });

  it('that is refused says to sign in again', async () => {
    const env = { ...(await elsewhere(sandbox, home)), VETTED_REFRESH_TOKEN: 'of-another-authority' };
    expect(await vetted(['customers'], { env })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        `vetted: ${sandbox.description.authority} gave no token: The refresh token is not one of this authority. ` +
        'Sign in again for a new refresh token.\n',
    });
  });

  it('is not needed where the application signs in by itself', async () => {
    const { exitCode, stdout } = await vetted(['token'], { env: await elsewhere(sandbox, home) });
    expect(exitCode).toBe(0);
    expect(decodeJwt(stdout.trim())).toMatchObject({ idtyp: 'app' });
  });
});

it.each([
  [{ VETTED_BASE_URL: 'https://vetted.example' }, [], 'and https://vetted.example is asked: VETTED_BASE_URL names it.'],
  [{}, ['--cloud', 'china'], `and ${china.baseUrl} is asked: --cloud names it.`],
])('signs in as no user of a sandbox elsewhere: %j %j', async (env, args, message) => {
  const outcome = await vetted(['token', '--user', 'agent', ...args], { env: { VETTED_HOME: home, ...env } });
  expect(outcome).toEqual({ exitCode: 2, stdout: '', stderr: `vetted: --user is one of the sandbox, ${message}\n` });
});
