import { isGuid } from '@vetted/contract';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWK,
  type JWSHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose';
import { Refusal } from '../domain/refusal.js';
import type { TrustedIssuer } from './trusted-issuer.js';

export const TENANT_PLACEHOLDER = '{tenantid}';

/** Where the v1 issuers publish their metadata, which is not under the issuer's own name. */
const metadataHosts: Readonly<Record<string, string>> = {
  'sts.windows.net': 'login.microsoftonline.com',
  'sts.chinacloudapi.cn': 'login.partner.microsoftonline.cn',
};

export interface RemoteIssuerOptions {
  /** Milliseconds that pass at least between two fetches of the keys, whatever key ids strangers ask for. Default 30,000. */
  readonly cooldownInMs?: number;
  /** Milliseconds after which the keys are fetched again. Default 10 minutes. */
  readonly maxAgeInMs?: number;
}

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/**
 * An issuer whose keys are on the network: found through its discovery document, kept, and fetched again when a token
 * names a key that is not among them.
 * @param issuer the issuer's URL, `{tenantid}` standing for the tenant of a multi-tenant application
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
 */
export function remoteIssuer(issuer: string, options: RemoteIssuerOptions = {}): TrustedIssuer {
  const keys = remoteKeys(metadataUrl(issuer), options);
  return { tenantOf: tenantReader(issuer), keys };
}

/** Reads the tenant out of an issuer's URL. */
function tenantReader(issuer: string): (claimed: string) => string | undefined {
  if (!issuer.includes(TENANT_PLACEHOLDER)) {
    const tenant = new URL(issuer).pathname.split('/').find(isGuid)?.toLowerCase();
    return (claimed) => (claimed === issuer ? tenant : undefined);
  }
  const [before = '', after = ''] = issuer.split(TENANT_PLACEHOLDER);
  return (claimed) => {
    if (!claimed.startsWith(before) || !claimed.endsWith(after)) return undefined;
    const tenant = claimed.slice(before.length, claimed.length - after.length);
    return isGuid(tenant) ? tenant.toLowerCase() : undefined;
  };
}

function metadataUrl(issuer: string): URL {
  const url = new URL(issuer.replace(TENANT_PLACEHOLDER, 'common'));
  url.hostname = metadataHosts[url.hostname] ?? url.hostname;
  url.pathname = `${url.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return url;
}

/**
 * While the issuer does not answer, it is left alone for a moment and the keys it gave before go on counting.
 * Throws ServiceUnavailable where it never gave any: that is no fault of the token's.
 */
function remoteKeys(metadata: URL, options: RemoteIssuerOptions): JWTVerifyGetKey {
  const cooldown = options.cooldownInMs ?? 30_000;
  const rest = Math.min(cooldown, 5_000);
  let discovered: Promise<RemoteKeys> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  const ask = async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    discovered ??= discoverKeysUrl(metadata).then((url) =>
      createRemoteJWKSet(url, { cooldownDuration: cooldown, cacheMaxAge: options.maxAgeInMs ?? 600_000 }),
    );
    return (await discovered)(header, token);
  };
  const known = async (): Promise<JSONWebKeySet | undefined> => (await discovered?.catch(() => undefined))?.jwks();

  return async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    // Without an id there is no telling whose key it is; Entra ID always names one.
    if (header.kid === undefined) throw new errors.JWKSNoMatchingKey();
    if (performance.now() - failedAt >= rest) {
      try {
        const key = await ask(header, token);
        refuseForeignKey(await known(), header, token);
        return key;
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
        failedAt = performance.now();
      }
    }
    const keys = await known();
    if (keys === undefined) {
      discovered = undefined;
      throw new Refusal('ServiceUnavailable');
    }
    refuseForeignKey(keys, header, token);
    return createLocalJWKSet(keys)(header, token);
  };
}

async function discoverKeysUrl(metadata: URL): Promise<URL> {
  const response = await fetch(metadata, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
  const document: unknown = response.ok ? await response.json() : undefined;
  const uri =
    typeof document === 'object' && document !== null && 'jwks_uri' in document ? document.jwks_uri : undefined;
  if (typeof uri !== 'string') throw new Error(`${metadata} is no OpenID discovery document.`);
  const url = new URL(uri);
  if (url.protocol !== 'https:' && url.hostname !== metadata.hostname) throw new Error(`${uri} is not https.`);
  return url;
}

/** Entra ID tells for each key which issuer may sign with it; a token of another tenant's issuer may not use it. */
function refuseForeignKey(
  keys: JSONWebKeySet | undefined,
  { kid }: JWSHeaderParameters,
  token: FlattenedJWSInput,
): void {
  const { iss, tid } = decodeJwt(`.${String(token.payload)}.`);
  for (const key of (keys?.keys ?? []) as (JWK & { issuer?: unknown })[]) {
    if (key.kid !== kid || typeof key.issuer !== 'string') continue;
    if (key.issuer.replace(TENANT_PLACEHOLDER, String(tid)) !== iss) throw new errors.JWKSNoMatchingKey();
  }
}
