import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Qualification } from '../src/index.js';
import { until } from './timers.js';

/** One connection on which a client hears of events. */
export interface StreamConnection {
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
  readonly isClosed: boolean;
  /** Sends text as it stands. */
  write(text: string): void;
  /** Sends an event. */
  tell(id: string, change: object, type?: string): void;
  /** Ends it in good order. */
  end(): void;
  /** Breaks it. */
  cut(): void;
}

/** What the server does instead of opening a stream. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** The side of a service that has a stream of events. A test plays it: it says nothing by itself. */
export interface StreamServer extends AsyncDisposable {
  readonly url: string;
  /** Every request for a stream, in the order in which they came; those that were refused too. */
  readonly connections: StreamConnection[];
  /** The next requests are refused, one for each. */
  refuse(...refusals: Refusal[]): void;
  /** The next request is not answered at all. */
  holdBack(): void;
  /** What any customer has; undefined while a look is answered 503. */
  qualifications: Qualification[] | undefined;
  /** How many times a customer was looked at. */
  readonly looks: number;
  /** Headers of the answers from now on. */
  answerWith(headers: Record<string, string>): void;
  /** The connection of this number, counted from 1, once it is there. */
  connection(number: number): Promise<StreamConnection>;
}

const EVENT_STREAM = { 'Content-Type': 'text/event-stream; charset=utf-8' };

export async function startStreamServer(): Promise<StreamServer> {
  const connections: StreamConnection[] = [];
  let refusals: Refusal[] = [];
  let isHoldingBack = false;
  let looks = 0;
  let headers: Record<string, string> = EVENT_STREAM;
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/vetting/')) {
      looks += 1;
      response.writeHead(played.qualifications === undefined ? 503 : 200, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify(played.qualifications));
    }
    connections.push(connectionOf(request.headers, response, request.socket));
    const refusal = refusals.shift();
    if (isHoldingBack) {
      isHoldingBack = false;
      return undefined;
    }
    if (refusal === undefined) return response.writeHead(200, headers).flushHeaders();
    return response.writeHead(refusal.status, refusal.headers).end(refusal.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const played: StreamServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    qualifications: [],
    get looks() {
      return looks;
    },
    refuse: (...next) => {
      refusals = next;
    },
    holdBack: () => {
      isHoldingBack = true;
    },
    answerWith: (next) => {
      headers = { ...EVENT_STREAM, ...next };
    },
    async connection(number) {
      await until(() => connections.length >= number);
      return connections[number - 1] as StreamConnection;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return played;
}

function connectionOf(headers: IncomingHttpHeaders, response: ServerResponse, socket: Socket): StreamConnection {
  return {
    headers,
    response,
    get isClosed() {
      return socket.destroyed;
    },
    write: (text) => void response.write(text),
    tell: (id, change, type = 'customer-qualification-updated') =>
      void response.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(change)}\n\n`),
    end: () => void response.end(),
    cut: () => void socket.destroy(),
  };
}
