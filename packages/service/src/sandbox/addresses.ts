import { isGuid } from '@vetted/contract';
import { OAuthError } from './oauth.js';

/** The tenant that a path names: one, or whichever the user belongs to. */
export type PathTenant =
  | { readonly kind: 'one'; readonly id: string }
  | { readonly kind: 'any'; readonly name: string };

/** Reads the path's first segment: a tenant id, `common` or `organizations`. */
export function readTenant(segment: string): PathTenant {
  const name = segment.toLowerCase();
  if (isGuid(name)) return { kind: 'one', id: name };
  if (name === 'common' || name === 'organizations') return { kind: 'any', name };
  throw new OAuthError('invalid_request', 'The path must begin with a tenant id, common or organizations.');
}

/** Whether a tenant's user may be served under this path. */
export function admits(tenant: PathTenant, userTenantId: string): boolean {
  return tenant.kind === 'any' || tenant.id === userTenantId;
}

/** The origin of a request whose Host header names this machine, or undefined. */
export function loopbackOrigin(scheme: string, host: string): string | undefined {
  const name = host.toLowerCase();
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(name) ? `${scheme}://${name}` : undefined;
}

const TENANT_ISSUER = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?\/([^/]+)\/(?:v2\.0)?$/;

/** The issuer of a tenant's tokens, in the form of Entra ID's two versions of them. */
export function issuerOf(origin: string, tenantId: string, version: Version): string {
  return version === 'v2' ? `${origin}/${tenantId}/v2.0` : `${origin}/${tenantId}/`;
}

/** The tenant of an issuer that {@link issuerOf} made, under whatever loopback origin. */
export function tenantOfIssuer(issuer: string): string | undefined {
  const [, tenant] = TENANT_ISSUER.exec(issuer) ?? [];
  return isGuid(tenant) ? tenant.toLowerCase() : undefined;
}

/** The version of the endpoints and of the tokens they give. */
export type Version = 'v1' | 'v2';

/** A URL on this machine that a browser may be sent back to, or undefined. */
export function loopbackUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  // RFC 6749, 3.1.2: a redirection URI has no fragment.
  const isPlain = url.username === '' && url.password === '' && !text.includes('#');
  return isWeb && isLocal && isPlain ? url : undefined;
}
