import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PARTNER_CENTER_AUDIENCE } from '@vetted/testkit';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const clientId = '3f0b9c55-6a1d-4a57-9f0e-8d2b7c6e5a41';
export const tenantId = '4d1c0a66-7b2e-4b68-8a1f-9e3c8d7f6b52';
const scope = `openid profile offline_access ${PARTNER_CENTER_AUDIENCE}/user_impersonation`;

/** An authority's refusal, in the form of OAuth. */
interface OAuthRefusal {
  readonly error: string;
  readonly error_description: string;
}

/** Microsoft Entra ID's side of a sign-in, as documented, by whose switches it refuses. */
export interface TestAuthority {
  /** What the console is given as its authority, and the service as its issuer. */
  readonly url: string;
  readonly issuer: string;
  /** The queries with which people were sent to sign in, in order. */
  readonly signIns: readonly URLSearchParams[];
  /** The forms that were sent to the token endpoint, in order. */
  readonly tokenRequests: readonly URLSearchParams[];
  /** Every token and code that was given. */
  readonly secrets: readonly string[];
  /** What becomes of the next sign-ins with a page; undefined lets them succeed. */
  refusal: OAuthRefusal | undefined;
  /** What becomes of renewals. */
  renewal: 'granted' | 'unanswered' | OAuthRefusal;
  /** How long access tokens are said to live; with few seconds, the client renews before every call. */
  lifetimeInSeconds: number;
  /** Whether the browser is signed in at the authority. */
  isSignedIn: boolean;
  token(claims?: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

/**
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export async function startAuthority(): Promise<TestAuthority> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', use: 'sig', alg: 'RS256' }] };
  const pending = new Map<string, URLSearchParams>();
  const secrets: string[] = [];
  const signIns: URLSearchParams[] = [];
  const tokenRequests: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    // A page of another origin reads these answers, as it does Entra ID's.
    response.setHeader('access-control-allow-origin', '*');
    answer(request, response).catch((error: Error) => response.writeHead(500).end(error.stack));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const sign = (claims: JWTPayload) => {
    const seconds = Math.floor(Date.now() / 1000);
    const times = { iat: seconds, nbf: seconds, exp: seconds + 3600 };
    return new SignJWT({ iss: `${origin}/${tenantId}/v2.0`, tid: tenantId, ...times, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'JWT' })
      .sign(privateKey);
  };
  const oid = '5e2d1b77-8c3f-4c79-9b20-af4d9e8a7c63';

  const authority: TestAuthority = {
    url: `${origin}/organizations/v2.0`,
    issuer: `${origin}/{tenantid}/v2.0`,
    signIns,
    tokenRequests,
    secrets,
    refusal: undefined,
    renewal: 'granted',
    lifetimeInSeconds: 3600,
    isSignedIn: false,
    token: (claims = {}) =>
      sign({ aud: PARTNER_CENTER_AUDIENCE, oid, scp: 'user_impersonation', amr: ['pwd', 'mfa'], ...claims }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', origin);
    if (pathname.endsWith('/.well-known/openid-configuration')) return sendJson(response, 200, metadata(origin));
    if (pathname.endsWith('/keys')) return sendJson(response, 200, keys);
    if (pathname.endsWith('/authorize')) return redirect(response, authorize(searchParams));
    if (pathname.endsWith('/logout')) {
      authority.isSignedIn = false;
      return redirect(response, new URL(searchParams.get('post_logout_redirect_uri') ?? ''));
    }
    if (!pathname.endsWith('/token')) return sendJson(response, 404, {});
    const form = new URLSearchParams(await textOf(request));
    tokenRequests.push(form);
    if (form.get('grant_type') === 'refresh_token' && authority.renewal !== 'granted') {
      if (authority.renewal === 'unanswered') return void response.destroy();
      return sendJson(response, 400, authority.renewal);
    }
    return grant(response, form);
  }

  function authorize(query: URLSearchParams): URL {
    signIns.push(query);
    const isSilent = query.get('prompt') === 'none';
    const target = new URL(query.get('redirect_uri') ?? '');
    const refusal = isSilent && !authority.isSignedIn ? loginRequired : authority.refusal;
    const code = randomUUID();
    pending.set(code, query);
    secrets.push(code);
    authority.isSignedIn ||= refusal === undefined;
    target.search = new URLSearchParams({ state: query.get('state') ?? '', ...(refusal ?? { code }) }).toString();
    return target;
  }

  async function grant(response: ServerResponse, form: URLSearchParams): Promise<void> {
    const query = pending.get(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRenewal = form.get('grant_type') === 'refresh_token' && secrets.includes(form.get('refresh_token') ?? '');
    pending.delete(form.get('code') ?? '');
    if (!isRenewal && query?.get('code_challenge') !== challenge) return sendJson(response, 400, invalidGrant);
    const nonce = query?.get('nonce');
    const name = { name: 'Ada Agent', preferred_username: 'ada@partner.example' };
    const tokens = {
      access_token: await authority.token(),
      refresh_token: `refresh-${randomUUID()}`,
      id_token: await sign({ aud: clientId, sub: 'ada', ...name, ...(nonce && { nonce }) }),
    };
    secrets.push(...Object.values(tokens));
    sendJson(response, 200, { token_type: 'Bearer', expires_in: authority.lifetimeInSeconds, scope, ...tokens });
  }

  return authority;
}

const loginRequired = { error: 'login_required', error_description: 'AADSTS50058: Nobody is signed in.' };
const invalidGrant = { error: 'invalid_grant', error_description: 'AADSTS501481: The Code_Verifier does not match.' };

/** Of whichever organisation a person belongs to: the issuer holds a place for it. */
function metadata(origin: string) {
  const endpoints = `${origin}/organizations`;
  return {
    issuer: `${origin}/{tenantid}/v2.0`,
    authorization_endpoint: `${endpoints}/oauth2/v2.0/authorize`,
    token_endpoint: `${endpoints}/oauth2/v2.0/token`,
    end_session_endpoint: `${endpoints}/oauth2/v2.0/logout`,
    jwks_uri: `${endpoints}/discovery/v2.0/keys`,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function redirect(response: ServerResponse, target: URL): void {
  response.writeHead(302, { location: target.href }).end();
}
