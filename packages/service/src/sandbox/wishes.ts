import { Type } from 'typebox';
import { checked, OAuthError, type Parameters } from './oauth.js';

const text = Type.Optional(Type.String({ maxLength: 128 }));

/** What a test may ask for besides what OAuth knows. */
const Wishes = Type.Object({ mfa: text, lifetime: text, role: text });

const roleNames = ['Vetting.Review', 'Vetting.Administer'];
const MAX_LIFETIME_IN_SECONDS = 86_400;

/** How an access token is to differ from the one that is given by itself. */
export interface TokenWishes {
  /** Whether the user passed multi-factor authentication; undefined if nothing is said of it. */
  readonly mfa: boolean | undefined;
  readonly lifetimeInSeconds: number | undefined;
  /** Roles that the token has besides those of its user. */
  readonly roles: readonly string[];
}

/**
 * Reads what a token request asks for by `mfa`, `lifetime` and `role`.
 * @throws OAuthError `invalid_request`
 */
export function readWishes(form: Parameters): TokenWishes {
  const { mfa, lifetime, role = '' } = checked(Wishes, form);
  return { mfa: readMfa(mfa), lifetimeInSeconds: readLifetime(lifetime), roles: readRoles(role) };
}

function readMfa(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new OAuthError('invalid_request', 'mfa must be true or false.');
}

function readLifetime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= MAX_LIFETIME_IN_SECONDS) return seconds;
  throw new OAuthError('invalid_request', `lifetime must be whole seconds from 1 to ${MAX_LIFETIME_IN_SECONDS}.`);
}

function readRoles(text: string): string[] {
  const roles = text.split(' ').filter((name) => name !== '');
  if (roles.every((name) => roleNames.includes(name))) return roles;
  throw new OAuthError('invalid_request', `role must be of ${roleNames.join(' and ')}, separated by spaces.`);
}
