import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { inWords } from '../src/commands/doctor/in-words.js';
import { askService } from '../src/commands/doctor/service.js';
import { checkProgram, checkTarget } from '../src/commands/doctor/setup.js';
import { findTarget, type Target } from '../src/target.js';
import { elsewhere } from './elsewhere.js';
import { type Outcome, temporaryFolder, vetted } from './support.js';

let home: string;
let sandbox: TestSandbox;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vetted-doctor-'));
  sandbox = await startSandbox({ home, httpsPort: 0 });
});
afterAll(async () => {
  await sandbox.close();
  await rm(home, { recursive: true, force: true });
});

interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly text: string;
  readonly advice?: string;
}

/** The checks of `doctor --json`, by name. */
function checksOf({ stdout }: Outcome): Map<string, Check> {
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  return new Map(checks.map((check) => [check.name, check]));
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Changes {
  /** Added to each request for a token. */
  readonly form?: Readonly<Record<string, string>>;
  /** Set in each answer of the API. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What happens before the API is asked. */
  readonly meanwhile?: () => Promise<void>;
}

/** A data folder whose sandbox is reached by a server between, which changes what passes. */
async function sandboxBehind(inner: TestSandbox, { form = {}, headers = {}, meanwhile }: Changes): Promise<string> {
  const server = createServer(async (request, response) => {
    const isToken = request.url?.endsWith('/token') === true;
    if (!isToken) await meanwhile?.();
    const names = ['authorization', 'content-type', 'validatemfa'].filter((name) => request.headers[name]);
    const answer = await fetch(`${inner.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(names.map((name) => [name, String(request.headers[name])])),
      ...(isToken ? { body: `${await text(request)}&${new URLSearchParams(form)}` } : {}),
    });
    const kept = ['content-type', 'date', 'ismfacompliant', 'ms-correlationid'].filter((name) =>
      answer.headers.has(name),
    );
    response.writeHead(answer.status, {
      ...Object.fromEntries(kept.map((name) => [name, answer.headers.get(name) ?? ''])),
      ...(isToken ? {} : headers),
    });
    response.end(await answer.text());
  });
  const home = await temporaryFolder();
  const description = { ...inner.description, baseUrl: await listening(server) };
  await writeFile(join(home, 'sandbox.json'), JSON.stringify(description));
  return home;
}

/** A sandbox of the test's own, whose clock it may move. */
async function ownSandbox(): Promise<{ home: string; sandbox: TestSandbox }> {
  const home = await temporaryFolder();
  const sandbox = await startSandbox({ home });
  onTestFinished(() => sandbox.close());
  return { home, sandbox };
}

const doctor = (env: Record<string, string>, ...args: string[]) => vetted(['doctor', ...args], { env });

describe('vetted doctor', () => {
  it('finds all well in a sandbox, and says what it found a line each', async () => {
    const { exitCode, stdout, stderr } = await doctor({ VETTED_HOME: home }, '--user', 'agent');
    expect([exitCode, stderr]).toEqual([0, '']);
    const { tenantId, clientId } = sandbox.description;
    expect(stdout.replace(/\d+ ms$/m, '7 ms').replace(/vetted \S+ on Node.js \S+$/m, 'vetted 1.2.3')).toBe(
      `✓ Program      vetted 1.2.3
✓ Service      the sandbox at ${sandbox.url}: ${home}/sandbox.json describes it
✓ Scope        https://api.partnercenter.microsoft.com/.default
✓ Proxy        none is set
✓ Sign-in      as the sandbox's agent
✓ Token        obtained, ends in 60 minutes
✓ Tenant       ${tenantId}
✓ Application  ${clientId}
✓ User         agent@contoso.example (App+User)
✓ Roles        none in the token
✓ Audience     https://api.partnercenter.microsoft.com
✓ API          GET /v1/customers was answered in 7 ms
✓ MFA          passed: the token and the service say so
✓ Clock        agrees with the service's

All is well.
`,
    );
  });

  it('tells an application from a user', async () => {
    const checks = checksOf(await doctor({ VETTED_HOME: home }, '--json'));
    expect(checks.get('User')?.text).toBe('none: app-only, which reads and does not request');
    expect(checks.get('MFA')).toMatchObject({ status: 'ok', text: expect.stringContaining('without a user') });
  });

  it.each(['reviewer', 'administrator'])('finds all well as the %s, whose tenant is no partner', async (user) => {
    const { exitCode, stdout } = await doctor({ VETTED_HOME: home }, '--user', user);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('GET /vetting/v1/reviews was answered in ')]);
    expect(stdout).toMatch(/MFA +passed: the token and the service say so\n[\s\S]*\nAll is well\.\n$/);
  });

  it("takes it for no fault that an operator's user without the desk has no customers", async () => {
    const { baseUrl, scope, credential } = await findTarget(
      { ...process, env: { VETTED_HOME: home } },
      {},
      'administrator',
    );
    const target = { baseUrl, scope, kind: 'sandbox' } as Target;
    const token = await credential.getToken(scope);
    const { check } = await askService(target, token ?? undefined, ['Vetting.Administer']);
    expect(check).toMatchObject({ status: 'ok', text: expect.stringContaining("an operator's") });
    expect((await askService(target, token ?? undefined)).check.status).toBe('failed');
  });

  it('tells of a sandbox whose clock was moved, which is no problem', async () => {
    const { home: own, sandbox: moved } = await ownSandbox();
    await moved.advance('P3D');
    const outcome = await doctor({ VETTED_HOME: own }, '--json');
    expect(outcome.exitCode).toBe(0);
    expect(checksOf(outcome).get('Clock')).toEqual({
      name: 'Clock',
      status: 'ok',
      text: "agrees with the service's; the sandbox's own was moved 3 days ahead",
    });
  });

  it('warns of a user who did not pass multi-factor authentication', async () => {
    const VETTED_HOME = await sandboxBehind(sandbox, { form: { mfa: 'false' } });
    const { exitCode, stdout } = await doctor({ VETTED_HOME }, '--user', 'agent');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '! MFA          not passed: the token does not say so\n' +
        '               → Sign in again with multi-factor authentication: requests need it.\n',
    );
    expect(stdout).toMatch(/\n\n1 warning\.\n$/);
  });

  it('believes the service rather than the token about multi-factor authentication', async () => {
    const VETTED_HOME = await sandboxBehind(sandbox, { headers: { ismfacompliant: 'false' } });
    expect(checksOf(await doctor({ VETTED_HOME }, '--user', 'agent', '--json')).get('MFA')).toMatchObject({
      status: 'warning',
      text: 'not passed: the service says no, though the token says so',
    });
  });

  it.each([
    ['behind', 600, "this machine's clock is 10 minutes behind the service's"],
    ['ahead of', -600, "this machine's clock is 10 minutes ahead of the service's"],
  ])("warns of a clock that is %s the service's", async (_, seconds, found) => {
    const date = new Date(Date.now() + seconds * 1000).toUTCString();
    const VETTED_HOME = await sandboxBehind(sandbox, { headers: { date } });
    const outcome = await doctor({ VETTED_HOME }, '--json');
    expect(outcome.exitCode).toBe(0);
    expect(checksOf(outcome).get('Clock')).toMatchObject({ status: 'warning', text: found });
  });

  it('fails where the sandbox was stopped, and says how to start it', async () => {
    const { home: own, sandbox: stopped } = await ownSandbox();
    await stopped.close();
    const { exitCode, stdout, stderr } = await doctor({ VETTED_HOME: own });
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(stdout).toContain(`✗ Token    Nothing answers at ${stopped.url}. Start the sandbox with: `);
    expect(stdout).toContain(`✗ API      ${stopped.url} cannot be reached (ECONNREFUSED)\n`);
    expect(stdout).toMatch(/\n\n2 problems\.\n$/);
  });

  it('fails where the service refuses the token, and shows neither token nor secret', async () => {
    const { sandbox: moved } = await ownSandbox();
    // The token ends before it is shown.
    const meanwhile = () => moved.advance('PT1H');
    const VETTED_HOME = await sandboxBehind(moved, { form: { lifetime: '60' }, meanwhile });
    const { exitCode, stdout } = await doctor({ VETTED_HOME }, '--user', 'agent');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ API +\S.*correlation id/);
    expect(stdout).toContain('→ Compare tenant, application, audience and MFA with what the service expects.');
    const { clientSecret, users } = moved.description;
    for (const secret of [clientSecret, users.agent.refreshToken, 'eyJ']) expect(stdout).not.toContain(secret);
  });

  it('fails where sandbox.json is broken, and looks no further', async () => {
    const broken = await temporaryFolder();
    await writeFile(join(broken, 'sandbox.json'), '{');
    const outcome = await doctor({ VETTED_HOME: broken }, '--json');
    expect(outcome.exitCode).toBe(1);
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      ok: false,
      checks: [
        { name: 'Program', status: 'ok' },
        { name: 'Service', status: 'failed', text: expect.stringContaining('does not describe a sandbox') },
      ],
    });
  });

  it('says which service a variable chose, by which variables it signs in, and what is not kept', async () => {
    const { users, authority } = sandbox.description;
    const VETTED_REFRESH_TOKEN = users.agent.refreshToken;
    const outcome = await doctor({ ...(await elsewhere(sandbox, home)), VETTED_REFRESH_TOKEN }, '--json');
    const checks = checksOf(outcome);
    expect(outcome.exitCode).toBe(0);
    expect(checks.get('Service')?.text).toBe(`${sandbox.url}: VETTED_BASE_URL names it`);
    expect(checks.get('Cloud')?.text).toBe(`public, tokens from ${authority}`);
    expect(checks.get('Sign-in')).toMatchObject({
      status: 'warning',
      text: expect.stringMatching(
        /by a refresh token: VETTED_REFRESH_TOKEN, AZURE_TENANT_ID, .*are set\. New refresh tokens are not kept/,
      ),
      advice: 'Put the refresh token into a file, and its name into VETTED_REFRESH_TOKEN_FILE.',
    });
    expect(checks.get('User')?.text).toBe('agent@contoso.example (App+User)');
    expect(outcome.stdout).not.toContain(VETTED_REFRESH_TOKEN);
  });

  it('reaches a service also where the sign-in fails, and names what to check', async () => {
    const env = { ...(await elsewhere(sandbox, home)), AZURE_CLIENT_SECRET: 'wrong' };
    const outcome = await doctor(env, '--json');
    const checks = checksOf(outcome);
    expect(outcome.exitCode).toBe(1);
    expect(checks.get('Token')).toEqual({
      name: 'Token',
      status: 'failed',
      text: 'EnvironmentCredential authentication failed. The client secret is wrong.',
      advice: 'Check AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_AUTHORITY_HOST.',
    });
    expect(checks.get('API')).toMatchObject({ status: 'ok', text: `${sandbox.url} can be reached, and wants a token` });
  });

  it.each([
    ['socks5://me:canary@proxy.example:1080', 'socks5://proxy.example:1080 (HTTPS_PROXY)'],
    ['proxy.example', 'an address that is no URL (HTTPS_PROXY)'],
  ])('names the proxy %s without what it must not show', (proxy, shown) => {
    const io = { stdout: process.stdout, stderr: process.stderr, env: { HTTPS_PROXY: proxy } };
    const target: Target = {
      kind: 'service',
      reason: '--base-url names it',
      baseUrl: 'https://api.example',
      cloud: 'public',
      scope: 'https://api.example/.default',
      authorityHost: 'https://login.example',
      signIn: 'sandbox',
      variables: [],
      credential: { getToken: async () => null },
    };
    expect(checkTarget(io, target, undefined).find(({ name }) => name === 'Proxy')?.text).toBe(shown);
  });

  it('names a proxy without its password, and that http does not use it', async () => {
    const HTTPS_PROXY = 'http://me:canary@proxy.example:8080';
    const outcome = await doctor({ VETTED_HOME: home, HTTPS_PROXY }, '--json');
    expect(checksOf(outcome).get('Proxy')?.text).toBe('http://proxy.example:8080 (HTTPS_PROXY), not used for http');
    expect(outcome.stdout).not.toContain('canary');
  });
});

it.each([
  ['20.18.3', 'failed'],
  ['20.19.0', 'ok'],
  ['18.20.0', 'failed'],
  ['24.1.0', 'ok'],
])('takes Node.js 20.19 or later: %s is %s', (version, status) => {
  expect(checkProgram('1.2.3', version)).toMatchObject({ status, text: `vetted 1.2.3 on Node.js ${version}` });
});

it.each([
  [1, '1 second'],
  [119, '119 seconds'],
  [3_599, '60 minutes'],
  [7_200, '2 hours'],
  [259_199, '3 days'],
  [-5, '0 seconds'],
])('says %i seconds as %s', (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});
