import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import type { Clock } from '../domain/clock.js';
import { admits, type PathTenant, type Version } from './addresses.js';
import { authenticateClient, requireSecret, sameText } from './client-authentication.js';
import type { AuthorizationCodes } from './codes.js';
import { checked, OAuthError, type Parameters } from './oauth.js';
import { type SampleUser, sampleData } from './sample-data.js';
import { type Access, grantedPermissions, grantedScope, readScope } from './scopes.js';
import { type ClientKind, type Place, TOKEN_LIFETIME_IN_SECONDS, type Tokens } from './tokens.js';
import { readWishes, type TokenWishes } from './wishes.js';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const optional = (maxLength: number) => Type.Optional(text(maxLength));

const clientMembers = { client_id: optional(128), client_secret: optional(1024) };
const accessMembers = {
  scope: optional(2048),
  resource: Type.Optional(Type.String({ maxLength: 2048, pattern: '^\\S+$' })),
};
const identityMembers = { client_info: optional(8) };

const GrantType = Type.Object({ grant_type: text(128) });

const ClientCredentials = Type.Object({ ...clientMembers, ...accessMembers });

const RefreshToken = Type.Object({ ...clientMembers, ...accessMembers, ...identityMembers, refresh_token: text(8192) });

const AuthorizationCode = Type.Object({
  ...clientMembers,
  ...accessMembers,
  ...identityMembers,
  code: text(128),
  redirect_uri: text(2048),
  // RFC 7636, 4.1.
  code_verifier: Type.String({ minLength: 43, maxLength: 128, pattern: '^[A-Za-z0-9._~-]+$' }),
});

/** One request to a token endpoint. */
export interface TokenRequest {
  readonly origin: string;
  readonly tenant: PathTenant;
  readonly version: Version;
  readonly authorization: string | undefined;
  readonly form: Parameters;
}

/** The answer to it (RFC 6749, 5.1). The times are texts in version 1, as Entra ID writes them. */
export interface TokenResponse {
  readonly token_type: 'Bearer';
  readonly expires_in: number | string;
  readonly ext_expires_in: number | string;
  readonly expires_on?: string;
  readonly not_before?: string;
  readonly resource?: string;
  readonly scope?: string;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly client_info?: string;
}

/** The members of an answer that the token's version and lifetime do not tell. */
type TokenMembers = Pick<TokenResponse, 'access_token' | 'scope' | 'refresh_token' | 'id_token' | 'client_info'>;

/** A user's sign-in, from whichever grant, as the answer is made of it. */
interface UserGrant {
  readonly user: SampleUser;
  readonly client: ClientKind;
  readonly access: Access;
  /** What its refresh token will stand for; none is given if this is undefined. */
  readonly refreshScope: string | undefined;
  readonly nonce: string | undefined;
  readonly wantsClientInfo: boolean;
  readonly wishes: TokenWishes;
}

export interface GrantsOptions {
  readonly tokens: Tokens;
  readonly codes: AuthorizationCodes;
  readonly clientSecret: string;
  readonly clock: Clock;
}

/** The token endpoints: what a grant is exchanged for. Each throws OAuthError. */
export class Grants {
  readonly #options: GrantsOptions;

  constructor(options: GrantsOptions) {
    this.#options = options;
  }

  async exchange(request: TokenRequest): Promise<TokenResponse> {
    const { grant_type: type } = checked(GrantType, request.form);
    if (type === 'client_credentials') return this.#clientCredentials(request);
    if (type === 'refresh_token') return this.#refreshToken(request);
    if (type === 'authorization_code') return this.#authorizationCode(request);
    throw new OAuthError(
      'unsupported_grant_type',
      'grant_type must be client_credentials, refresh_token or authorization_code.',
    );
  }

  async #clientCredentials(request: TokenRequest): Promise<TokenResponse> {
    const form = checked(ClientCredentials, request.form);
    const wishes = readWishes(request.form);
    requireSecret(this.#authenticate(form, request));
    if (wishes.mfa !== undefined) {
      throw new OAuthError('invalid_request', 'mfa is about a user: an application has none.');
    }
    if (request.tenant.kind === 'any') {
      throw new OAuthError('invalid_request', 'An application has no tenant of its own: the path must name one.');
    }
    const place = { origin: request.origin, tenantId: request.tenant.id, version: request.version };
    const access = readAccess(request.version, form, undefined);
    if (access.permissions.some((name) => name !== '.default')) {
      throw new OAuthError('invalid_scope', 'An application asks for the .default permission of a resource.');
    }
    const token = await this.#options.tokens.appToken(place, access.resource, wishes);
    return this.#answer(place, access, wishes, { access_token: token });
  }

