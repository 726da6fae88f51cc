import type { AccessToken, TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { type RetryOptions, retrySettings } from '../options.js';
import { isObject } from '../transport/json.js';
import { type AuthorityAnswer, authoritySender } from './authority.js';
import { CredentialError, isCredentialError } from './credential-error.js';
import {
  isSandbox,
  readSandbox,
  type SandboxDescription,
  type SandboxUserName,
  START_SANDBOX,
} from './sandbox-description.js';

/** Options of {@link sandboxCredential}. */
export interface SandboxCredentialOptions {
  /** The sandbox, as `startService({ sandbox: true })` describes it. Default: what `file` says. */
  sandbox?: SandboxDescription;
  /**
   * Where the sandbox is described, on Node.js. It is read with each token: a sandbox that was started anew is found.
   * Default: `sandbox.json` in the data folder, which is `VETTED_HOME` or `.vetted`.
   */
  file?: string;
  /** Whom to sign in, for an App+User token. Default: nobody, for an app-only token. */
  user?: SandboxUserName;
  /** `false` for a user who did not pass multi-factor authentication. Default `true`; only with `user`. */
  mfa?: boolean;
  /**
   * How long a token lasts, in seconds of the sandbox's clock. Default: 30 days of that clock, though the client asks
   * for another after an hour of its own; whole, 1 to 86,400.
   */
  lifetimeInSeconds?: number;
  /** How often and how soon a failed request is tried again. Default: no retries, as it is on this machine. */
  retryOptions?: RetryOptions;
  /** What sends the requests. Default: the HTTP client of `@azure/core-rest-pipeline`. */
  httpClient?: HttpClient;
}

/**
 * Signs in to a sandbox, as its application or as one of its users, over http too: the credentials of `@azure/identity`
 * insist on https. Its tokens count in that sandbox alone.
 *
 * `getToken` rejects with a {@link CredentialError} where there is no sandbox, where nothing answers, and where what
 * answers is another one.
 *
 * @throws TypeError for an option of the wrong type, RangeError for one out of its range.
 * @example
 * ```ts
 * import { PartnerCenterClient, sandboxCredential } from '@vetted/client';
 *
 * // The sandbox that runs in this folder, at its default address.
 * const baseUrl = 'http://127.0.0.1:7070';
 * export const reader = new PartnerCenterClient(sandboxCredential(), { baseUrl });
 * export const agent = new PartnerCenterClient(sandboxCredential({ user: 'agent' }), { baseUrl });
 * ```
 */
export function sandboxCredential(options: SandboxCredentialOptions = {}): TokenCredential {
  check(options);
  const { sandbox, file, retryOptions } = options;
  const send = authoritySender({
    retry: retrySettings({ maxRetries: 0, ...retryOptions }),
    httpClient: options.httpClient,
    isProxied: false,
  });
  return {
    async getToken(scopes, { abortSignal } = {}) {
      const description = sandbox ?? (await readSandbox(file));
      const { tenantId, form } = grantOf(description, options);
      const url = `${new URL(description.baseUrl).origin}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
      const body = String(new URLSearchParams({ scope: [scopes].flat().join(' '), ...form }));
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const answer = await send({ method: 'POST', url, headers, body, abortSignal }).catch((error: unknown) => {
        throw isCredentialError(error) ? unreachable(description, error) : error;
      });
      return tokenOf(answer, description);
    },
  };
}

function check({ sandbox, user, mfa, lifetimeInSeconds }: SandboxCredentialOptions): void {
  if (sandbox !== undefined && !isSandbox(sandbox)) {
    throw new TypeError('sandbox must be the description of a sandbox, with its base URL, ids, secret and users.');
  }
  if (user !== undefined && !['agent', 'reviewer', 'administrator'].includes(user)) {
    throw new RangeError(`user must be agent, reviewer or administrator; "${user}" is not.`);
  }
  if (mfa !== undefined && user === undefined) throw new RangeError('mfa is about a user: name one.');
  if (lifetimeInSeconds === undefined) return;
  if (!(Number.isInteger(lifetimeInSeconds) && lifetimeInSeconds >= 1 && lifetimeInSeconds <= 86_400)) {
    throw new RangeError(`lifetimeInSeconds must be a whole number from 1 to 86400; ${lifetimeInSeconds} is not.`);
  }
}

function grantOf(sandbox: SandboxDescription, { user, mfa, lifetimeInSeconds }: SandboxCredentialOptions) {
  const { tenantId, refreshToken } = user === undefined ? { ...sandbox, refreshToken: undefined } : sandbox.users[user];
  const form: Record<string, string> = {
    client_id: sandbox.clientId,
    client_secret: sandbox.clientSecret,
    ...(refreshToken === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token: refreshToken }),
    ...(mfa === undefined ? {} : { mfa: String(mfa) }),
    ...(lifetimeInSeconds === undefined ? {} : { lifetime: String(lifetimeInSeconds) }),
  };
  return { tenantId, form };
}

function tokenOf({ status, body }: AuthorityAnswer, { baseUrl }: SandboxDescription): AccessToken {
  const told = isObject(body) ? body : {};
  const { access_token: token, expires_in: lifetime, error: code, error_description: reason } = told;
  if (status === 200 && typeof token === 'string' && typeof lifetime === 'number') {
    return { token, expiresOnTimestamp: Date.now() + lifetime * 1000 };
  }
  if (typeof reason !== 'string') {
    throw new CredentialError(`What answers at ${baseUrl} is not this sandbox. ${START_SANDBOX}`);
  }
  throw new CredentialError(`The sandbox at ${baseUrl} gives no token: ${reason}`, {
    code: typeof code === 'string' ? code : undefined,
  });
}

function unreachable({ baseUrl }: SandboxDescription, { code }: CredentialError): CredentialError {
  return new CredentialError(`Nothing answers at ${baseUrl}. Start the sandbox with: npx vetted serve --sandbox`, {
    code,
  });
}
