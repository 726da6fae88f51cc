import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { EVENTS_RETRY_IN_MS, QUALIFICATION_UPDATED, type QualificationChange } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import type { EventReads, SequencedEvent } from '../../domain/event.js';
import { StoreUnavailable } from '../../domain/refusal.js';

const PAGE_SIZE = 100;
/** A reader that has taken nothing of what lies ready for it at so many looks in a row, one every two seconds, is cut. */
const PATIENCE_IN_LOOKS = 30;
const HEARTBEAT = ':\n\n';

/**
 * One caller's events, as text for its connection. It reads on only when what it read has been taken, a page at a time.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream {
  readonly caller: Caller;
  readonly #reads: EventReads;
  readonly #connection: ServerResponse;
  /** The last event that was read; before the start, the one that the client asked to go on after. */
  #position: number | undefined;
  /** The partner's last event, as far as is known. */
  #last = 0;
  #isBeating = false;
  #isEnded = false;
  #wake = (): void => {};
  #bytesTaken = 0;
  #looksUntouched = 0;

  constructor(reads: EventReads, caller: Caller, after: number | undefined, connection: ServerResponse) {
    this.#reads = reads;
    this.caller = caller;
    this.#position = after;
    this.#connection = connection;
  }

  /** Hears the number of the partner's last event. A place beyond it is one of another database. */
  tell(last: number): void {
    this.#last = last;
    this.#position ??= last;
    if (this.#position > last) this.#position = 0;
    this.#wake();
  }

  /** Where it stands: after this event. */
  get position(): number {
    return this.#position ?? 0;
  }

  /** Sends a comment, unless there is something better to send. */
  beat(): void {
    this.#isBeating = true;
    this.#wake();
  }

  /** Ends it once what was begun is sent. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Ends it now. */
  cut(): void {
    this.#connection.destroy();
    this.end();
  }

  /** Called at each look: cuts it if nothing of what lies ready has been taken for long. */
  watch(): void {
    const { socket, writableLength } = this.#connection;
    const taken = (socket?.bytesWritten ?? 0) - writableLength;
    this.#looksUntouched = writableLength > 0 && taken === this.#bytesTaken ? this.#looksUntouched + 1 : 0;
    this.#bytesTaken = taken;
    if (this.#looksUntouched >= PATIENCE_IN_LOOKS) this.cut();
  }

  /** What is sent. It asks for more only when all of it has been taken. */
  toReadable(): Readable {
    return Readable.from(this.#blocks(), { objectMode: false, highWaterMark: 1 });
  }

  async *#blocks(): AsyncGenerator<string> {
    // A block without data is no event, but a client that connects again before the first one brings its id.
    yield `retry: ${EVENTS_RETRY_IN_MS}\nid: ${this.position}\n\n`;
    while (!this.#isEnded) {
      if (this.position < this.#last) yield* this.#page();
      else if (this.#isBeating) yield this.#heartbeat();
      else await this.#news();
    }
  }

  #heartbeat(): string {
    this.#isBeating = false;
    return HEARTBEAT;
  }

  async *#page(): AsyncGenerator<string> {
    this.#isBeating = false;
    for (const event of await this.#read()) {
      if (this.#isEnded) return;
      yield toBlock(event);
    }
  }

  /** Never beyond the last event that was told, or the next one told would seem to be of another time. */
  async #read(): Promise<readonly SequencedEvent[]> {
    const from = this.position;
    try {
      const limit = Math.min(PAGE_SIZE, this.#last - from);
      const { events, next } = await this.#reads.after(this.caller.partnerId, from, limit);
      // Those that were told of and are not there are gone for good.
      if (this.#position === from) this.#position = next > from ? next : this.#last;
      return events;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await this.#news();
      return [];
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function toBlock(event: SequencedEvent): string {
  return `id: ${event.sequence}\nevent: ${QUALIFICATION_UPDATED}\ndata: ${JSON.stringify(toWire(event))}\n\n`;
}

function toWire({ customerId, qualification, from, to, reason, at, correlationId }: SequencedEvent) {
  return {
    customerId,
    qualification,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { vettingStatus: to }),
    ...(reason === undefined ? {} : { vettingReason: reason }),
    at,
    correlationId,
  } satisfies QualificationChange;
}
