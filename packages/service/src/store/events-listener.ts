import pg from 'pg';
import { EVENTS_CHANNEL } from './events.js';

const RECONNECT_IN_MS = 1_000;

/**
 * A connection of its own on which PostgreSQL tells whose events were committed. One that breaks is made again: what was
 * missed meanwhile is found by those who look for themselves now and then.
 */
export class EventsListener {
  readonly #url: string;
  readonly #onPartner: (partnerId: string) => void;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, onPartner: (partnerId: string) => void) {
    this.#url = url;
    this.#onPartner = onPartner;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'vetted-events',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    this.#client = client;
    client.on('notification', ({ payload }) => {
      if (payload !== undefined) this.#onPartner(payload);
    });
    client.on('error', () => this.#reconnect(client));
    client.on('end', () => this.#reconnect(client));
    try {
      await client.connect();
      await client.query(`listen ${EVENTS_CHANNEL}`);
    } catch {
      // The next attempt may do better; those who depend on it look for themselves until then.
      this.#reconnect(client);
    }
  }

  #reconnect(client: pg.Client): void {
    if (this.#closed || client !== this.#client) return;
    this.#client = undefined;
    void client.end().catch(() => {});
    this.#timer = setTimeout(() => void this.#connect(), RECONNECT_IN_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }
}
