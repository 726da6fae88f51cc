import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a service and PostgreSQL, so that a test can take the database away and give it back. */
export interface PostgresProxy {
  /** The database's address, by way of the proxy. */
  readonly address: string;
  /** Breaks every connection, and every new one at once, until {@link restore}. */
  cut(): void;
  /** Keeps every connection open, and passes nothing on in either direction, until {@link restore}. */
  stall(): void;
  restore(): void;
  close(): Promise<void>;
}

export async function startPostgresProxy(address: string): Promise<PostgresProxy> {
  const target = new URL(address);
  /** Each socket with the one that gets what comes from it. */
  const others = new Map<Socket, Socket>();
  let state: 'passing' | 'cut' | 'stalled' = 'passing';
  const server = createServer((inbound) => {
    if (state === 'cut') {
      inbound.destroy();
      return;
    }
    const outbound = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      others.set(socket, other);
      if (state === 'passing') socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        others.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const proxied = new URL(address);
  proxied.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    state = 'cut';
    for (const socket of others.keys()) socket.destroy();
  };
  return {
    address: proxied.href,
    cut,
    stall() {
      state = 'stalled';
      for (const [socket, other] of others) socket.unpipe(other).pause();
    },
    restore() {
      if (state === 'stalled') for (const [socket, other] of others) socket.pipe(other);
      state = 'passing';
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
