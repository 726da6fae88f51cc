import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { type CloudName, cloudOf } from '../clouds.js';
import { callback, flag, type RetryOptions, retrySettings } from '../options.js';
import { abortable, throwIfAborted } from '../wait.js';
import { authoritySender, type SendToAuthority } from './authority.js';
import type { ClientCertificate } from './client-certificate.js';
import { CredentialError } from './credential-error.js';
import { type Application, type RefreshRequest, refresh } from './refresh.js';

/** Options of a {@link RefreshTokenCredential}. */
export interface RefreshTokenCredentialOptions {
  /**
   * Is handed each new refresh token, to be kept in a vault in place of the old one; the access token that came with it
   * waits until this has resolved. Where it rejects, `getToken` rejects too, with a `CredentialError` whose `cause` is the
   * reason: a refresh token that nobody keeps would be lost with the process. The next `getToken` refreshes again, and
   * hands over what it gets. It must not ask this credential for a token, which would wait for itself. Default: new
   * refresh tokens serve this credential alone, and are not kept.
   */
  onRefreshToken?: (refreshToken: string) => void | Promise<void>;
  /** The cloud to sign in to, by its name: sets `authorityHost`. Default `public`. */
  cloud?: CloudName;
  /** The authority's address: https, host and port. Default: the cloud's, `https://login.microsoftonline.com`. */
  authorityHost?: string;
  /**
   * Whether not to ask Microsoft if it knows the authority: `true` for a sandbox and for a private cloud, which it does
   * not know. Default `false`.
   */
  disableInstanceDiscovery?: boolean;
  /** How often and how soon a failed request is tried again. */
  retryOptions?: RetryOptions;
  /** What sends the requests. Default: the HTTP client of `@azure/core-rest-pipeline`. */
  httpClient?: HttpClient;
}

/**
 * App+User by Microsoft's Secure Application Model: a person has signed in once, with multi-factor authentication, and
 * consented; a program goes on with the refresh token of that, for as long as it is used at least every 90 days. Runs on
 * Node.js, on `@azure/msal-node`, which is loaded with the first token.
 *
 * Each `getToken` asks the authority, except that calls at the same time which want the same share one request; the
 * client keeps the token until it expires. Requests of one credential never overlap, as each one uses the refresh token
 * of the one before.
 *
 * `getToken` rejects with a {@link CredentialError}; where `signInRequired` is set, the refresh token has expired or was
 * revoked, and somebody must sign in again. An `abortSignal` ends the waiting, never the refresh: its refresh token is
 * handed over in any case.
 *
 * @see https://learn.microsoft.com/partner-center/developer/enable-secure-app-model
 * @example
 * ```ts
 * import { PartnerCenterClient, RefreshTokenCredential } from '@vetted/client';
 *
 * interface Vault {
 *   get(name: string): Promise<string>;
 *   set(name: string, value: string): Promise<void>;
 * }
 *
 * export async function connect(vault: Vault) {
 *   const credential = new RefreshTokenCredential(
 *     '<partner tenant id>',
 *     '<application id>',
 *     await vault.get('client-secret'),
 *     await vault.get('refresh-token'),
 *     { onRefreshToken: (refreshToken) => vault.set('refresh-token', refreshToken) },
 *   );
 *   return new PartnerCenterClient(credential);
 * }
 * ```
 */
