import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { AzureLogger, setLogLevel } from '@azure/logger';
import { jwtVerify } from 'jose';
import { generate } from 'selfsigned';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type ClientCertificate,
  type CloudName,
  type CredentialError,
  isCredentialError,
  RefreshTokenCredential,
  type RefreshTokenCredentialOptions,
} from '../src/index.js';
import { AUTHORITY, granted, refused, type ScriptedAuthority, scriptedAuthority, TENANT } from './authority.js';

const SCOPE = 'https://api.partnercenter.microsoft.com/.default';
const SECRET = 'the-application-secret';
const FIRST = 'the-first-refresh-token';

function credentialOf(authority: ScriptedAuthority, options: RefreshTokenCredentialOptions = {}) {
  return new RefreshTokenCredential(TENANT, 'the-application', SECRET, FIRST, {
    authorityHost: AUTHORITY,
    disableInstanceDiscovery: true,
    httpClient: authority.httpClient,
    retryOptions: { maxRetries: 0 },
    ...options,
  });
}

async function failureOf(token: Promise<unknown>): Promise<CredentialError> {
  const error = await token.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isCredentialError(error)) return error;
  throw new Error(`Expected a CredentialError, got ${String(error)}`);
}

describe('a refresh token', () => {
  it('is exchanged for an access token of the application and its user', async () => {
    const authority = scriptedAuthority(granted('access', 'second'));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 22, 10) });
    onTestFinished(() => void vi.useRealTimers());
    await expect(credentialOf(authority).getToken(SCOPE)).resolves.toEqual({
      token: 'access',
      expiresOnTimestamp: Date.UTC(2026, 10, 22, 11),
    });
    const [request] = authority.tokenRequests;
    expect(request?.url).toBe(`${AUTHORITY}/${TENANT}/oauth2/v2.0/token`);
    expect(request?.form).toMatchObject({
      grant_type: 'refresh_token',
      client_id: 'the-application',
      client_secret: SECRET,
      refresh_token: FIRST,
    });
    expect(request?.form.scope?.split(' ')).toContain(SCOPE);
  });

  it('is followed by the one that the answer brings, which is handed over before the access token', async () => {
    const authority = scriptedAuthority(granted('access 1', 'second'), granted('access 2', 'third'));
    const events: string[] = [];
    const credential = credentialOf(authority, {
      async onRefreshToken(refreshToken) {
        await new Promise(setImmediate);
        events.push(refreshToken);
      },
    });
    events.push((await credential.getToken(SCOPE)).token);
    events.push((await credential.getToken(SCOPE)).token);
    expect(events).toEqual(['second', 'access 1', 'third', 'access 2']);
    expect(authority.tokenRequests.map(({ form }) => form.refresh_token)).toEqual([FIRST, 'second']);
  });

  it.each([
    ['none', undefined],
    ['the same', FIRST],
  ])('serves on where the answer brings %s', async (_, answered) => {
    const authority = scriptedAuthority(granted('access', answered));
    const kept: string[] = [];
    const credential = credentialOf(authority, { onRefreshToken: (token) => void kept.push(token) });
    await credential.getToken(SCOPE);
    await credential.getToken(SCOPE);
    expect(kept).toEqual([]);
    expect(authority.tokenRequests.map(({ form }) => form.refresh_token)).toEqual([FIRST, FIRST]);
  });

  it('that cannot be kept fails the call, and is handed over again with the next', async () => {
    const authority = scriptedAuthority(granted('access 1', 'second'), granted('access 2'));
    const kept: string[] = [];
    let isVaultOpen = false;
    const credential = credentialOf(authority, {
      onRefreshToken(refreshToken) {
        if (!isVaultOpen) throw new Error(`The vault is closed to ${refreshToken}`);
        kept.push(refreshToken);
      },
    });
    const error = await failureOf(credential.getToken(SCOPE));
    expect(error.message).toBe('The new refresh token was not kept: The vault is closed to [redacted]');
    expect(error).toMatchObject({ signInRequired: false, cause: { message: 'The vault is closed to second' } });
    isVaultOpen = true;
    await expect(credential.getToken(SCOPE)).resolves.toMatchObject({ token: 'access 2' });
    expect(kept).toEqual(['second']);
  });
});

