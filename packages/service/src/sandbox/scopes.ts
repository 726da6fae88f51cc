import { GUID_PATTERN } from '@vetted/contract';
import { OAuthError } from './oauth.js';

/**
 * Partner Center as a token's audience: its resource URI and its application id.
 * @see https://learn.microsoft.com/partner-center/developer/partner-center-authentication
 */
export const partnerCenterAudiences = [
  'https://api.partnercenter.microsoft.com',
  'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd',
] as const;

const USER_IMPERSONATION = 'user_impersonation';
const identityScopes = ['openid', 'profile', 'email', 'offline_access'];

/** What a token is asked for. */
export interface Access {
  /** The resource, which becomes the token's `aud`. One that is not Partner Center is kept, so that tests see it refused. */
  readonly resource: string;
  /** The permissions on it; `.default` stands for all there are. */
  readonly permissions: readonly string[];
  /** The scopes that are about the user and the grant: `openid`, `offline_access` and the like. */
  readonly identity: readonly string[];
}

/** `https://host/permission`, `api://application/permission` or `<application id>/permission`, as Entra ID has them. */
const RESOURCE_SCOPE = new RegExp(`^(${GUID_PATTERN.slice(1, -1)}|[a-z][a-z0-9+.-]*://[^/\\s]\\S*)/([^/\\s]+)$`, 'i');

/** Reads a `scope`, which must name exactly one resource, as Entra ID demands. */
export function readScope(scope: string): Access {
  const all = scope.split(/\s+/).filter((name) => name !== '');
  const parsed = all.filter((name) => !identityScopes.includes(name)).map(readResourceScope);
  const [first] = parsed;
  if (first === undefined || parsed.some(({ resource }) => resource !== first.resource)) {
    throw new OAuthError('invalid_scope', 'scope must name permissions of exactly one resource.');
  }
  const permissions = parsed.map(({ permission }) => permission);
  if (
    isPartnerCenter(first.resource) &&
    permissions.some((name) => name !== '.default' && name !== USER_IMPERSONATION)
  ) {
    throw new OAuthError(
      'invalid_scope',
      'Partner Center has no other permissions than .default and user_impersonation.',
    );
  }
  return { resource: first.resource, permissions, identity: all.filter((name) => identityScopes.includes(name)) };
}

function readResourceScope(scope: string): { resource: string; permission: string } {
  const [, resource, permission] = RESOURCE_SCOPE.exec(scope) ?? [];
  if (resource === undefined || permission === undefined) {
    throw new OAuthError('invalid_scope', 'Each permission in scope must follow its resource and a slash.');
  }
  return { resource, permission };
}

function isPartnerCenter(resource: string): boolean {
  return partnerCenterAudiences.some((audience) => audience === resource);
}

/** The `scp` claim: the permissions by name, `.default` being the one that Partner Center has. */
export function grantedPermissions({ permissions }: Access): string {
  return [...new Set(permissions.map((name) => (name === '.default' ? USER_IMPERSONATION : name)))].join(' ');
}

/**
 * The `scope` of an answer. Entra ID repeats `.default` beside what it stands for, and MSAL finds a token in its cache
 * only by the scopes that this names.
 */
export function grantedScope(access: Access): string {
  const names = access.permissions.flatMap((name) => (name === '.default' ? [USER_IMPERSONATION, name] : [name]));
  return [...[...new Set(names)].map((name) => `${access.resource}/${name}`), ...access.identity].join(' ');
}
