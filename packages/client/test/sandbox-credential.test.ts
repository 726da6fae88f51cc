import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { startSandbox, type TestSandbox, unqualified } from '@vetted/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type CredentialError,
  isCredentialError,
  PartnerCenterClient,
  RefreshTokenCredential,
  readSandbox,
  type SandboxCredentialOptions,
  sandboxCredential,
} from '../src/index.js';
import { trusting } from './authority.js';
import { startScriptedServer } from './scripted-server.js';

const SCOPE = 'https://api.partnercenter.microsoft.com/.default';
let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ httpsPort: 0 });
});
afterAll(() => sandbox.close());

async function claimsOf(options: SandboxCredentialOptions) {
  const token = await sandboxCredential({ sandbox: sandbox.description, ...options }).getToken(SCOPE);
  return decodeJwt(token?.token ?? '');
}

async function failureOf(work: Promise<unknown>): Promise<CredentialError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isCredentialError(error)) return error;
  throw new Error(`Expected a CredentialError, got ${String(error)}`);
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vetted-client-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('a sandbox', () => {
  it('is read as its application', async () => {
    const client = new PartnerCenterClient(sandboxCredential({ sandbox: sandbox.description }), {
      baseUrl: sandbox.url,
    });
    const customer = await client.customers.byId(unqualified.litware).get();
    expect(customer.id).toBe(unqualified.litware);
    expect(await claimsOf({})).toMatchObject({ idtyp: 'app', tid: sandbox.description.tenantId });
  });

  it('is asked as one of its users, with multi-factor authentication unless said otherwise', async () => {
    expect(await claimsOf({ user: 'agent' })).toMatchObject({ idtyp: 'user', amr: ['pwd', 'mfa'] });
    expect(await claimsOf({ user: 'agent', mfa: false })).toMatchObject({ idtyp: 'user', amr: ['pwd'] });
    const { tenantId } = sandbox.description.users.reviewer;
    expect(await claimsOf({ user: 'reviewer' })).toMatchObject({ tid: tenantId });
  });

  it('gives tokens that last as long as was asked for', async () => {
    const { iat = 0, exp = 0 } = await claimsOf({ lifetimeInSeconds: 90 });
    expect(exp - iat).toBe(90);
    const credential = sandboxCredential({ sandbox: sandbox.description, lifetimeInSeconds: 90 });
    const before = Date.now();
    const { expiresOnTimestamp = 0 } = (await credential.getToken(SCOPE)) ?? {};
    expect(expiresOnTimestamp).toBeGreaterThanOrEqual(before + 90_000);
    expect(expiresOnTimestamp).toBeLessThanOrEqual(Date.now() + 90_000);
  });

  it('gives a RefreshTokenCredential its tokens over https, and each time a new refresh token', async () => {
    const { authority, clientId, clientSecret, users, https } = sandbox.description;
    const kept: string[] = [];
    const { tenantId, refreshToken } = users.agent;
    const credential = new RefreshTokenCredential(tenantId, clientId, clientSecret, refreshToken, {
      authorityHost: authority,
      disableInstanceDiscovery: true,
      httpClient: trusting(https?.certificate ?? ''),
      onRefreshToken: (token) => void kept.push(token),
    });
    const client = new PartnerCenterClient(credential, { baseUrl: sandbox.url });
    const { qualification } = client.customers.byId(unqualified.litware);
    const created = await qualification.createQualifications({
      qualification: 'Education',
      educationSegment: 'K12',
      website: 'litware.example.edu',
    });
    expect(created.vettingStatus).toBe('InReview');
    await credential.getToken(SCOPE);
    expect(new Set([refreshToken, ...kept]).size).toBe(3);
  });
});

