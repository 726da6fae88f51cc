import type { ServerResponse } from 'node:http';
import type { Caller } from '../../domain/caller.js';
import type { Clock } from '../../domain/clock.js';
import { RateLimited, Refusal, StoreUnavailable } from '../../domain/refusal.js';
import type { Store } from '../../domain/store.js';
import { EventStream } from './event-stream.js';
import { PartnerStreams } from './partner-streams.js';

const MAX_STREAMS = 1_000;
const MAX_STREAMS_OF_A_PARTNER = 20;
const RETRY_AFTER_IN_SECONDS = 60;
/** Nobody tells of another process's events on SQLite, nor of those that came while PostgreSQL was away. */
const LOOK_IN_MS = 2_000;
const HEARTBEAT_IN_MS = 15_000;
/** How long a reader has, once the service closes, to take what was begun. */
const GRACE_IN_MS = 1_000;

export interface EventsService {
  /** Opens a caller's stream on its connection, after the event of this number or with what happens from now on. */
  open(caller: Caller, lastEventId: string | undefined, connection: ServerResponse): Promise<EventStream>;
  /** Ends every stream. */
  close(): void;
}

/** `onError` hears of a look that failed and should not have. */
export function eventsService(store: Store, clock: Clock, onError: (error: unknown) => void): EventsService {
  return new EventStreams(store, clock, onError);
}

/** All streams of a process. They share two timers, which run while there is a stream. */
class EventStreams implements EventsService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #partners = new Map<string, PartnerStreams>();
  readonly #unsubscribe: () => void;
  #timers: readonly NodeJS.Timeout[] = [];
  #isClosed = false;

  constructor(store: Store, clock: Clock, onError: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
    this.#unsubscribe = store.onEvents((partnerId) => {
      const partner = this.#partners.get(partnerId);
      if (partner) this.#look(partner);
    });
  }

  async open(caller: Caller, lastEventId: string | undefined, connection: ServerResponse): Promise<EventStream> {
    const partner = this.#admit(caller.partnerId);
    const after = lastEventId === undefined ? undefined : Number(lastEventId);
    const stream = new EventStream(this.#store.reads.events, caller, after, connection);
    this.#add(stream, partner);
    const leave = () => {
      stream.end();
      this.#remove(stream, partner);
    };
    connection.once('close', leave);
    if (connection.destroyed || this.#isClosed) leave();
    if (!(await partner.look())) throw new Refusal('PartnerUnknown');
    return stream;
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    for (const stream of this.#streams()) stream.end();
    const cutAll = () => {
      for (const stream of this.#streams()) stream.cut();
    };
    setTimeout(cutAll, GRACE_IN_MS).unref();
  }

  /** The partner's streams, if there may be one more. */
  #admit(partnerId: string): PartnerStreams {
    const partner = this.#partners.get(partnerId) ?? new PartnerStreams(this.#store.reads.events, partnerId);
    if (partner.streams.size >= MAX_STREAMS_OF_A_PARTNER || this.#streams().length >= MAX_STREAMS) {
      throw new RateLimited(RETRY_AFTER_IN_SECONDS);
    }
    return partner;
  }

  #add(stream: EventStream, partner: PartnerStreams): void {
    partner.streams.add(stream);
    this.#partners.set(stream.caller.partnerId, partner);
    if (this.#timers.length > 0) return;
    const timers = [setInterval(() => this.#lookAtAll(), LOOK_IN_MS), setInterval(() => this.#beat(), HEARTBEAT_IN_MS)];
    for (const timer of timers) timer.unref();
    this.#timers = timers;
  }

  #remove(stream: EventStream, partner: PartnerStreams): void {
    partner.streams.delete(stream);
    if (partner.streams.size > 0) return;
    this.#partners.delete(stream.caller.partnerId);
    if (this.#partners.size > 0) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  #streams(): EventStream[] {
    return [...this.#partners.values()].flatMap(({ streams }) => [...streams]);
  }

  #lookAtAll(): void {
    const now = this.#clock().getTime();
    for (const stream of this.#streams()) {
      if (stream.caller.expiresAt <= now) stream.end();
      stream.watch();
    }
    for (const partner of this.#partners.values()) this.#look(partner);
  }

  #look(partner: PartnerStreams): void {
    partner.look().catch((error) => {
      // While the store is away the next look may do better, and readiness says it already.
      if (!(error instanceof StoreUnavailable)) this.#onError(error);
    });
  }

  #beat(): void {
    for (const stream of this.#streams()) stream.beat();
  }
}