export class RefreshTokenCredential implements TokenCredential {
  readonly #tenantId: string;
  readonly #application: Application;
  readonly #onRefreshToken: ((refreshToken: string) => void | Promise<void>) | undefined;
  readonly #send: SendToAuthority;
  readonly #underWay = new Map<string, Promise<AccessToken>>();
  #refreshToken: string;
  /** The refresh token that whoever keeps it has. */
  #keptRefreshToken: string;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Nothing is sent yet.
   *
   * @param tenantId The partner's tenant: its id or one of its domains.
   * @param clientId The application's id.
   * @param clientSecret The application's secret, or its certificate.
   * @param refreshToken What the person's sign-in gave, or what `onRefreshToken` was handed last.
   * @param options See {@link RefreshTokenCredentialOptions}.
   * @throws TypeError for a value of the wrong type, RangeError for one that is empty or out of its range.
   */
  constructor(
    tenantId: string,
    clientId: string,
    clientSecret: string | ClientCertificate,
    refreshToken: string,
    options: RefreshTokenCredentialOptions = {},
  ) {
    this.#tenantId = tenant(tenantId);
    this.#refreshToken = text('refreshToken', refreshToken);
    this.#keptRefreshToken = refreshToken;
    this.#application = {
      clientId: text('clientId', clientId),
      clientSecret: proof(clientSecret),
      authorityHost: authority(options.authorityHost ?? cloudOf(options.cloud ?? 'public').authorityHost),
      disableInstanceDiscovery: flag('disableInstanceDiscovery', options.disableInstanceDiscovery) ?? false,
    };
    this.#onRefreshToken = callback('onRefreshToken', options.onRefreshToken);
    this.#send = authoritySender({
      retry: retrySettings(options.retryOptions),
      httpClient: options.httpClient,
      isProxied: true,
    });
  }

  /**
   * A new access token.
   *
   * @param scopes What it is for: `https://api.partnercenter.microsoft.com/.default`.
   * @param options `claims`, `enableCae`, `tenantId` and `abortSignal` count.
   * @throws {@link CredentialError} where there is none.
   */
  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const request: RefreshRequest = {
      scopes: [scopes].flat(),
      tenantId: options.tenantId === undefined ? this.#tenantId : tenant(options.tenantId),
      claims: options.claims,
      enableCae: options.enableCae ?? false,
    };
    throwIfAborted(options.abortSignal);
    return abortable(this.#shared(request), options.abortSignal);
  }

  #shared(request: RefreshRequest): Promise<AccessToken> {
    const key = JSON.stringify(request);
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const turn = this.#last.then(() => this.#ask(request)).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, turn);
    // The next one takes its turn however this one ends; whoever asked for this one hears its failure.
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #ask(request: RefreshRequest): Promise<AccessToken> {
    const granted = await refresh(this.#application, request, this.#refreshToken, this.#send);
    const { token, expiresOnTimestamp, refreshAfterTimestamp } = granted;
    this.#refreshToken = granted.refreshToken ?? this.#refreshToken;
    if (this.#refreshToken !== this.#keptRefreshToken) await this.#handOver(this.#refreshToken);
    return { token, expiresOnTimestamp, ...(refreshAfterTimestamp === undefined ? {} : { refreshAfterTimestamp }) };
  }

  async #handOver(refreshToken: string): Promise<void> {
    try {
      await this.#onRefreshToken?.(refreshToken);
    } catch (cause) {
      const reason = (cause instanceof Error ? cause.message : String(cause)).replaceAll(refreshToken, '[redacted]');
      throw new CredentialError(`The new refresh token was not kept: ${reason}`, { cause });
    }
    this.#keptRefreshToken = refreshToken;
  }
}

function text(name: string, value: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${typeof value}.`);
  if (value === '') throw new RangeError(`${name} must not be empty.`);
  return value;
}

function tenant(value: string): string {
  if (/^[\w.-]+$/.test(text('tenantId', value))) return value;
  throw new RangeError('tenantId must be the id of a tenant or one of its domains.');
}

function proof(value: string | ClientCertificate): string | ClientCertificate {
  if (typeof value === 'object' && value !== null) {
    text('clientSecret.certificate', value.certificate);
    return value;
  }
  return text('clientSecret', value);
}

function authority(value: string): string {
  const url = URL.canParse(text('authorityHost', value)) ? new URL(value) : undefined;
  const isHost = url?.protocol === 'https:' && url.href === `${url.origin}/`;
  if (url !== undefined && isHost) return url.origin;
  throw new RangeError(`authorityHost must be an https address that ends after host and port; "${value}" is not.`);
}
