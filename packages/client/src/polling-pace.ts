import { MAX_DELAY_IN_MS, wholeNumber } from './options.js';

/** The intervals of a poller. */
export interface PaceOptions {
  readonly intervalInMs?: number | undefined;
  readonly maxIntervalInMs?: number | undefined;
}

const DEFAULT_INTERVAL_IN_MS = 900_000;
const MIN_INTERVAL_IN_MS = 1_000;
const MAX_INTERVALS = 4;
const GROWTH = 1.5;
/** The longest wait after a look that was to see a change, and failed. */
const MISSED_IN_MS = 60_000;
/** How much of an interval may be left off, so that pollers that began together do not stay together. */
const JITTER = 0.1;

/** When to look again: later and later while nothing changes. */
export class Pace {
  readonly #intervalInMs: number;
  readonly #maxIntervalInMs: number;
  #nextInMs: number;
  #lookedAt = 0;
  #pauseInMs = 0;

  /** Throws TypeError and RangeError for options that are not what they should be. */
  constructor({ intervalInMs = DEFAULT_INTERVAL_IN_MS, maxIntervalInMs }: PaceOptions) {
    this.#intervalInMs = wholeNumber('intervalInMs', intervalInMs, MIN_INTERVAL_IN_MS, MAX_DELAY_IN_MS);
    const longest = maxIntervalInMs ?? Math.min(MAX_INTERVALS * intervalInMs, MAX_DELAY_IN_MS);
    this.#maxIntervalInMs = wholeNumber('maxIntervalInMs', longest, intervalInMs, MAX_DELAY_IN_MS);
    this.#nextInMs = intervalInMs;
  }

  /** A look has ended. `askedInMs` is how long the service asked to stay away. */
  looked(outcome: 'new' | 'unchanged', askedInMs = 0): void {
    const next = outcome === 'new' ? this.#intervalInMs : this.#nextInMs;
    this.#nextInMs = Math.min(next * GROWTH, this.#maxIntervalInMs);
    this.#pause(next, askedInMs);
  }

  /** A look has failed that was to see a change. */
  missed(askedInMs = 0): void {
    this.#pause(Math.min(this.#intervalInMs, MISSED_IN_MS), askedInMs);
  }

  #pause(next: number, askedInMs: number): void {
    this.#pauseInMs = Math.min(Math.max(next * (1 - JITTER * Math.random()), askedInMs), MAX_DELAY_IN_MS);
    this.#lookedAt = Date.now();
  }

  /** How long to wait for the next look. The clock may have been set back meanwhile. */
  leftInMs(): number {
    return Math.min(Math.max(0, this.#lookedAt + this.#pauseInMs - Date.now()), this.#pauseInMs);
  }
}
