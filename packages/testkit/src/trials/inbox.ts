import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A receiver of webhooks that takes all of them. */
export interface Inbox {
  readonly url: string;
  /** The webhooks' ids, each with the body that came with it first. */
  readonly received: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

export async function openInbox(): Promise<Inbox> {
  const received = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const [id, body] = [String(request.headers['webhook-id']), await text(request)];
    if (!received.has(id)) received.set(id, body);
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
