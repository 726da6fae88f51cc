import type { EventReads } from '../../domain/event.js';
import type { EventStream } from './event-stream.js';

/** The streams of one partner. They are told together how far its events have come. */
export class PartnerStreams {
  readonly streams = new Set<EventStream>();
  readonly #reads: EventReads;
  readonly #partnerId: string;
  #latest: Promise<unknown> = Promise.resolve();
  #next: Promise<boolean> | undefined;

  constructor(reads: EventReads, partnerId: string) {
    this.#reads = reads;
    this.#partnerId = partnerId;
  }

  /**
   * Tells the streams of the partner's last event, or ends them if it is a partner no more: the answer says whether it
   * is one. One look follows the other, so that what is told never goes back; one that waits serves all who ask.
   */
  look(): Promise<boolean> {
    if (this.#next) return this.#next;
    const next = this.#latest.then(() => this.#lookNow());
    this.#next = next;
    this.#latest = next.catch(() => {});
    return next;
  }

  async #lookNow(): Promise<boolean> {
    this.#next = undefined;
    // Those that come while the store answers may have seen more than this answer tells.
    const streams = [...this.streams];
    const last = await this.#reads.last(this.#partnerId);
    for (const stream of streams) {
      if (last === undefined) stream.end();
      else stream.tell(last);
    }
    return last !== undefined;
  }
}
