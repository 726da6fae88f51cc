import { connect, type Socket } from 'node:net';
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import type { Backdoor } from './bench.js';
import { partner } from './bench.js';

export const EVENTS_PATH = '/vetting/v1/events';

/** A stream of events as a client has it. */
export interface Listening {
  readonly headers: Headers;
  /** The next events; fails where the stream ends before. */
  next(count: number): Promise<EventSourceMessage[]>;
  /** What comes until the service ends the stream. */
  rest(): Promise<EventSourceMessage[]>;
  /** Hangs up. */
  hangUp(): void;
}

export interface ListenOptions {
  readonly token: string;
  readonly lastEventId?: string | number;
}

/** Opens a stream, and resolves once the service tells where it begins. */
export async function listen(url: string, { token, lastEventId }: ListenOptions): Promise<Listening> {
  const hangUp = new AbortController();
  const response = await fetch(url + EVENTS_PATH, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
    },
    signal: hangUp.signal,
  });
  if (response.status !== 200 || response.body === null) throw new Error(`${response.status} ${await response.text()}`);
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  return {
    headers: response.headers,
    async next(count) {
      const events: EventSourceMessage[] = [];
      while (events.length < count) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`The stream ended after ${events.length} of ${count} events.`);
        events.push(value);
      }
      return events;
    },
    async rest() {
      const events: EventSourceMessage[] = [];
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return events;
        events.push(value);
      }
    },
    hangUp: () => hangUp.abort(),
  };
}

/** A stream as bytes, read only when a test says so. */
export async function listenRaw(url: string, token: string, lastEventId: number): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).pause();
  // A connection that is cut is what some tests wait for.
  socket.on('error', () => {});
  const lines = ['Host: x', `Authorization: Bearer ${token}`, `Last-Event-ID: ${lastEventId}`];
  socket.write(`GET ${EVENTS_PATH} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}

/** Writes events of a customer past the service's routes, one transaction each unless it says otherwise. */
export async function writeEvents(
  { store }: Pick<Backdoor, 'store'>,
  customerId: string,
  { count = 1, together = false, reason = 'No', partnerId = partner } = {},
): Promise<void> {
  const event = {
    customerId,
    qualification: 'Education',
    from: 'InReview',
    to: 'Denied',
    reason,
    at: '2026-03-02T09:00:00.000Z',
    correlationId: '6f1f3c0e-0f3c-4d8f-9d1c-5a7d3b1f2e4a',
  } as const;
  for (let written = 0; written < count; written += together ? count : 1) {
    await store.transaction(async (transaction) => {
      for (let index = 0; index < (together ? count : 1); index += 1) await transaction.events.append(partnerId, event);
    });
  }
}

export function ids(events: readonly EventSourceMessage[]): number[] {
  return events.map(({ id }) => Number(id));
}

/** From the one to the other, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
