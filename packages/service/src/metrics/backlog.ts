import { setTimeout } from 'node:timers/promises';
import { timestamp } from '../domain/clock.js';
import { StoreUnavailable } from '../domain/refusal.js';
import type { ReviewBacklog } from '../domain/review.js';
import type { Store } from '../domain/store.js';
import type { DeliveryBacklog } from '../domain/webhook.js';

/** Counting ends here: whoever has as much on its way knows what it needs to know. */
export const COUNTED_AT_MOST = 10_000;
/** Less than a scrape may take, so that all else is told where the database stands still. */
const ANSWER_WITHIN_MS = 2_000;

export interface Backlog {
  readonly deliveries: DeliveryBacklog;
  readonly reviews: ReviewBacklog;
}

/** Asks the database what waits, with one statement each; one question at a time, however many ask. */
export class BacklogReader {
  readonly #store: Store;
  readonly #now: () => Date;
  #underWay: Promise<Backlog | undefined> | undefined;

  constructor(store: Store, now: () => Date) {
    this.#store = store;
    this.#now = now;
  }

  /** Undefined where the database does not answer in time: the requests' faults and the log say why. */
  async read(): Promise<Backlog | undefined> {
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = undefined;
    });
    const timer = new AbortController();
    const { signal } = timer;
    const late = setTimeout(ANSWER_WITHIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
    const backlog = await Promise.race([this.#underWay, late]);
    timer.abort();
    return backlog;
  }

  async #ask(): Promise<Backlog | undefined> {
    const { reads } = this.#store;
    try {
      const [deliveries, reviews] = await Promise.all([
        reads.webhooks.backlog(COUNTED_AT_MOST),
        reads.reviews.backlog(timestamp(this.#now()), COUNTED_AT_MOST),
      ]);
      return { deliveries, reviews };
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }
}
