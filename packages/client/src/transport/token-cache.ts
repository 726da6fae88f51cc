import type { AccessToken, TokenCredential } from '@azure/core-auth';

/** How long before its expiry a token is no longer used: the time that a request may be under way. */
const EXPIRY_MARGIN_IN_MS = 10_000;
/** How long before its expiry a token is renewed while it still serves. */
const RENEWAL_WINDOW_IN_MS = 120_000;
/** How long after one renewal in the background the next may start. */
const RENEWAL_INTERVAL_IN_MS = 30_000;

/**
 * The access token of one client. All callers share one renewal, which therefore hears no caller's abort signal; a
 * token is renewed in the background while it still serves, so that no call waits for it.
 */
export class TokenCache {
  readonly #credential: TokenCredential;
  readonly #scope: string;
  #token: AccessToken | undefined;
  #renewal: Promise<AccessToken> | undefined;
  #renewAfter = 0;

  constructor(credential: TokenCredential, scope: string) {
    this.#credential = credential;
    this.#scope = scope;
  }

  /** A token that serves now; a promise of one where the caller must wait. */
  get(): AccessToken | Promise<AccessToken> {
    const token = this.#token;
    const now = Date.now();
    if (token === undefined || !(now < token.expiresOnTimestamp - EXPIRY_MARGIN_IN_MS)) return this.#renew();
    if (now >= this.#renewAfter) {
      this.#renewAfter = now + RENEWAL_INTERVAL_IN_MS;
      // A failure is not lost: the token serves on, and the call that finds it expired asks again and hears the reason.
      this.#renew().catch(() => {});
    }
    return token;
  }

  #renew(): Promise<AccessToken> {
    this.#renewal ??= this.#ask().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #ask(): Promise<AccessToken> {
    const token = await this.#credential.getToken(this.#scope);
    if (token === null) throw new Error(`The credential gave no access token for ${this.#scope}.`);
    const due = token.refreshAfterTimestamp ?? token.expiresOnTimestamp - RENEWAL_WINDOW_IN_MS;
    this.#renewAfter = Math.max(due, Date.now() + RENEWAL_INTERVAL_IN_MS);
    this.#token = token;
    return token;
  }
}
