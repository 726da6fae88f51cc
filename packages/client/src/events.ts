import { LAST_EVENT_ID, QUALIFICATION_UPDATED, vettingPaths } from '@vetted/contract';
import { isPartnerCenterError } from './errors.js';
import { callback, headerText, type OperationOptions } from './options.js';
import { type EventStream, readEventStream, type StreamItem } from './transport/event-stream.js';
import { isObject, parseJson } from './transport/json.js';
import { logger } from './transport/logger.js';
import type { Send } from './transport/pipeline.js';
import { isPassingFailure } from './transport/retry.js';
import type { QualificationChange } from './vetting-models.js';
import { abortError, Bell, onAbort } from './wait.js';

/**
 * Options of `client.vetting.events`. They hold for every connection that the stream takes; `timeoutInMs` is the longest
 * time for one try to connect.
 */
export interface EventsOptions extends Omit<OperationOptions, 'requestId'> {
  /**
   * The `id` of the last change that the program has had: the stream goes on after it. Default: it begins with what
   * happens from now on. Printable ASCII.
   */
  lastEventId?: string;
  /**
   * Is called each time that the stream is open, first and after each interruption: whatever happens from then on is told.
   * It hears the place, as `lastEventId` would name it, where the service tells it. What it throws ends the iteration.
   */
  onOpen?: (lastEventId: string | undefined) => void;
}

/** The service sends something every 15 seconds: a connection that is silent for so long is dead. */
const SILENCE_LIMIT_IN_MS = 45_000;
/** The wait before connecting again, until the service names one. */
const DEFAULT_RETRY_IN_MS = 2_000;
const FIRST_BACK_OFF_IN_MS = 1_000;
const LONGEST_BACK_OFF_IN_MS = 64_000;

/** The changes of a partner's qualifications, connection after connection. Nothing is sent before the first is asked for. */
export function qualificationChanges(send: Send, options: EventsOptions): AsyncIterableIterator<QualificationChange> {
  headerText('lastEventId', options.lastEventId);
  callback('onOpen', options.onOpen);
  const closing = new AbortController();
  const changes = new ChangeStream(send, options, closing).changes();
  return {
    next: () => changes.next(),
    // A generator alone would end only once something has happened.
    return: () => {
      closing.abort();
      return changes.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

class ChangeStream {
  readonly #send: Send;
  readonly #options: EventsOptions;
  readonly #closing: AbortController;
  #lastEventId: string | undefined;
  #retryInMs = DEFAULT_RETRY_IN_MS;
  /** How many connections in a row came to nothing. */
  #failures = 0;

  constructor(send: Send, options: EventsOptions, closing: AbortController) {
    this.#send = send;
    this.#options = options;
    this.#closing = closing;
    this.#lastEventId = options.lastEventId;
  }

  async *changes(): AsyncGenerator<QualificationChange, void, void> {
    const { abortSignal } = this.#options;
    const { signal } = this.#closing;
    const release = onAbort(abortSignal, () => this.#closing.abort());
    try {
      while (!signal.aborted) {
        const askedInMs = yield* this.#connection();
        if (!signal.aborted) await new Bell().wait(this.#pauseInMs(askedInMs), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      release();
    }
    if (abortSignal?.aborted) throw abortError();
  }

  /** What one connection tells. The answer is how long the service asks to stay away. */
  async *#connection(): AsyncGenerator<QualificationChange, number, void> {
    const connection = new AbortController();
    const release = onAbort(this.#closing.signal, () => connection.abort());
    this.#failures += 1;
    try {
      const stream = await this.#open(connection.signal);
      onAbort(connection.signal, () => stream.close());
      yield* this.#changesOn(stream);
      return 0;
    } catch (error) {
      if (this.#closing.signal.aborted || !isPassingFailure(error)) throw error;
      return (isPartnerCenterError(error) && error.retryAfterInMs) || 0;
    } finally {
      release();
      connection.abort();
    }
  }

  async *#changesOn(stream: EventStream): AsyncGenerator<QualificationChange, void, void> {
    const begun = performance.now();
    this.#options.onOpen?.(this.#lastEventId);
    for (let items = await readInTime(stream); items !== undefined; items = await readInTime(stream)) {
      yield* this.#changesIn(items, stream);
      if (performance.now() - begun > SILENCE_LIMIT_IN_MS) this.#failures = 0;
    }
  }

  async #open(abortSignal: AbortSignal): Promise<EventStream> {
    const { lastEventId: _first, onOpen: _onOpen, ...options } = this.#options;
    const place = this.#lastEventId;
    const stream = await this.#send(
      {
        operation: 'VettingOperations.events',
        method: 'GET',
        path: vettingPaths.events,
        headers: { Accept: 'text/event-stream', ...(place === undefined ? {} : { [LAST_EVENT_ID]: place }) },
        open: readEventStream,
      },
      { ...options, abortSignal },
    );
    this.#lastEventId = stream.place ?? place;
    return stream;
  }

  *#changesIn(items: readonly StreamItem[], stream: EventStream): Generator<QualificationChange, void, void> {
    for (const item of items) {
      if (this.#closing.signal.aborted) return;
      if ('retryInMs' in item) {
        this.#retryInMs = item.retryInMs;
        continue;
      }
      this.#failures = 0;
      this.#lastEventId = item.event.id ?? this.#lastEventId;
      if (item.event.event !== QUALIFICATION_UPDATED) continue;
      const change = parseJson(item.event.data);
      if (!isObject(change)) throw stream.invalid('an event of it is not a JSON object');
      yield { id: this.#lastEventId ?? '', ...change } as QualificationChange;
    }
  }

  /** What the service asked for; beyond that a third at most, so that those who were cut off together do not return together. */
  #pauseInMs(askedInMs: number): number {
    const backOff = this.#failures === 0 ? 0 : FIRST_BACK_OFF_IN_MS * 2 ** (this.#failures - 1);
    const pause = Math.max(askedInMs, this.#retryInMs, Math.min(backOff, LONGEST_BACK_OFF_IN_MS));
    const pauseInMs = Math.ceil(pause * (1 + Math.random() / 3));
    logger.info(`The stream of events ended; it is opened again in ${pauseInMs} ms.`);
    return pauseInMs;
  }
}

/** Undefined where the stream has ended, or the connection is dead or broken: the next one goes on where it stopped. */
async function readInTime(stream: EventStream): Promise<readonly StreamItem[] | undefined> {
  const timer = setTimeout(() => stream.close(), SILENCE_LIMIT_IN_MS);
  try {
    return await stream.read();
  } catch (error) {
    if (isPartnerCenterError(error)) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
