import type { INetworkModule, NodeAuthOptions } from '@azure/msal-node';
import type { AuthorityAnswer, SendToAuthority } from './authority.js';
import { type ClientCertificate, keyOf } from './client-certificate.js';
import { CredentialError } from './credential-error.js';

/** The application, and where it signs in. */
export interface Application {
  readonly clientId: string;
  readonly clientSecret: string | ClientCertificate;
  readonly authorityHost: string;
  readonly disableInstanceDiscovery: boolean;
}

/** What a refresh asks for. */
export interface RefreshRequest {
  readonly scopes: string[];
  readonly tenantId: string;
  readonly claims: string | undefined;
  readonly enableCae: boolean;
}

/** What it is answered. */
export interface Granted {
  readonly token: string;
  readonly expiresOnTimestamp: number;
  readonly refreshAfterTimestamp: number | undefined;
  /** The new refresh token; undefined where the authority gave none. */
  readonly refreshToken: string | undefined;
}

/**
 * Exchanges a refresh token by MSAL. MSAL keeps refresh tokens to itself, so the new one is read from the answer as it
 * arrives; and each exchange has an MSAL of its own, so that no answer is taken for another's.
 */
export async function refresh(
  application: Application,
  request: RefreshRequest,
  refreshToken: string,
  send: SendToAuthority,
): Promise<Granted> {
  const { ConfidentialClientApplication } = await import('@azure/msal-node');
  const { scopes, claims, enableCae } = request;
  const { networkClient, seen } = listening(send);
  const msal = new ConfidentialClientApplication({
    auth: {
      clientId: application.clientId,
      authority: `${application.authorityHost}/${request.tenantId}`,
      ...(application.disableInstanceDiscovery ? { knownAuthorities: [application.authorityHost] } : {}),
      ...(enableCae ? { clientCapabilities: ['cp1'] } : {}),
      ...proofOf(application.clientSecret),
    },
    system: { networkClient },
  });
  const asked = { scopes, refreshToken, ...(claims === undefined ? {} : { claims }) };
  const result = await msal.acquireTokenByRefreshToken(asked).catch((error: unknown) => {
    throw seen.failure ?? explain(seen, error, application, refreshToken);
  });
  if (!result?.accessToken || !result.expiresOn) throw explain(seen, undefined, application, refreshToken);
  return {
    token: result.accessToken,
    expiresOnTimestamp: result.expiresOn.getTime(),
    refreshAfterTimestamp: result.refreshOn?.getTime(),
    refreshToken: textMember(seen.answer?.body, 'refresh_token'),
  };
}

function proofOf(clientSecret: string | ClientCertificate): Partial<NodeAuthOptions> {
  return typeof clientSecret === 'string' ? { clientSecret } : { clientCertificate: keyOf(clientSecret) };
}

interface Seen {
  /** The last answer of the authority. */
  answer: AuthorityAnswer | undefined;
  /** Why there was none: MSAL would hide it in an error of its own. */
  failure: unknown;
}

function listening(send: SendToAuthority): { networkClient: INetworkModule; seen: Seen } {
  const seen: Seen = { answer: undefined, failure: undefined };
  const ask = async <T>(...[request]: Parameters<SendToAuthority>) => {
    const answer = await send(request).catch((error: unknown) => {
      seen.failure = error;
      throw error;
    });
    seen.answer = answer;
    return networkResponse<T>(answer);
  };
  return {
    seen,
    networkClient: {
      sendGetRequestAsync: (url, options) => ask({ method: 'GET', url, headers: options?.headers }),
      sendPostRequestAsync: (url, options) =>
        ask({ method: 'POST', url, headers: options?.headers, body: options?.body }),
    },
  };
}

/** MSAL looks into the body without asking whether there is one. */
function networkResponse<T>({ status, headers, body }: AuthorityAnswer): {
  status: number;
  headers: Record<string, string>;
  body: T;
} {
  return { status, headers, body: (typeof body === 'object' && body !== null ? body : {}) as T };
}

/** What only a person can mend, by signing in. */
const signInCodes: ReadonlySet<string | undefined> = new Set([
  'consent_required',
  'interaction_required',
  'invalid_grant',
  'login_required',
]);
const applicationCodes: ReadonlySet<string | undefined> = new Set(['invalid_client', 'unauthorized_client']);

function explain(
  { answer }: Seen,
  error: unknown,
  { authorityHost, clientSecret }: Application,
  refreshToken: string,
): CredentialError {
  const code = textMember(answer?.body, 'error');
  const reason = withoutSecrets(reasonOf(answer, error), [clientSecret, refreshToken]);
  return new CredentialError(`${authorityHost} gave no token: ${reason}${adviceFor(code)}`, {
    code,
    signInRequired: signInCodes.has(code),
    correlationId: textMember(answer?.body, 'correlation_id'),
  });
}

function adviceFor(code: string | undefined): string {
  if (signInCodes.has(code)) return ' Sign in again for a new refresh token.';
  if (applicationCodes.has(code)) return ' Check the client id and the secret or certificate of the application.';
  return '';
}

/** Entra ID puts ids and a time below its sentence, or behind it. */
function reasonOf(answer: AuthorityAnswer | undefined, error: unknown): string {
  const told = textMember(answer?.body, 'error_description') ?? textMember(answer?.body, 'error');
  const [sentence = ''] = (told ?? untold(answer, error)).split(/\r?\n| Trace ID:/, 1);
  return `${sentence.trim().replace(/\.$/, '')}.`;
}

function untold(answer: AuthorityAnswer | undefined, error: unknown): string {
  if (answer !== undefined && answer.status >= 400) return `it answered ${answer.status} without an explanation`;
  if (answer !== undefined && answer.body === undefined) return 'its answer is not JSON';
  return error instanceof Error ? error.message : 'its answer has no access token';
}

function withoutSecrets(text: string, secrets: readonly (string | ClientCertificate)[]): string {
  const values = secrets.filter((secret): secret is string => typeof secret === 'string');
  return values.reduce((kept, secret) => kept.replaceAll(secret, '[redacted]'), text);
}

function textMember(value: unknown, name: string): string | undefined {
  const member = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof member === 'string' && member !== '' ? member : undefined;
}