  async #refreshToken(request: TokenRequest): Promise<TokenResponse> {
    const form = checked(RefreshToken, request.form);
    const wishes = readWishes(request.form);
    const client = this.#authenticate(form, request);
    const grant = await this.#options.tokens.readRefreshToken(form.refresh_token);
    if (grant.client === 'confidential') requireSecret(client);
    const user = Object.values(sampleData.users).find(({ objectId }) => objectId === grant.objectId);
    if (user === undefined) throw new OAuthError('invalid_grant', 'The user of the refresh token is unknown here.');
    return this.#answerUser(request, {
      user,
      client: grant.client,
      access: readAccess(request.version, form, grant.scope),
      refreshScope: grant.scope,
      nonce: undefined,
      wantsClientInfo: form.client_info === '1',
      wishes,
    });
  }

  async #authorizationCode(request: TokenRequest): Promise<TokenResponse> {
    const form = checked(AuthorizationCode, request.form);
    const wishes = readWishes(request.form);
    const client = this.#authenticate(form, request);
    const grant = this.#options.codes.take(form.code);
    if (grant === undefined) throw new OAuthError('invalid_grant', 'The code is unknown, expired, or was used before.');
    if (grant.redirectUri !== form.redirect_uri) {
      throw new OAuthError('invalid_grant', 'redirect_uri is not the one that the code was asked for with.');
    }
    if (!sameText(challengeOf(form.code_verifier), grant.codeChallenge)) {
      throw new OAuthError('invalid_grant', 'code_verifier does not belong to the code_challenge.');
    }
    const access = readAccess(request.version, form, grant.scope);
    const isOffline = request.version === 'v1' || access.identity.includes('offline_access');
    return this.#answerUser(request, {
      user: grant.user,
      client,
      access,
      refreshScope: isOffline ? grant.scope : undefined,
      nonce: grant.nonce,
      wantsClientInfo: form.client_info === '1',
      wishes,
    });
  }

  #authenticate(form: Static<typeof ClientCredentials>, request: TokenRequest): ClientKind {
    return authenticateClient(form, request.authorization, this.#options.clientSecret);
  }

  async #answerUser(request: TokenRequest, grant: UserGrant): Promise<TokenResponse> {
    const { user, client, access, refreshScope, wishes } = grant;
    const { objectId, tenantId } = user;
    if (!admits(request.tenant, tenantId)) {
      throw new OAuthError('invalid_grant', "The grant is of another tenant's user.");
    }
    const { tokens } = this.#options;
    const place = { origin: request.origin, tenantId, version: request.version };
    const wantsIdToken = access.identity.includes('openid');
    return this.#answer(place, access, wishes, {
      scope: request.version === 'v2' ? grantedScope(access) : grantedPermissions(access),
      access_token: await tokens.userToken(place, user, access, client, wishes),
      ...(refreshScope === undefined
        ? {}
        : { refresh_token: await tokens.refreshToken({ objectId, tenantId, client, scope: refreshScope }) }),
      ...(wantsIdToken ? { id_token: await tokens.idToken(place, user, grant.nonce) } : {}),
      ...(grant.wantsClientInfo ? { client_info: clientInfo(user) } : {}),
    });
  }

  #answer(
    place: Place,
    { resource }: Access,
    { lifetimeInSeconds }: TokenWishes,
    members: TokenMembers,
  ): TokenResponse {
    const lifetime = lifetimeInSeconds ?? TOKEN_LIFETIME_IN_SECONDS;
    if (place.version === 'v2') {
      return { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, ...members };
    }
    const now = Math.floor(this.#options.clock().getTime() / 1000);
    return {
      token_type: 'Bearer',
      expires_in: String(lifetime),
      ext_expires_in: String(lifetime),
      expires_on: String(now + lifetime),
      not_before: String(now),
      resource,
      ...members,
    };
  }
}

/**
 * What the token is asked for: by `resource` in version 1, by `scope` in version 2, as Entra ID has it. A grant that
 * says nothing of it means what it was given for.
 */
function readAccess(
  version: Version,
  asked: { readonly scope?: string; readonly resource?: string },
  granted: string | undefined,
): Access {
  const before = granted === undefined ? undefined : readScope(granted);
  if (version === 'v1') {
    const resource = asked.resource ?? before?.resource;
    if (resource === undefined) throw new OAuthError('invalid_request', 'resource is missing.');
    return { resource, permissions: ['.default'], identity: before?.identity ?? [] };
  }
  if (asked.resource !== undefined) {
    throw new OAuthError(
      'invalid_request',
      'resource belongs to version 1; this endpoint takes the resource in scope.',
    );
  }
  const access = asked.scope === undefined ? before : readScope(asked.scope);
  if (access === undefined) throw new OAuthError('invalid_request', 'scope is missing.');
  return { ...access, identity: [...new Set([...access.identity, ...(before?.identity ?? [])])] };
}

/** The S256 challenge of a verifier (RFC 7636, 4.2). */
function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** What MSAL tells accounts apart by, on demand: the user's object id and tenant. */
function clientInfo({ objectId, tenantId }: SampleUser): string {
  return Buffer.from(JSON.stringify({ uid: objectId, utid: tenantId })).toString('base64url');
}
