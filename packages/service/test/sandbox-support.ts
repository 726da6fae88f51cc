import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, onTestFinished } from 'vitest';
import { openSandbox, type Sandbox } from '../src/sandbox/sandbox.js';

export const partner = '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d';
export const operator = '0e1d2c3b-4a59-4687-9a7b-8c9d0e1f2a3b';
export const stranger = '11111111-2222-4333-8444-555555555555';
export const partnerCenter = 'https://api.partnercenter.microsoft.com';
export const redirectUri = 'http://localhost:5173/signed-in';
export const origin = 'http://127.0.0.1:7070';

/** A clock that stands still until it is told otherwise. */
export function fakeClock(start = '2026-03-01T12:00:00.000Z') {
  let now = Date.parse(start);
  const clock = () => new Date(now);
  return Object.assign(clock, {
    advance(seconds: number) {
      now += seconds * 1000;
    },
  });
}

/** A data folder's path that is gone after the test; the folder itself is not there yet. */
export async function newHome(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vetted-sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'home');
}

export type Form = Record<string, string> | [string, string][];

/** The body of an OAuth answer: whatever its members, each test names those it looks at. */
export type OAuthBody = Readonly<Record<string, string>>;

/** One folder a test file, since an RSA key takes its time to make. */
let sharedHome: Promise<string> | undefined;
afterAll(async () => {
  if (sharedHome !== undefined) await rm(await sharedHome, { recursive: true, force: true });
});

/**
 * An authority alone in a server of its own, and what tests do with it. Its secrets are those of the test file's
 * other authorities, unless it gets a home of its own or none.
 */
export async function startAuthority(options: { home?: string | 'none'; app?: FastifyInstance } = {}) {
  const clock = fakeClock();
  sharedHome ??= mkdtemp(join(tmpdir(), 'vetted-sandbox-'));
  const home = options.home ?? (await sharedHome);
  const sandbox = await openSandbox({ home: home === 'none' ? undefined : home, clock });
  const app = options.app ?? fastify();
  await app.register(sandbox.routes);
  onTestFinished(() => app.close());
  const { clientId, clientSecret, users } = await sandbox.describe({ baseUrl: origin });

  const get = (path: string, query: Form = {}, headers: Record<string, string> = {}) =>
    app.inject({ url: `${path}?${encode(query)}`, headers: { host: '127.0.0.1:7070', ...headers } });
  const post = (path: string, form: Form | string, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: path,
      headers: { host: '127.0.0.1:7070', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: typeof form === 'string' ? form : encode(form),
    });
  const token = async (tenant: string, form: Form, headers: Record<string, string> = {}) => {
    const response = await post(`/${tenant}/oauth2/v2.0/token`, form, headers);
    return { status: response.statusCode, headers: response.headers, body: response.json<OAuthBody>() };
  };
  return {
    app,
    clock,
    sandbox,
    users,
    client: { client_id: clientId, client_secret: clientSecret },
    get,
    post,
    token,
  };
}

export type Authority = Awaited<ReturnType<typeof startAuthority>>;

/** Checks the signature as the service does, and gives the claims. */
export async function verified(sandbox: Sandbox, token: string | undefined, now: Date): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token ?? '', sandbox.issuer.keys, { algorithms: ['RS256'], currentDate: now });
  return payload;
}

export function claimsOf(token: string | undefined): JWTPayload {
  return decodeJwt(token ?? '');
}

export function newVerifier() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** A whole authorization request, which tests change one thing of. */
export function authorization(challenge: string, clientId: string): Record<string, string> {
  return {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: `${partnerCenter}/user_impersonation openid offline_access`,
    state: 'a state',
    nonce: 'a nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    login_hint: 'agent@contoso.example',
  };
}

/** Signs a user in and gives the code and what redeems it. */
export async function signIn(authority: Authority, changes: Record<string, string> = {}, tenant = 'common') {
  const { verifier, challenge } = newVerifier();
  const query = { ...authorization(challenge, authority.client.client_id), ...changes };
  const response = await authority.get(`/${tenant}/oauth2/v2.0/authorize`, query);
  const code = new URL(response.headers.location ?? '').searchParams.get('code') ?? '';
  const redemption = {
    grant_type: 'authorization_code',
    client_id: authority.client.client_id,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  };
  return { code, redemption };
}

function encode(form: Form): string {
  return new URLSearchParams(form).toString();
}
