import * as oauth from 'oauth4webapi';
import type { SignInSettings } from './settings.js';

/** Who has signed in, as the ID token says. */
export interface Account {
  readonly name: string;
  readonly username: string;
}

/** What a sign-in and every renewal give. */
export interface Tokens {
  readonly accessToken: string;
  readonly expiresOnTimestamp: number;
  readonly refreshToken: string | undefined;
}

/** What has to be known again when the authority sends the person back. It holds no token. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** The path on the console where the person was. */
  readonly returnTo: string;
}

interface SignInRequest {
  readonly returnTo: string;
  /** Whom to sign in; the authority asks where it is absent. */
  readonly loginHint?: string | undefined;
  /** Signs in without a page, or fails. */
  readonly silent?: boolean;
}

/** How far the authority's clock is ahead, in milliseconds. */
export type ClockOffset = () => Promise<number>;

/** How long the authority may take to answer. */
const TIMEOUT_IN_MS = 15_000;
/** Errors of an authority that cannot answer now; any other one of its own wants the person to sign in. */
const passing: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);
/** What an authority answers that may not show a page and would have to (OpenID Connect Core, 3.1.2.6). */
const wantsPage: ReadonlySet<string> = new Set([
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
]);

/** Why a sign-in or a renewal failed, in words for the person. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  /** The error's code in OAuth or OpenID Connect; absent where the authority did not say no. */
  readonly code: string | undefined;

  constructor(message: string, options: { readonly code?: string | undefined; readonly cause: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }

  /** Whether a session is over, rather than that the authority could not be asked. */
  get endsSession(): boolean {
    return this.code !== undefined && !passing.has(this.code);
  }

  /** Whether all that is missing is a page on which the person signs in. */
  get wantsPage(): boolean {
    return this.code !== undefined && wantsPage.has(this.code);
  }
}

const ANY_TENANT = /\/(?:organizations|common)(?=\/)/;

/**
 * An OpenID Connect authority: authorization code with PKCE, by redirection, for a client without a secret.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export class Authority {
  readonly #settings: SignInSettings;
  readonly #redirectUri: string;
  readonly #clockOffset: ClockOffset;
  #metadata: Promise<oauth.AuthorizationServer> | undefined;

  constructor(settings: SignInSettings, redirectUri: string, clockOffset: ClockOffset) {
    this.#settings = settings;
    this.#redirectUri = redirectUri;
    this.#clockOffset = clockOffset;
  }

  /** Where to send the person, and what to keep until they are back. @throws SignInError */
  async begin({ returnTo, loginHint, silent }: SignInRequest): Promise<{ url: string; pending: PendingSignIn }> {
    const { authorization_endpoint: endpoint } = await this.#inWords(() => this.#discover());
    if (endpoint === undefined) throw new Error(`${this.#settings.authority} has no authorization endpoint.`);
    const codeVerifier = oauth.generateRandomCodeVerifier();
    const pending = { state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), codeVerifier, returnTo };
    const url = new URL(endpoint);
    url.search = new URLSearchParams({
      client_id: this.#settings.clientId,
      redirect_uri: this.#redirectUri,
      response_type: 'code',
      response_mode: 'query',
      scope: this.#scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(loginHint === undefined ? { prompt: 'select_account' } : { login_hint: loginHint }),
      ...(silent ? { prompt: 'none' } : {}),
    }).toString();
    return { url: url.href, pending };
  }

  /** The tokens for the code that the person came back with. @throws SignInError where the authority refused */
  finish(address: URL, pending: PendingSignIn): Promise<{ tokens: Tokens; account: Account }> {
    return this.#inWords(async () => {
      const server = await this.#discover();
      const client = await this.#client();
      const parameters = oauth.validateAuthResponse(server, client, address, pending.state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        parameters,
        this.#redirectUri,
        pending.codeVerifier,
        requestOptions(server),
      );
      const grant = await oauth.processAuthorizationCodeResponse(await ofTenant(server, response), client, response, {
        expectedNonce: pending.nonce,
        requireIdToken: true,
      });
      const claims = oauth.getValidatedIdTokenClaims(grant);
      return { tokens: tokensOf(grant), account: accountOf(claims) };
    });
  }

  /** Renews the tokens. @throws SignInError */
  renew(refreshToken: string, claims: string | undefined): Promise<Tokens> {
    return this.#inWords(async () => {
      const server = await this.#discover();
      const client = await this.#client();
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, {
        ...requestOptions(server),
        additionalParameters: { scope: this.#scope, ...(claims && { claims }) },
      });
      const grant = await oauth.processRefreshTokenResponse(await ofTenant(server, response), client, response);
      const tokens = tokensOf(grant);
      return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
    });
  }

  /** Where to send the person to end the session at the authority too, and back. */
  async endSessionUrl(): Promise<string> {
    const { end_session_endpoint: endpoint } = await this.#inWords(() => this.#discover());
    if (endpoint === undefined) return this.#redirectUri;
    return `${endpoint}?${new URLSearchParams({ post_logout_redirect_uri: this.#redirectUri })}`;
  }

  get #scope(): string {
    return `openid profile offline_access ${this.#settings.scope}`;
  }

  /** Does what it is given; what it throws is told so that a person understands it. */
  async #inWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw inWords(error, this.#settings.authority);
    }
  }

  #discover(): Promise<oauth.AuthorizationServer> {
    this.#metadata ??= this.#readMetadata().catch((error: unknown) => {
      this.#metadata = undefined;
      throw error;
    });
    return this.#metadata;
  }

  async #readMetadata(): Promise<oauth.AuthorizationServer> {
    const { authority } = this.#settings;
    const response = await oauth.discoveryRequest(authority, {
      algorithm: 'oidc',
      signal,
      [oauth.allowInsecureRequests]: authority.protocol === 'http:',
    });
    // Where the tenant is the person's own, the document has a place for it in the issuer's name.
    const issuer = new URL(authority.href.replace(ANY_TENANT, '/{tenantid}'));
    return oauth.processDiscoveryResponse(issuer, response);
  }

  async #client(): Promise<oauth.Client> {
    return { client_id: this.#settings.clientId, [oauth.clockSkew]: Math.round((await this.#clockOffset()) / 1000) };
  }
}

