import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../domain/clock.js';
import { issuerOf, type Version } from './addresses.js';
import { OAuthError } from './oauth.js';
import { SAMPLE_CLIENT_ID, type SampleUser } from './sample-data.js';
import { type Access, grantedPermissions } from './scopes.js';
import type { Secrets } from './secrets.js';
import type { TokenWishes } from './wishes.js';

/** What an answer says of a token's lifetime, where the request does not ask for another. */
export const TOKEN_LIFETIME_IN_SECONDS = 3600;

/**
 * What the token itself says then. A client's cache goes by its own clock and not by the sandbox's, so a move of the
 * sandbox's clock by some days would lock it out until its own hour is over.
 */
const UNASKED_LIFETIME_IN_SECONDS = 30 * 86_400;

/** A program that proved itself by the client secret, or one that cannot keep a secret: a page in a browser. */
export type ClientKind = 'confidential' | 'public';

/** For which tenant a token is issued, and by which issuer's name. */
export interface Place {
  readonly origin: string;
  readonly tenantId: string;
  readonly version: Version;
}

/** What a refresh token stands for. */
export interface RefreshGrant {
  readonly objectId: string;
  readonly tenantId: string;
  readonly client: ClientKind;
  readonly scope: string;
}

const RefreshClaims = Type.Object({
  oid: Type.String(),
  tid: Type.String(),
  client: Type.Union([Type.Literal('confidential'), Type.Literal('public')]),
  scope: Type.String(),
});
type RefreshClaims = Static<typeof RefreshClaims>;

const REFRESH_TOKEN_TYPE = 'vetted-refresh+jwt';

/** Makes the authority's tokens, with the claims that Entra ID's have. */
export class Tokens {
  readonly #secrets: Secrets;
  readonly #clock: Clock;

  constructor(secrets: Secrets, clock: Clock) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  /** An app-only access token: `idtyp` is `app`, and there is no `scp`. */
  appToken(place: Place, resource: string, wishes: TokenWishes): Promise<string> {
    const principal = servicePrincipalId(place.tenantId);
    const claims = { ...clientClaims(place, 'confidential'), oid: principal, sub: principal, idtyp: 'app' };
    return this.#sign(place, resource, lifetimeOf(wishes), { ...claims, ...roleClaims(wishes.roles) });
  }

  /** An App+User access token of a user who passed multi-factor authentication, unless another is wished for. */
  userToken(place: Place, user: SampleUser, access: Access, client: ClientKind, wishes: TokenWishes): Promise<string> {
    return this.#sign(place, access.resource, lifetimeOf(wishes), {
      ...clientClaims(place, client),
      ...userClaims(user),
      ...roleClaims([...user.roles, ...wishes.roles]),
      idtyp: 'user',
      scp: grantedPermissions(access),
      amr: wishes.mfa === false ? ['pwd'] : ['pwd', 'mfa'],
    });
  }

  /** An OpenID Connect id token, for the application alone. */
  idToken(place: Place, user: SampleUser, nonce: string | undefined): Promise<string> {
    const claims = { ...userClaims(user), ...roleClaims(user.roles), ...(nonce === undefined ? {} : { nonce }) };
    return this.#sign(place, SAMPLE_CLIENT_ID, TOKEN_LIFETIME_IN_SECONDS, claims);
  }

  /**
   * A refresh token. It needs no record: its signature vouches for it, so it outlives a restart and never expires.
   * The same id gives the same token.
   */
  refreshToken(grant: RefreshGrant, id: string = randomUUID()): Promise<string> {
    const { objectId: oid, tenantId: tid, client, scope } = grant;
    return new SignJWT({ oid, tid, client, scope } satisfies RefreshClaims)
      .setProtectedHeader({ alg: 'HS256', typ: REFRESH_TOKEN_TYPE })
      .setJti(id)
      .sign(this.#secrets.refreshTokenKey);
  }

  /** What a refresh token of {@link refreshToken} stands for. */
  async readRefreshToken(token: string): Promise<RefreshGrant> {
    const claims = await this.#verifiedRefreshClaims(token);
    if (!Value.Check(RefreshClaims, claims)) throw invalidRefreshToken();
    return { objectId: claims.oid, tenantId: claims.tid, client: claims.client, scope: claims.scope };
  }

  async #verifiedRefreshClaims(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.#secrets.refreshTokenKey, {
        algorithms: ['HS256'],
        typ: REFRESH_TOKEN_TYPE,
        currentDate: this.#clock(),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw invalidRefreshToken();
      throw error;
    }
  }

  #sign(place: Place, audience: string, lifetimeInSeconds: number, claims: JWTPayload): Promise<string> {
    const now = Math.floor(this.#clock().getTime() / 1000);
    return new SignJWT({
      aud: audience,
      iss: issuerOf(place.origin, place.tenantId, place.version),
      iat: now,
      nbf: now,
      exp: now + lifetimeInSeconds,
      ...claims,
      tid: place.tenantId,
      uti: randomBytes(16).toString('base64url'),
      jti: randomUUID(),
      ver: place.version === 'v2' ? '2.0' : '1.0',
    })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: this.#secrets.keyId })
      .sign(this.#secrets.signingKey);
  }
}

function invalidRefreshToken(): OAuthError {
  return new OAuthError('invalid_grant', 'The refresh token is not one of this authority.');
}

/** Which application asked and how it proved itself: two names for each, by the token's version. */
function clientClaims({ version }: Place, client: ClientKind): JWTPayload {
  const proof = client === 'confidential' ? '1' : '0';
  return version === 'v2' ? { azp: SAMPLE_CLIENT_ID, azpacr: proof } : { appid: SAMPLE_CLIENT_ID, appidacr: proof };
}

function userClaims(user: SampleUser): JWTPayload {
  return {
    oid: user.objectId,
    sub: user.objectId,
    name: user.displayName,
    upn: user.userPrincipalName,
    preferred_username: user.userPrincipalName,
  };
}

/** Absent without a role, as with Entra ID. */
function roleClaims(roles: readonly string[]): JWTPayload {
  return roles.length === 0 ? {} : { roles: [...new Set(roles)] };
}

function lifetimeOf({ lifetimeInSeconds }: TokenWishes): number {
  return lifetimeInSeconds ?? UNASKED_LIFETIME_IN_SECONDS;
}

/** The object id of the application's service principal in a tenant: another in each, and in each always the same. */
function servicePrincipalId(tenantId: string): string {
  const digest = createHash('sha256').update(`${SAMPLE_CLIENT_ID}/${tenantId}`).digest('hex');
  // The version and variant digits of a GUID made from a digest (RFC 9562, 5.8).
  const [a, b, c, d, e] = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(13, 16),
    digest.slice(17, 20),
    digest.slice(20, 32),
  ];
  return `${a}-${b}-8${c}-a${d}-${e}`;
}
