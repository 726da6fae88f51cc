import { Type } from 'typebox';
import { admits, loopbackUrl, type PathTenant } from './addresses.js';
import type { AuthorizationCodes, CodeGrant } from './codes.js';
import { checked, OAuthError, only, type Parameters } from './oauth.js';
import { choicePage, signedOutPage } from './pages.js';
import { SAMPLE_CLIENT_ID, type SampleUser, sampleData } from './sample-data.js';
import { readScope } from './scopes.js';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** Who asks, and where the answer goes: until these are known good, errors are shown and sent nowhere. */
const Application = Type.Object({ client_id: text(128), redirect_uri: text(2048) });

/** The rest of the request (RFC 6749, 4.1.1; RFC 7636, 4.3; OpenID Connect Core, 3.1.2.1). */
const Authorization = Type.Object({
  ...Application.properties,
  response_type: text(128),
  response_mode: Type.Optional(Type.Union([Type.Literal('query'), Type.Literal('fragment')])),
  scope: text(2048),
  state: Type.Optional(text(8192)),
  nonce: Type.Optional(text(1024)),
  code_challenge: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  code_challenge_method: Type.Literal('S256'),
  login_hint: Type.Optional(text(320)),
  prompt: Type.Optional(text(128)),
});

const Logout = Type.Object({ post_logout_redirect_uri: Type.Optional(text(2048)), state: Type.Optional(text(8192)) });

/** What a browser gets: it is sent on, or shown a page. */
export type BrowserAnswer = { readonly location: string } | { readonly html: string };

/**
 * The authorization endpoint. A user named by `login_hint` is signed in at once; else a page lists who can sign in.
 * @throws OAuthError while the client and the redirect URI are not known good; later errors go back by redirection.
 */
export function authorize(tenant: PathTenant, query: Parameters, codes: AuthorizationCodes): BrowserAnswer {
  const redirectUri = readRedirectUri(query);
  const { state, response_mode: mode } = query.values;
  const answer = (members: Record<string, string>) => ({
    location: answerLocation(redirectUri, mode === 'fragment', {
      ...members,
      ...(state === undefined || query.repeated.has('state') ? {} : { state }),
    }),
  });
  try {
    const signIn = decide(tenant, query);
    if (signIn === 'choose') return { html: choices(tenant, query, redirectUri) };
    return answer({ code: codes.issue(signIn) });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return answer({ error: error.code, error_description: error.message });
  }
}

/** The end of a session: there is none to end, so this only leads back, and only to this machine. */
export function logout(query: Parameters): BrowserAnswer {
  const { post_logout_redirect_uri: target, state } = checked(Logout, query);
  const url = target === undefined ? undefined : loopbackUrl(target);
  if (url === undefined) return { html: signedOutPage() };
  return { location: answerLocation(url, false, state === undefined ? {} : { state }) };
}

function readRedirectUri(query: Parameters): URL {
  const { client_id: clientId, redirect_uri: uri } = checked(
    Application,
    only(query, Object.keys(Application.properties)),
  );
  if (clientId.toLowerCase() !== SAMPLE_CLIENT_ID) {
    throw new OAuthError('unauthorized_client', 'The client is unknown here.');
  }
  const url = loopbackUrl(uri);
  if (url === undefined) {
    throw new OAuthError(
      'invalid_request',
      'redirect_uri must be an http or https URL on 127.0.0.1, localhost or [::1].',
    );
  }
  return url;
}

/** What a code would stand for, or that a person must choose a user first. */
function decide(tenant: PathTenant, query: Parameters): CodeGrant | 'choose' {
  if ((query.values.response_type ?? 'code') !== 'code') {
    throw new OAuthError('unsupported_response_type', 'response_type must be code.');
  }
  const request = checked(Authorization, query);
  readScope(request.scope);
  if (usersOf(tenant).length === 0) throw new OAuthError('access_denied', 'The tenant has no users here.');
  const user = hintedUser(tenant, request.login_hint);
  if (user === undefined && request.prompt === 'none') {
    throw new OAuthError('login_required', 'Without a page, login_hint must name a user.');
  }
  if (user === undefined) return 'choose';
  return {
    user,
    redirectUri: request.redirect_uri,
    codeChallenge: request.code_challenge,
    scope: request.scope,
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
  };
}

/** The user that the hint names. One whom the sandbox does not know is no error: Entra ID shows its page then, too. */
function hintedUser(tenant: PathTenant, hint: string | undefined): SampleUser | undefined {
  const user = Object.values(sampleData.users).find((known) => known.userPrincipalName === hint?.toLowerCase());
  if (user !== undefined && !admits(tenant, user.tenantId)) {
    throw new OAuthError('access_denied', 'The user belongs to another tenant than the path names.');
  }
  return user;
}

function usersOf(tenant: PathTenant): SampleUser[] {
  return Object.values(sampleData.users).filter((user) => admits(tenant, user.tenantId));
}

/** Each choice leads to the same request with the user named. */
function choices(tenant: PathTenant, query: Parameters, redirectUri: URL): string {
  return choicePage(usersOf(tenant), redirectUri.origin, (user) => {
    return `?${new URLSearchParams({ ...query.values, login_hint: user.userPrincipalName })}`;
  });
}

function answerLocation(url: URL, inFragment: boolean, members: Record<string, string>): string {
  const location = new URL(url);
  if (inFragment) location.hash = new URLSearchParams(members).toString();
  else for (const [name, value] of Object.entries(members)) location.searchParams.set(name, value);
  return location.href;
}