const signal = () => AbortSignal.timeout(TIMEOUT_IN_MS);

/** Only the sandbox's authority is asked by http: it is on this machine, and the service checks that of any other. */
function requestOptions({ token_endpoint: endpoint = '' }: oauth.AuthorizationServer) {
  return { signal, [oauth.allowInsecureRequests]: endpoint.startsWith('http:') };
}

function inWords(cause: unknown, { host }: URL): unknown {
  if (cause instanceof oauth.AuthorizationResponseError || cause instanceof oauth.ResponseBodyError) {
    const { error: code, error_description: description = code } = cause;
    return new SignInError(`${host} says: ${description}`, { code, cause });
  }
  // By the browser's own words nobody could tell what was not reached.
  if (cause instanceof TypeError || cause instanceof DOMException) {
    return new SignInError(`${host}, where you sign in, cannot be reached. Check your connection, then try again.`, {
      cause,
    });
  }
  if (cause instanceof oauth.OperationProcessingError || cause instanceof oauth.UnsupportedOperationError) {
    return new SignInError(
      `The answer of ${host} cannot be trusted (${cause.message}). Try again; if it stays, tell the operator.`,
      { cause },
    );
  }
  return cause;
}

/** The authority as the person's own tenant names it: the ID token tells which that is, and is checked against it. */
async function ofTenant(server: oauth.AuthorizationServer, response: Response): Promise<oauth.AuthorizationServer> {
  if (!server.issuer.includes('{tenantid}')) return server;
  const { id_token: idToken }: { id_token?: unknown } = await response.clone().json();
  const [, payload = ''] = typeof idToken === 'string' ? idToken.split('.') : [];
  const { tid } = payload === '' ? {} : (JSON.parse(textOfBase64Url(payload)) as { tid?: unknown });
  return { ...server, issuer: server.issuer.replace('{tenantid}', String(tid)) };
}

function textOfBase64Url(text: string): string {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function tokensOf(grant: oauth.TokenEndpointResponse): Tokens {
  const { access_token: accessToken, expires_in: lifetime = 0, refresh_token: refreshToken } = grant;
  return { accessToken, expiresOnTimestamp: Date.now() + lifetime * 1000, refreshToken };
}

function accountOf(claims: oauth.IDToken | undefined): Account {
  const text = (claim: unknown) => (typeof claim === 'string' ? claim : '');
  const username = text(claims?.preferred_username);
  return { name: text(claims?.name) || username, username };
}