describe('calls at the same time', () => {
  it('share one refresh where they want the same', async () => {
    const authority = scriptedAuthority(granted('access', 'second'));
    const credential = credentialOf(authority);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => credential.getToken(SCOPE)));
    expect(new Set(tokens.map(({ token }) => token))).toEqual(new Set(['access']));
    expect(authority.tokenRequests).toHaveLength(1);
  });

  it('take turns where they want different things, each with the refresh token of the one before', async () => {
    const authority = scriptedAuthority(granted('a', 'second'), granted('b', 'third'), granted('c', 'fourth'));
    const credential = credentialOf(authority);
    const tokens = await Promise.all(
      ['one', 'two', 'three'].map((name) => credential.getToken(`https://${name}/.default`)),
    );
    expect(tokens.map(({ token }) => token)).toEqual(['a', 'b', 'c']);
    expect(authority.tokenRequests.map(({ form }) => form.refresh_token)).toEqual([FIRST, 'second', 'third']);
    expect(authority.mostAtOnce()).toBe(1);
  });

  it('do not fail with the one before them', async () => {
    const authority = scriptedAuthority(refused('invalid_scope', 'AADSTS70011: No.'), granted('b'));
    const credential = credentialOf(authority);
    const [first, second] = await Promise.allSettled([credential.getToken('one'), credential.getToken('two')]);
    expect(first.status).toBe('rejected');
    expect(second).toMatchObject({ status: 'fulfilled', value: { token: 'b' } });
  });

  it('are not ended by the abort of one of them, which ends at once', async () => {
    const authority = scriptedAuthority(granted('access', 'second'));
    const kept: string[] = [];
    const credential = credentialOf(authority, { onRefreshToken: (token) => void kept.push(token) });
    const controller = new AbortController();
    const aborted = credential.getToken(SCOPE, { abortSignal: controller.signal });
    const other = credential.getToken(SCOPE);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    expect(kept).toEqual([]);
    await expect(other).resolves.toMatchObject({ token: 'access' });
    expect(kept).toEqual(['second']);
  });

  it('send nothing for a caller that has aborted already', async () => {
    const authority = scriptedAuthority(granted('access'));
    const refusal = credentialOf(authority).getToken(SCOPE, { abortSignal: AbortSignal.abort() });
    await expect(refusal).rejects.toMatchObject({ name: 'AbortError' });
    expect(authority.tokenRequests).toEqual([]);
  });
});

describe('the options of a call', () => {
  it('name another tenant, and pass on claims and what a client can do', async () => {
    const authority = scriptedAuthority(granted('access'));
    const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: '1604106651' } } });
    await credentialOf(authority).getToken(SCOPE, { tenantId: 'fabrikam.example', claims, enableCae: true });
    const [request] = authority.tokenRequests;
    expect(request?.url).toBe(`${AUTHORITY}/fabrikam.example/oauth2/v2.0/token`);
    expect(JSON.parse(request?.form.claims ?? '{}')).toMatchObject({
      access_token: { nbf: { essential: true, value: '1604106651' }, xms_cc: { values: ['cp1'] } },
    });
  });

  it('are refused where the tenant is none, and nothing is sent', async () => {
    const authority = scriptedAuthority(granted('access'));
    await expect(credentialOf(authority).getToken(SCOPE, { tenantId: '../other' })).rejects.toThrow(RangeError);
    expect(authority.tokenRequests).toEqual([]);
  });
});

