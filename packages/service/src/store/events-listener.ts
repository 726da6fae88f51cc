import type { Socket } from 'node:net';
import pg from 'pg';
import { EVENTS_CHANNEL } from './events.js';

const RECONNECT_IN_MS = 1_000;
const LISTEN_AGAIN_IN_MS = 5_000;

export interface EventsListenerOptions {
  readonly url: string;
  /** Makes the socket of a connection: one that breaks where the server is silent for longer than `listenAgainInMs`. */
  readonly openSocket: () => Socket;
  readonly onPartner: (partnerId: string) => void;
  /** Hears what ended the connection or kept it from being made, once until it listens again. */
  readonly onError: (error: Error) => void;
  /** Milliseconds after which the server is asked for a sign of life. Default 5,000. */
  readonly listenAgainInMs?: number;
}

/**
 * A connection of its own on which PostgreSQL tells whose events were committed. One that breaks is made again: what was
 * missed meanwhile is found by those who look for themselves now and then.
 */
export class EventsListener {
  readonly #options: EventsListenerOptions;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;
  #closed = false;

  constructor(options: EventsListenerOptions) {
    this.#options = options;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const { url, openSocket, onPartner } = this.#options;
    const socket = openSocket();
    this.#socket = socket;
    const client = new pg.Client({
      connectionString: url,
      application_name: 'vetted-events',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      stream: () => socket,
    });
    client.on('notification', ({ payload }) => {
      if (payload !== undefined) onPartner(payload);
    });
    client.on('error', (error) => this.#reconnect(socket, error));
    try {
      await client.connect();
      await this.#listen(client, socket);
    } catch (error) {
      this.#reconnect(socket, asError(error));
    }
  }

  /** Listening once more changes nothing, and the answer shows that the server is still there. */
  async #listen(client: pg.Client, socket: Socket): Promise<void> {
    await client.query(`listen ${EVENTS_CHANNEL}`);
    if (socket !== this.#socket) return;
    this.#isTold = false;
    const again = () => this.#listen(client, socket).catch((error: unknown) => this.#reconnect(socket, asError(error)));
    this.#wait(again, this.#options.listenAgainInMs ?? LISTEN_AGAIN_IN_MS);
  }

  /** Those who depend on the connection look for themselves until it is made again. */
  #reconnect(socket: Socket, error: Error): void {
    socket.destroy();
    if (this.#closed || socket !== this.#socket) return;
    this.#socket = undefined;
    if (!this.#isTold) this.#options.onError(error);
    this.#isTold = true;
    this.#wait(() => this.#connect(), RECONNECT_IN_MS);
  }

  #wait(next: () => Promise<void>, delayInMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void next(), delayInMs);
    this.#timer.unref();
  }

  /** Ends the connection without a word: there is nothing to flush, and a server that is silent would not hear it. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.closed) return;
    await new Promise((resolve) => socket.destroy().once('close', resolve));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
