import type { AccessToken } from '@azure/core-auth';
import { decodeJwt, type JWTPayload } from 'jose';
import type { Target } from '../../target.js';
import { type Check, failed, warning, well } from './check.js';
import { inWords } from './in-words.js';

/** A token as its claims tell it. */
export interface TokenClaims extends JWTPayload {
  readonly idtyp?: unknown;
  readonly scp?: unknown;
  readonly amr?: unknown;
}

/** What came of asking for a token: never the token itself in words. */
export interface TokenFound {
  readonly checks: readonly Check[];
  readonly token?: AccessToken;
  readonly claims?: TokenClaims;
}

/** Asks for a token, and says what it holds. */
export async function findToken({ credential, scope, signIn, variables }: Target): Promise<TokenFound> {
  let token: AccessToken | null;
  try {
    token = await credential.getToken(scope);
  } catch (error) {
    const text = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    const advice = signIn === 'sandbox' ? undefined : adviceFor(variables);
    return { checks: [failed('Token', text, advice)] };
  }
  if (token === null) return { checks: [failed('Token', 'the credential gave none', adviceFor(variables))] };
  const left = (token.expiresOnTimestamp - Date.now()) / 1000;
  const obtained = well('Token', `obtained, ends in ${inWords(left)}`);
  const claims = claimsOf(token.token);
  if (claims !== undefined) return { checks: [obtained, ...explain(claims, scope)], token, claims };
  const opaque = warning('Claims', 'the token is no JWT, so they cannot be read', `Is ${scope} the scope you mean?`);
  return { checks: [obtained, opaque], token };
}

function adviceFor(variables: readonly string[]): string {
  return variables.length === 0
    ? 'Run az login, or set the variables that vetted token --help names.'
    : `Check ${variables.join(', ')}.`;
}

function claimsOf(token: string): TokenClaims | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

function explain(claims: TokenClaims, scope: string): Check[] {
  const { tid, appid, azp, aud } = claims;
  return [
    well('Tenant', wordOf(tid) ?? 'none in the token'),
    well('Application', wordOf(appid) ?? wordOf(azp) ?? 'none in the token'),
    well('User', userOf(claims)),
    well('Roles', rolesOf(claims).join(', ') || 'none in the token'),
    checkAudience([aud ?? []].flat(), scope),
  ];
}

/** The roles of whom a token was issued for. */
export function rolesOf({ roles }: TokenClaims): string[] {
  return listOf(roles);
}

/** Whether a token is an application's alone. Entra ID's older tokens do not say so, but have no `scp` then. */
export function isAppOnly({ idtyp, scp }: TokenClaims): boolean {
  return idtyp === 'app' || (idtyp === undefined && scp === undefined);
}

function userOf(claims: TokenClaims): string {
  if (isAppOnly(claims)) return 'none: app-only, which reads and does not request';
  const { upn, preferred_username: preferred, unique_name: unique, name } = claims;
  return `${wordOf(upn) ?? wordOf(preferred) ?? wordOf(unique) ?? wordOf(name) ?? 'one without a name'} (App+User)`;
}

/** An audience that is an application's id says nothing about the scope that it was asked for by. */
function checkAudience(audience: readonly string[], scope: string): Check {
  const text = audience.join(', ') || 'none in the token';
  const resource = withoutSlash(scope.replace(/\/[^/]*$/, ''));
  const isOther = audience.some((one) => URL.canParse(one)) && !audience.some((one) => withoutSlash(one) === resource);
  return isOther
    ? warning(
        'Audience',
        `${text}, which is not that of the scope`,
        'Check the scope: the service may refuse the token.',
      )
    : well('Audience', text);
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, '');
}

/**
 * Whether the user passed multi-factor authentication, as the token says and as the service does.
 * @param told what the service says; undefined where it does not say
 */
export function checkMfa(claims: TokenClaims, told: boolean | undefined): Check {
  if (isAppOnly(claims)) return well('MFA', 'not for an application, which signs in without a user');
  const methods = listOf(claims.amr);
  const isInToken = methods.includes('mfa');
  if (isInToken && told !== false) {
    return well('MFA', told ? 'passed: the token and the service say so' : 'passed: the token says so');
  }
  const said = isInToken ? 'the service says no, though the token says so' : 'the token does not say so';
  return warning('MFA', `not passed: ${said}`, 'Sign in again with multi-factor authentication: requests need it.');
}

function wordOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined;
}

function listOf(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter((one) => typeof one === 'string') : [];
}
