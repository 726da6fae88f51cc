import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A webhook as it arrived. */
export interface Arrival {
  readonly id: string;
  readonly body: string;
}

/** A receiver of webhooks. */
export interface Inbox {
  readonly url: string;
  /** All that came, in their order, those that were refused too. */
  readonly arrivals: readonly Arrival[];
  /** The webhooks' ids, each with the body that came with it first. */
  readonly received: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** Opens a receiver on a free port that takes everything, unless `status` answers otherwise. */
export async function openInbox(status: (arrival: Arrival) => number = () => 204): Promise<Inbox> {
  const arrivals: Arrival[] = [];
  const received = new Map<string, string>();
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const arrival = { id: String(request.headers['webhook-id']), body };
        arrivals.push(arrival);
        if (!received.has(arrival.id)) received.set(arrival.id, body);
        response.writeHead(status(arrival)).end();
      },
      // Its sender was killed in the middle of it.
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrivals,
    received,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
