import type { AccessToken, GetTokenOptions, TokenCredential } from '@vetted/client';
import {
  type Account,
  Authority,
  type ClockOffset,
  type PendingSignIn,
  SignInError,
  type Tokens,
} from './authority.js';
import type { SignInSettings } from './settings.js';

/** Where a sign-in stands: tokens live in memory only, so a page that is loaded again signs in again. */
export type SessionState =
  | {
      readonly status: 'signed-out';
      readonly error?: unknown;
      /** Whether the person has just signed out here. */
      readonly isFarewell?: boolean;
    }
  | { readonly status: 'signed-in'; readonly account: Account }
  /** The person must sign in again; what they see stays until they do. */
  | { readonly status: 'expired'; readonly account: Account; readonly error?: unknown };

/** Thrown to calls that a session no longer has a token for. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

const PENDING = 'vetted.sign-in';
/** Who was signed in here, so that a page that is loaded again signs in again by itself. No token. */
const LAST_USER = 'vetted.user';
/** Left behind for the page to which the authority leads back after a sign-out. */
const SIGNED_OUT = 'vetted.signed-out';

interface SessionOptions {
  readonly signIn: SignInSettings;
  readonly window: Window;
  readonly clockOffset: ClockOffset;
}

interface SignInOptions {
  /** Whom to sign in; the authority asks where it is absent. */
  readonly loginHint?: string | undefined;
  /** Shows no page: who would have to see one comes back signed out. */
  readonly silent?: boolean;
}

/** Whether the authority has sent the person back to this address. */
function isAnswer({ pathname, searchParams }: URL): boolean {
  return pathname === '/' && searchParams.has('state') && (searchParams.has('code') || searchParams.has('error'));
}

/** One person's session in one tab. */
export class Session implements TokenCredential {
  readonly #authority: Authority;
  readonly #window: Window;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = { status: 'signed-out' };
  #tokens: Tokens | undefined;
  /** A token is handed out once: the client keeps it, so whoever asks again needs another one. */
  #isFresh = false;

  constructor({ signIn, window, clockOffset }: SessionOptions) {
    this.#window = window;
    this.#authority = new Authority(signIn, `${window.location.origin}/`, clockOffset);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** For React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Takes up a sign-in where the authority has sent the person back, or signs in again, without a page, who was signed
   * in before this page was loaded. Resolves to false where the browser is on its way to the authority.
   */
  async open(): Promise<boolean> {
    const address = new URL(this.#window.location.href);
    const pending = this.#takePending();
    const isFarewell = this.#take(SIGNED_OUT) !== undefined;
    if (isAnswer(address)) {
      this.#window.history.replaceState(null, '', pending?.returnTo ?? '/');
      if (pending !== undefined) await this.#finish(address, pending);
      return true;
    }
    if (isFarewell) this.#set({ status: 'signed-out', isFarewell });
    const loginHint = this.#window.sessionStorage.getItem(LAST_USER);
    if (loginHint === null) return true;
    return !(await this.signIn({ loginHint, silent: true }));
  }

  /** Sends the person to the authority, and back to where they are. Resolves to false, with the error in the state, where that fails. */
  async signIn({ loginHint, silent = false }: SignInOptions = {}): Promise<boolean> {
    const { location, sessionStorage } = this.#window;
    const returnTo = location.pathname + location.search + location.hash;
    try {
      const { url, pending } = await this.#authority.begin({ returnTo, loginHint, silent });
      sessionStorage.setItem(PENDING, JSON.stringify(pending));
      // Who did not ask for it must not find it in the way when they go back.
      if (silent) location.replace(url);
      else location.assign(url);
      return true;
    } catch (error) {
      this.#set(this.#state.status === 'expired' ? { ...this.#state, error } : { status: 'signed-out', error });
      return false;
    }
  }

  /** Ends the session here and at the authority, which leads back. */
  async signOut(): Promise<void> {
    this.#forget();
    this.#set({ status: 'signed-out', isFarewell: true });
    try {
      const url = await this.#authority.endSessionUrl();
      this.#window.sessionStorage.setItem(SIGNED_OUT, 'true');
      this.#window.location.assign(url);
    } catch (error) {
      this.#set({ status: 'signed-out', isFarewell: true, error });
    }
  }

  /** @throws SessionEnded where the person must sign in again */
  async getToken(
    _scopes: string | string[],
    { claims }: GetTokenOptions & { claims?: string } = {},
  ): Promise<AccessToken> {
    if (this.#state.status !== 'signed-in' || this.#tokens === undefined) throw new SessionEnded('Sign in again.');
    if (!this.#isFresh || claims !== undefined) {
      const renewed = await this.#renewed(this.#tokens, claims);
      if (this.#tokens === undefined) throw new SessionEnded('Signed out meanwhile.');
      this.#tokens = renewed;
    }
    this.#isFresh = false;
    return { token: this.#tokens.accessToken, expiresOnTimestamp: this.#tokens.expiresOnTimestamp };
  }

  async #renewed({ refreshToken }: Tokens, claims: string | undefined): Promise<Tokens> {
    try {
      if (refreshToken === undefined) throw new SessionEnded('Sign in again.');
      return await this.#authority.renew(refreshToken, claims);
    } catch (error) {
      const isOver = error instanceof SessionEnded || (error instanceof SignInError && error.endsSession);
      if (!isOver) throw error;
      if (this.#state.status === 'signed-in') this.#set({ status: 'expired', account: this.#state.account });
      throw new SessionEnded('Sign in again.', { cause: error });
    }
  }

  async #finish(address: URL, pending: PendingSignIn): Promise<void> {
    try {
      const { tokens, account } = await this.#authority.finish(address, pending);
      this.#tokens = tokens;
      this.#isFresh = true;
      this.#window.sessionStorage.setItem(LAST_USER, account.username);
      this.#set({ status: 'signed-in', account });
    } catch (error) {
      this.#forget();
      const isRefusal = !(error instanceof SignInError && error.wantsPage);
      this.#set({ status: 'signed-out', ...(isRefusal && { error }) });
    }
  }

  #takePending(): PendingSignIn | undefined {
    const text = this.#take(PENDING);
    return text === undefined ? undefined : (JSON.parse(text) as PendingSignIn);
  }

  /** Reads what was left behind for this page, which is then gone. */
  #take(key: string): string | undefined {
    const text = this.#window.sessionStorage.getItem(key) ?? undefined;
    this.#window.sessionStorage.removeItem(key);
    return text;
  }

  #forget(): void {
    this.#tokens = undefined;
    this.#window.sessionStorage.removeItem(LAST_USER);
  }

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
