import type { ThrottleUse } from '../domain/throttle.js';
import type { SharedUses } from './shared-uses.js';

/**
 * The part of a limit that a process lets through before it asks the others, and that it asks for at a time. The less, the
 * closer several processes come to the limit together, and the more often they ask.
 */
const SHARE = 0.02;

export interface BudgetOptions {
  /** As the answer's headers call it. */
  readonly name: string;
  readonly limit: number;
  readonly of: Omit<ThrottleUse, 'count'>;
  /** Where other processes are asked; undefined where there are none. */
  readonly shared: SharedUses | undefined;
  /** What a request counts for besides: for all of the partner's, where this is a customer's. */
  readonly parent?: Budget;
}

/** What one period admits of one kind of request. */
export class Budget {
  readonly #options: BudgetOptions;
  #used = 0;
  /** What this process may let through as far as it knows. */
  #granted: number;
  /** What all processes have been granted, as far as this one was told. */
  #total = 0;
  /** Whether there is nothing more to be asked for. */
  #isFinal: boolean;
  #asking: Promise<void> | undefined;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#isFinal = options.shared === undefined;
    this.#granted = this.#isFinal ? options.limit : Math.floor(options.limit * SHARE);
  }

  get parent(): Budget | undefined {
    return this.#options.parent;
  }

  /** Lets one request through, or does not; a promise only where other processes have to be asked first. */
  take(): boolean | Promise<boolean> {
    const { parent } = this.#options;
    const own = this.#take();
    if (parent === undefined || own === false) return own;
    return own === true ? parent.take() : own.then((may) => may && parent.take());
  }

  #take(): boolean | Promise<boolean> {
    if (this.#used < this.#granted) {
      this.#used += 1;
      // Asked ahead of need, so that hardly anybody waits for the answer.
      if (!this.#isFinal && this.#granted - this.#used < this.#chunk / 2) void this.#ask();
      return true;
    }
    return this.#isFinal ? false : this.#ask().then(() => this.#take());
  }

  /** Whether nothing more is let through, whoever is asked. */
  get isUsedUp(): boolean {
    return this.#isFinal && this.#used >= this.#granted;
  }

  /** Whether more than half of it is used, here or further up: time to tell the caller. */
  get isLow(): boolean {
    return this.#remaining * 2 < this.#options.limit || this.parent?.isLow === true;
  }

  /** How much is left, here and further up, each as the header `RateLimit` has it. */
  describe(secondsLeft: number): string {
    const own = `"${this.#options.name}";r=${this.#remaining};t=${secondsLeft}`;
    return this.parent === undefined ? own : `${this.parent.describe(secondsLeft)}, ${own}`;
  }

  /** As far as this process knows. */
  get #remaining(): number {
    const others = this.#isFinal ? this.#granted : this.#options.limit - this.#total + this.#granted;
    return Math.max(0, Math.min(others, this.#options.limit) - this.#used);
  }

  get #chunk(): number {
    return Math.max(1, Math.floor(this.#options.limit * SHARE));
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#askShared().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** The first time it also tells what it let through unasked. */
  async #askShared(): Promise<void> {
    const { limit, of, shared } = this.#options;
    const unasked = this.#total === 0 ? this.#granted : 0;
    const total = await shared?.add({ ...of, count: this.#chunk + unasked });
    // While the database does not say, this process goes by itself.
    this.#granted = total === undefined ? limit : this.#granted + Math.max(0, this.#chunk - Math.max(0, total - limit));
    this.#total = Math.min(limit, total ?? limit);
    this.#isFinal = this.#total === limit;
  }
}
