import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Invalid } from './pipeline.js';

/** What a server says on its stream: an event, or how long to wait before connecting again. */
export type StreamItem = { readonly event: EventSourceMessage } | { readonly retryInMs: number };

/** One connection on which events come. */
export interface EventStream {
  /** The place at which it begins, where the service told it. */
  readonly place: string | undefined;
  /** The error for something that it said; `reason` completes "… was answered 200, but". */
  readonly invalid: Invalid;
  /**
   * What came since the last call, perhaps nothing; undefined at the end. Nothing is read ahead of the calls.
   * Rejects where the connection breaks.
   */
  read(): Promise<readonly StreamItem[] | undefined>;
  /** Closes the connection. A `read` that waits ends soon, one way or the other. */
  close(): void;
}

/** The longest event, in characters; those of the service have less than 2,000. */
const MAX_EVENT_LENGTH = 1_000_000;

/** The stream of an answer. */
export function readEventStream(response: PipelineResponse, invalid: Invalid): EventStream {
  const chunks = chunksOf(response);
  const mediaType = response.headers.get('content-type') ?? '';
  if (response.status !== 200 || !/^text\/event-stream\s*(;|$)/i.test(mediaType)) {
    chunks.close();
    throw invalid('its body is not a stream of events');
  }
  const decoder = new TextDecoder();
  let items: StreamItem[] = [];
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: (event) => items.push({ event }),
    onRetry: (retryInMs) => items.push({ retryInMs }),
    // Fields that nobody knows are to be passed over.
    onError: ({ type }) => {
      isTooLong ||= type === 'max-buffer-size-exceeded';
    },
  });
  return {
    place: response.headers.get('last-event-id') || undefined,
    invalid,
    close: () => chunks.close(),
    async read() {
      const chunk = await chunks.read();
      if (chunk === undefined) return undefined;
      items = [];
      parser.feed(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
      if (isTooLong) throw invalid('one of its events does not end');
      return items;
    },
  };
}

/** A body, piece by piece, wherever the program runs. */
interface Chunks {
  read(): Promise<Uint8Array | string | undefined>;
  close(): void;
}

/** As much of Node's stream as reading it in pieces takes. */
interface NodeStream extends AsyncIterable<Uint8Array> {
  on(event: 'error', listener: () => void): unknown;
  destroy(): unknown;
}

function chunksOf(response: PipelineResponse): Chunks {
  const stream = response.readableStreamBody as NodeStream | undefined;
  const webStream = response.browserStreamBody as ReadableStream<Uint8Array> | undefined;
  if (stream !== undefined) return nodeChunks(stream);
  return webStream === undefined ? wholeBody(response.bodyAsText ?? '') : webChunks(webStream);
}

function nodeChunks(stream: NodeStream): Chunks {
  // Whoever reads hears of it; while nobody does, it must not end the process.
  stream.on('error', () => {});
  const chunks = stream[Symbol.asyncIterator]();
  return {
    read: async () => (await chunks.next()).value,
    close: () => stream.destroy(),
  };
}

function webChunks(stream: ReadableStream<Uint8Array>): Chunks {
  const reader = stream.getReader();
  return {
    read: async () => (await reader.read()).value,
    // A stream that is broken already cannot be closed, and need not be.
    close: () => void reader.cancel().catch(() => {}),
  };
}

/** What an HTTP client hands over that knows no streams. */
function wholeBody(text: string): Chunks {
  let rest: string | undefined = text;
  return {
    async read() {
      const chunk = rest;
      rest = undefined;
      return chunk;
    },
    close() {
      rest = undefined;
    },
  };
}
