import { randomBytes } from 'node:crypto';
import type { Clock } from '../domain/clock.js';
import type { SampleUser } from './sample-data.js';

/** What an authorization code stands for. */
export interface CodeGrant {
  readonly user: SampleUser;
  /** To the letter as it was asked for: RFC 6749, 4.1.3, wants the same again. */
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly scope: string;
  readonly nonce?: string;
}

/** RFC 6749, 4.1.2, recommends ten minutes at most. */
const LIFETIME_IN_MS = 10 * 60 * 1000;
const MAX_OPEN_CODES = 1000;

/** The authorization codes that wait for redemption. They live in memory: a restart only asks for a new sign-in. */
export class AuthorizationCodes {
  readonly #clock: Clock;
  readonly #open = new Map<string, { readonly grant: CodeGrant; readonly expiresAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new code. Past the limit the oldest is forgotten, so that nobody can fill the memory. */
  issue(grant: CodeGrant): string {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MAX_OPEN_CODES && oldest !== undefined) this.#open.delete(oldest);
    const code = randomBytes(32).toString('base64url');
    this.#open.set(code, { grant, expiresAt: this.#clock().getTime() + LIFETIME_IN_MS });
    return code;
  }

  /** What the code stands for, once: whatever comes of it, it cannot be used again. */
  take(code: string): CodeGrant | undefined {
    const found = this.#open.get(code);
    this.#open.delete(code);
    return found !== undefined && this.#clock().getTime() < found.expiresAt ? found.grant : undefined;
  }
}
