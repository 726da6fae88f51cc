import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { call } from '../sandbox.js';
import { startServiceProcess } from '../service-process.js';
import type { Trial } from './trial.js';

/** Of all connections, how many send something, a byte now and then. */
const DRIBBLING_IN_ALL = 0.02;
const DRIBBLE_INTERVAL_IN_MS = 1_000;
/** The minute that a head or a body may take, the half in which Node.js looks for those that took longer, and some. */
const ENDED_WITHIN_MS = 120_000;
/** Connections that are opened at a time. */
const BATCH = 200;

/** The service with strangers that hold connections and send nothing, or next to nothing. */
export const connections: Trial = {
  summary:
    'Idle connections, and some that dribble their heads and bodies: others are served, and all of them are ended.',
  amount: { of: 'connections', byDefault: 10_000 },
  databases: ['sqlite', 'postgres'],
  async run({ amount, database, say }) {
    const service = await startServiceProcess({ args: ['--sandbox', '--database', database] });
    const held = new Held(service.url);
    try {
      const before = await residentBytes(service.pid);
      await held.open(amount);
      const after = await residentBytes(service.pid);
      say(`${amount} connections are open`);
      const slowest = await served(service.url, held);
      if (held.answered > 0) throw new Error(`${held.answered} connections were answered that had not asked.`);
      return [
        `${amount} connections, ${Math.round((after - before) / amount)} bytes of memory each.`,
        `Others were served meanwhile, the slowest in ${Math.round(slowest)} ms.`,
        `The service had ended all of them after ${Math.round(held.age() / 1000)} s.`,
      ];
    } finally {
      held.close();
      await service.stop();
    }
  },
};

/** Asks for the health and the readiness until the connections are ended. Gives how long the slowest answer took. */
async function served(url: string, held: Held): Promise<number> {
  let slowest = 0;
  while (held.left > 0) {
    if (held.age() > ENDED_WITHIN_MS) throw new Error(`${held.left} connections were not ended.`);
    for (const path of ['/healthz', '/readyz']) {
      const began = performance.now();
      const { status } = await call(url + path);
      slowest = Math.max(slowest, performance.now() - began);
      if (status !== 200) throw new Error(`${path} answered ${status} with ${held.left} connections open.`);
    }
    held.dribble();
    await setTimeout(DRIBBLE_INTERVAL_IN_MS);
  }
  return slowest;
}

/** Connections that a stranger holds. */
class Held {
  /** How many got an answer that is none of a refusal. */
  answered = 0;
  readonly #address: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly #dribbling: Socket[] = [];
  #openedAt = 0;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#address = { host: hostname, port: Number(port) };
  }

  get left(): number {
    return this.#sockets.size;
  }

  /** Milliseconds since all were open. */
  age(): number {
    return performance.now() - this.#openedAt;
  }

  async open(amount: number): Promise<void> {
    for (let opened = 0; opened < amount; opened += BATCH) {
      const count = Math.min(BATCH, amount - opened);
      await Promise.all(Array.from({ length: count }, () => this.#openOne()));
    }
    const dribbling = [...this.#sockets].slice(0, Math.ceil(amount * DRIBBLING_IN_ALL));
    for (const [index, socket] of dribbling.entries()) {
      this.#dribbling.push(socket);
      const head = 'POST /v1/customers HTTP/1.1\r\nHost: x\r\n';
      socket.write(index % 2 === 0 ? head : `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`);
    }
    this.#openedAt = performance.now();
  }

  async #openOne(): Promise<void> {
    const socket = connect(this.#address);
    await once(socket, 'connect');
    this.#sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      if (!/^HTTP\/1\.1 4/.test(chunk.toString('latin1'))) this.answered += 1;
    });
    // To be cut off is what they are here for.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Another byte of a header's name, or of a body. */
  dribble(): void {
    for (const socket of this.#dribbling) if (socket.writable) socket.write('x');
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

async function residentBytes(pid: number): Promise<number> {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