describe('a refusal', () => {
  it('of the refresh token says that somebody must sign in again', async () => {
    const description = 'AADSTS700082: The refresh token has expired due to inactivity.';
    const error = await failureOf(
      credentialOf(scriptedAuthority(refused('invalid_grant', description))).getToken(SCOPE),
    );
    expect(error.message).toBe(`${AUTHORITY} gave no token: ${description} Sign in again for a new refresh token.`);
    expect(error).toMatchObject({
      code: 'invalid_grant',
      signInRequired: true,
      correlationId: 'c0ffee00-0000-4000-8000-000000000001',
    });
  });

  it('of the application says what to look at', async () => {
    const answer = refused('invalid_client', 'AADSTS7000215: Invalid client secret provided.');
    const error = await failureOf(credentialOf(scriptedAuthority(answer)).getToken(SCOPE));
    expect(error.message).toBe(
      `${AUTHORITY} gave no token: AADSTS7000215: Invalid client secret provided. ` +
        'Check the client id and the secret or certificate of the application.',
    );
    expect(error).toMatchObject({ code: 'invalid_client', signInRequired: false });
  });

  it.each([
    ['HTML', '<html>Bad gateway</html>', 'its answer is not JSON.'],
    ['a bare status', 502, 'it answered 502 without an explanation.'],
    ['no token', { token_type: 'Bearer' }, 'its answer has no access token.'],
  ])('is none that a person could mend where it is %s', async (_, answer, reason) => {
    const error = await failureOf(credentialOf(scriptedAuthority(answer)).getToken(SCOPE));
    expect(error.message).toBe(`${AUTHORITY} gave no token: ${reason}`);
    expect(error).toMatchObject({ code: undefined, signInRequired: false });
  });

  it('is told apart from no answer at all', async () => {
    const error = await failureOf(credentialOf(scriptedAuthority('cut')).getToken(SCOPE));
    expect(error.message).toBe(`No answer came from ${AUTHORITY}: connect ECONNREFUSED`);
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('by a connection that fails is tried again', async () => {
    const authority = scriptedAuthority('cut', 'cut', granted('access'));
    const credential = credentialOf(authority, { retryOptions: { maxRetries: 2, retryDelayInMs: 0 } });
    await expect(credential.getToken(SCOPE)).resolves.toMatchObject({ token: 'access' });
    expect(authority.tokenRequests).toHaveLength(3);
  });
});

it('shows no secret: in itself, in its errors, in its logs', async () => {
  const logged: string[] = [];
  const { log } = AzureLogger;
  AzureLogger.log = (...parts: unknown[]) => void logged.push(inspect(parts, { depth: null }));
  setLogLevel('verbose');
  onTestFinished(() => {
    AzureLogger.log = log;
    setLogLevel(undefined);
  });
  const echo = refused('invalid_grant', `AADSTS70000: ${FIRST} with ${SECRET} is not good.`);
  const shown: unknown[] = [];
  for (const answer of [echo, 'cut', '<html>', granted('the-access-token', 'the-second-refresh-token')]) {
    const credential = credentialOf(scriptedAuthority(answer));
    shown.push(credential, await credential.getToken(SCOPE).catch((error: unknown) => error));
  }
  const token = shown.pop();
  expect(token).toMatchObject({ token: 'the-access-token' });
  const texts = shown.flatMap((value) => [
    inspect(value, { depth: null, showHidden: true }),
    JSON.stringify(value),
    String(value),
    value instanceof Error ? value.stack : '',
  ]);
  const everything = [...texts, ...logged].join('\n');
  expect(everything).toContain('[redacted] with [redacted] is not good');
  expect(logged.join('\n')).toContain(`${AUTHORITY}/${TENANT}/oauth2/v2.0/token`);
  for (const secret of [FIRST, SECRET, 'the-access-token', 'the-second-refresh-token']) {
    expect(everything).not.toContain(secret);
  }
});

describe('a certificate', () => {
  const credentialBy = (certificate: ClientCertificate, authority: ScriptedAuthority) =>
    new RefreshTokenCredential(TENANT, 'the-application', certificate, FIRST, {
      authorityHost: AUTHORITY,
      disableInstanceDiscovery: true,
      httpClient: authority.httpClient,
    });

  it('proves the application in place of a secret, also by an encrypted key', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'the-application' }], {
      keySize: 2048,
    });
    const encrypted = createPrivateKey(key).export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: 'open sesame',
    });
    const authority = scriptedAuthority(granted('access'));
    await credentialBy({ certificate: `${cert}\n${key}` }, authority).getToken(SCOPE);
    const withPassword = { certificate: `${encrypted}\n${cert}`, certificatePassword: 'open sesame' };
    await credentialBy(withPassword, authority).getToken(SCOPE);
    expect(authority.tokenRequests).toHaveLength(2);
    for (const { form } of authority.tokenRequests) {
      expect(form).toMatchObject({ grant_type: 'refresh_token', refresh_token: FIRST });
      expect(form).not.toHaveProperty('client_secret');
      const { payload } = await jwtVerify(form.client_assertion ?? '', new X509Certificate(cert).publicKey, {
        // MSAL rounds to whole seconds.
        clockTolerance: 1,
      });
      expect(payload).toMatchObject({
        iss: 'the-application',
        sub: 'the-application',
        aud: `${AUTHORITY}/${TENANT}/oauth2/v2.0/token`,
      });
    }
  });

  it('that is none is refused with the reason, and nothing is sent', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const certificate = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const authority = scriptedAuthority(granted('access'));
    const error = await failureOf(credentialBy({ certificate }, authority).getToken(SCOPE));
    expect(error.message).toMatch(/^The certificate or its private key cannot be read: /);
    expect(error.message).not.toContain('PRIVATE KEY');
    expect(authority.tokenRequests).toEqual([]);
  });
});

