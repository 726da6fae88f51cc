import type { AccessToken, TokenCredential } from '@azure/core-auth';

/** How long before its expiry a token is no longer used: the time that a request may be under way. */
const EXPIRY_MARGIN_IN_MS = 10_000;
/** How long before its expiry a token is renewed while it still serves. */
const RENEWAL_WINDOW_IN_MS = 120_000;
/** How long after one renewal in the background the next may start. */
const RENEWAL_INTERVAL_IN_MS = 30_000;
/** How long a token stands that was asked for because the one before was refused, even where it is refused too. */
const REFUSAL_INTERVAL_IN_MS = 30_000;

/** Why another token is asked for than time alone demands. */
interface Refusal {
  /** What the refusal demands of the next token, as JSON. */
  readonly claims: string | undefined;
}

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
  /** The last refusal that led to a renewal, and until when another one does not. */
  #answered: { readonly refusal: Refusal; readonly until: number } | undefined;

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

  /**
   * The token to use after one was refused; undefined where there is no other, so that the refusal stands. The refused
   * one is kept until there is another: it may have been refused for one customer only.
   */
  async insteadOf(refused: AccessToken, claims: string | undefined): Promise<AccessToken | undefined> {
    if (this.#renewal !== undefined) await this.#renewal;
    if (this.#isReplaced(refused, claims)) return this.get();
    if (this.#isAnswered(claims)) return undefined;
    const renewed = await this.#renew({ claims });
    return renewed.token === refused.token ? undefined : renewed;
  }

  /** A token that was asked for without the claims that are demanded would be refused as well. */
  #isReplaced(refused: AccessToken, claims: string | undefined): boolean {
    if (this.#token === undefined || this.#token.token === refused.token) return false;
    return claims === undefined || claims === this.#answered?.refusal.claims;
  }

  /** A refusal that demands claims says more than one that does not, and is heard once after it. */
  #isAnswered(claims: string | undefined): boolean {
    if (this.#answered === undefined || Date.now() >= this.#answered.until) return false;
    return claims === undefined || this.#answered.refusal.claims !== undefined;
  }

  #renew(refusal?: Refusal): Promise<AccessToken> {
    this.#renewal ??= this.#ask(refusal).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #ask(refusal: Refusal | undefined): Promise<AccessToken> {
    // A credential may keep tokens that can be revoked apart from others, so each renewal asks for the same kind.
    const claims = refusal?.claims === undefined ? {} : { claims: refusal.claims };
    const token = await this.#credential.getToken(this.#scope, { enableCae: true, ...claims });
    if (token === null) throw new Error(`The credential gave no access token for ${this.#scope}.`);
    const now = Date.now();
    const due = token.refreshAfterTimestamp ?? token.expiresOnTimestamp - RENEWAL_WINDOW_IN_MS;
    this.#renewAfter = Math.max(due, now + RENEWAL_INTERVAL_IN_MS);
    if (refusal !== undefined) this.#answered = { refusal, until: now + REFUSAL_INTERVAL_IN_MS };
    this.#token = token;
    return token;
  }
}