describe('the file of a sandbox', () => {
  it('is found in the data folder, and read anew for each token', async () => {
    const home = await temporaryFolder();
    vi.stubEnv('VETTED_HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    const credential = sandboxCredential();
    const absent = await failureOf(credential.getToken(SCOPE));
    expect(absent).toMatchObject({
      message: `There is no sandbox: ${home}/sandbox.json is not there. Start it with: npx vetted serve --sandbox`,
      code: 'ENOENT',
    });
    await writeFile(join(home, 'sandbox.json'), JSON.stringify(sandbox.description));
    await expect(readSandbox()).resolves.toEqual(sandbox.description);
    await expect(credential.getToken(SCOPE)).resolves.toMatchObject({ token: expect.any(String) });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '7'],
    [
      'an older one without users',
      JSON.stringify({ baseUrl: 'http://127.0.0.1', tenantId: 'a', clientId: 'b', clientSecret: 'c' }),
    ],
    ['one whose address is none', () => JSON.stringify({ ...sandbox.description, baseUrl: 'nowhere' })],
  ])('is refused where it is %s', async (_, content) => {
    const file = join(await temporaryFolder(), 'other.json');
    await writeFile(file, typeof content === 'string' ? content : content());
    const error = await failureOf(sandboxCredential({ file }).getToken(SCOPE));
    expect(error.message).toBe(`${file} does not describe a sandbox. Start it with: npx vetted serve --sandbox`);
  });

  it('is named where it cannot be read', async () => {
    const folder = await temporaryFolder();
    await expect(failureOf(readSandbox(folder))).resolves.toMatchObject({
      message: `${folder} cannot be read.`,
      code: 'EISDIR',
    });
  });
});

describe('no token', () => {
  it('comes where nothing answers', async () => {
    const server = await startScriptedServer();
    await server[Symbol.asyncDispose]();
    const stopped = { ...sandbox.description, baseUrl: server.url };
    await expect(failureOf(sandboxCredential({ sandbox: stopped }).getToken(SCOPE))).resolves.toMatchObject({
      message: `Nothing answers at ${server.url}. Start the sandbox with: npx vetted serve --sandbox`,
      code: 'ECONNREFUSED',
    });
  });

  it('comes from something else at its address', async () => {
    await using server = await startScriptedServer({ status: 404, body: '<html>' });
    const other = { ...sandbox.description, baseUrl: server.url };
    await expect(failureOf(sandboxCredential({ sandbox: other }).getToken(SCOPE))).resolves.toMatchObject({
      message: `What answers at ${server.url} is not this sandbox. Start it with: npx vetted serve --sandbox`,
    });
  });

  it('comes from another sandbox, which says why', async () => {
    const other = { ...sandbox.description, clientSecret: 'of another sandbox' };
    const error = await failureOf(sandboxCredential({ sandbox: other }).getToken(SCOPE));
    expect(error).toMatchObject({
      message: `The sandbox at ${sandbox.url} gives no token: The client secret is wrong.`,
      code: 'invalid_client',
    });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('of another sandbox');
  });

  it('comes to a caller that has aborted', async () => {
    const credential = sandboxCredential({ sandbox: sandbox.description });
    const token = credential.getToken(SCOPE, { abortSignal: AbortSignal.abort() });
    await expect(token).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it.each([
  [{ user: 'director' }, RangeError, 'user must be agent, reviewer or administrator; "director" is not.'],
  [{ mfa: false }, RangeError, 'mfa is about a user: name one.'],
  [{ lifetimeInSeconds: 0 }, RangeError, 'lifetimeInSeconds must be a whole number from 1 to 86400; 0 is not.'],
  [{ lifetimeInSeconds: 1.5 }, RangeError, 'lifetimeInSeconds must be a whole number from 1 to 86400; 1.5 is not.'],
  [{ sandbox: { baseUrl: 'http://127.0.0.1:7070' } }, TypeError, 'sandbox must be the description of a sandbox'],
])('is refused as an option: %j', (options, kind, message) => {
  const make = () => sandboxCredential(options as SandboxCredentialOptions);
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
});
