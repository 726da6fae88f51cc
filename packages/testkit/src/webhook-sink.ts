import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A webhook as it arrived. */
export interface Arrival {
  readonly id: string;
  readonly body: string;
}

/** A partner's receiver: takes what comes, and keeps it. */
export interface WebhookSink {
  readonly url: string;
  /** In the order in which they came, those that were refused too. */
  readonly arrivals: readonly Arrival[];
  close(): Promise<void>;
}

/** Opens a receiver on a free port. `status` says what to answer, 204 unless it says otherwise. */
export async function openWebhookSink(status: (arrival: Arrival) => number = () => 204): Promise<WebhookSink> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const arrival = { id: String(request.headers['webhook-id']), body };
        arrivals.push(arrival);
        response.writeHead(status(arrival)).end();
      },
      // A sender that was killed in the middle of its request.
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
