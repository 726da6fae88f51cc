import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const ASKS_EVERY_MS = 200;

/**
 * A balancer as simple as there are: asks each process's `/readyz` now and then, keeps its connections, takes the ready
 * ones by turn, and never sends a request twice. What it cannot pass on it answers with 502, or 503 where none is ready.
 */
export interface Balancer {
  readonly url: string;
  /** Knows one more process; it gets requests once it is ready. */
  add(url: string): void;
  /** Whether it sends requests there at present. */
  uses(url: string): boolean;
  close(): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  const ready = new Map<string, boolean>();
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const urls = [...ready].filter(([, isReady]) => isReady).map(([url]) => url);
    turn += 1;
    const url = urls[turn % urls.length];
    if (url === undefined) outgoing.writeHead(503).end('nobody is ready');
    else pass(url, agent, incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const closed = new AbortController();
  const asking = askUntil(closed.signal, ready);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (url) => void ready.set(url, false),
    uses: (url) => ready.get(url) ?? false,
    async close() {
      closed.abort();
      await asking;
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function askUntil(closed: AbortSignal, ready: Map<string, boolean>): Promise<void> {
  while (!closed.aborted) {
    await Promise.all([...ready.keys()].map(async (url) => ready.set(url, await isReady(url))));
    await setTimeout(ASKS_EVERY_MS, undefined, { signal: closed }).catch(() => {});
  }
}

/** A process that cannot be reached is not ready. */
function isReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(`${url}/readyz`, { agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

function pass(url: string, agent: Agent, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method = 'GET', url: path = '/' } = incoming;
  const { connection: _, ...headers } = incoming.headers;
  const passed = request(url + path, { agent, method, headers }, (answer) => {
    const { connection: __, 'keep-alive': ___, ...answered } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, answered);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  passed.on('error', (error) => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end(`${url} did not answer: ${error.message}`);
  });
  incoming.pipe(passed);
}