it.each([
  ['an empty tenant', () => new RefreshTokenCredential('', 'id', SECRET, FIRST), 'tenantId must not be empty.'],
  ['a tenant with a path', () => new RefreshTokenCredential('a/b', 'id', SECRET, FIRST), 'tenantId must be the id'],
  ['an empty client id', () => new RefreshTokenCredential(TENANT, '', SECRET, FIRST), 'clientId must not be empty.'],
  ['an empty secret', () => new RefreshTokenCredential(TENANT, 'id', '', FIRST), 'clientSecret must not be empty.'],
  ['no refresh token', () => new RefreshTokenCredential(TENANT, 'id', SECRET, ''), 'refreshToken must not be empty.'],
  [
    'an authority without https',
    () => new RefreshTokenCredential(TENANT, 'id', SECRET, FIRST, { authorityHost: 'http://authority.example' }),
    'authorityHost must be an https address',
  ],
  [
    'an authority with a path',
    () => new RefreshTokenCredential(TENANT, 'id', SECRET, FIRST, { authorityHost: `${AUTHORITY}/${TENANT}` }),
    'authorityHost must be an https address',
  ],
  [
    'a cloud that is none',
    () => new RefreshTokenCredential(TENANT, 'id', SECRET, FIRST, { cloud: 'germany' as CloudName }),
    'cloud must be one of public, china, usGovernment; "germany" is not.',
  ],
])('is not made with %s', (_, make, message) => {
  expect(make).toThrow(RangeError);
  expect(make).toThrow(message);
});

it('is not made with a refresh token that is no text, a callback that is no function, or a switch that is neither', () => {
  const missing = undefined as unknown as string;
  expect(() => new RefreshTokenCredential(TENANT, 'id', SECRET, missing)).toThrow(TypeError);
  const onRefreshToken = 'vault' as unknown as () => void;
  expect(() => new RefreshTokenCredential(TENANT, 'id', SECRET, FIRST, { onRefreshToken })).toThrow(TypeError);
  const disableInstanceDiscovery = 'no' as unknown as boolean;
  expect(() => new RefreshTokenCredential(TENANT, 'id', SECRET, FIRST, { disableInstanceDiscovery })).toThrow(
    TypeError,
  );
});

it('signs in through the proxy of the environment', async () => {
  vi.stubEnv('HTTPS_PROXY', 'http://proxy.example:8080');
  vi.stubEnv('NO_PROXY', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { httpClient } = scriptedAuthority(granted('access'));
  const agents: unknown[] = [];
  const credential = new RefreshTokenCredential(TENANT, 'id', SECRET, FIRST, {
    httpClient: {
      sendRequest(request) {
        agents.push(request.agent?.constructor.name);
        return httpClient.sendRequest(request);
      },
    },
  });
  await credential.getToken(SCOPE);
  expect(new Set(agents)).toEqual(new Set(['HttpsProxyAgent']));
});

describe('a cloud', () => {
  it.each([
    ['china', 'https://login.partner.microsoftonline.cn'],
    ['usGovernment', 'https://login.microsoftonline.us'],
    [undefined, 'https://login.microsoftonline.com'],
  ] as const)('is signed in to at its own authority: %s', async (cloud, authorityHost) => {
    const authority = scriptedAuthority(granted('access'));
    const credential = new RefreshTokenCredential(TENANT, 'id', SECRET, FIRST, {
      httpClient: authority.httpClient,
      ...(cloud === undefined ? {} : { cloud }),
    });
    await credential.getToken(SCOPE);
    expect(authority.tokenRequests.map(({ url }) => url)).toEqual([`${authorityHost}/${TENANT}/oauth2/v2.0/token`]);
  });
});
