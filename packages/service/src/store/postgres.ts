import { Socket } from 'node:net';
import { CompiledQuery, type DatabaseConnection, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { ConnectionCounts } from '../domain/store.js';
import { AnswerBatches } from './answer-batches.js';
import type { OpenDatabase } from './dialect.js';
import { EventsListener } from './events-listener.js';
import type { Tables } from './tables.js';

/** Connections of one process. Reads have their own, so that requests waiting for a lock do not keep them waiting. */
const WRITE_POOL_SIZE = 6;
export const READ_POOL_SIZE = 6;

/** Reads that wait for a connection at most; whoever comes then is sent away at once. */
const MAX_WAITING_READS = 2_000;

/** A server that stalls must not stall us: each step has its limit, and what runs into one gets 503. */
const limits = {
  connectionTimeoutMillis: 5_000,
  lock_timeout: 4_000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
  keepAlive: true,
} as const;

const application_name = 'vetted';

/** Longer than every limit above, and than the pool keeps a connection that nobody uses. */
const SILENCE_LIMIT_IN_MS = 12_000;

/** Opens PostgreSQL. `onIdleError` is told when a connection that nobody uses breaks; it is replaced by itself. */
export function openPostgres(url: string, onIdleError: (error: Error) => void): OpenDatabase {
  const pool = openPool(url, WRITE_POOL_SIZE, onIdleError);
  const readPool = openPool(url, READ_POOL_SIZE, onIdleError);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const reads = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: readPool }) });
  const throttlePool = openPool(url, 1, onIdleError);
  const throttle = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: throttlePool }) });
  const migrations = openUnlimited(url, onIdleError);
  const answers = new AnswerBatches(readPool);
  let listener: EventsListener | undefined;

  return {
    dialect: 'postgres',
    db,
    reads,
    migrations,
    throttle,
    // Its old row versions and its log are the operator's: `vacuum full`, as docs/operations.md says.
    async sealed() {},
    migrated: () => migrations.destroy(),
    readAnswer: (partnerId, customerId) => answers.read(partnerId, customerId),
    listen(onPartner) {
      listener ??= new EventsListener({ url, openSocket, onPartner, onError: onIdleError });
    },
    connections: () => [countsOf('read', readPool), countsOf('write', pool)],
    isCrowded: () => readPool.waitingCount + answers.waiting >= MAX_WAITING_READS,
    isUnavailable,
    async close() {
      await listener?.close();
      await Promise.all([end(db, pool), end(reads, readPool), end(throttle, throttlePool), migrations.destroy()]);
    },
  };
}

function openPool(url: string, max: number, onIdleError: (error: Error) => void): pg.Pool {
  return watched(
    new pg.Pool({ ...limits, application_name, connectionString: url, max, stream: openSocket }),
    onIdleError,
  );
}

function countsOf(purpose: ConnectionCounts['purpose'], pool: pg.Pool): ConnectionCounts {
  const { totalCount, idleCount, waitingCount } = pool;
  return { purpose, limit: pool.options.max, open: totalCount, idle: idleCount, waiting: waitingCount };
}

/** One connection that waits as long as it has to, whatever limits the address or the server sets. */
function openUnlimited(url: string, onIdleError: (error: Error) => void): Kysely<Tables> {
  const { connectionTimeoutMillis, keepAlive } = limits;
  const pool = new pg.Pool({ connectionTimeoutMillis, keepAlive, application_name, connectionString: url, max: 1 });
  const onCreateConnection = async (connection: DatabaseConnection) => {
    for (const name of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) {
      await connection.executeQuery(CompiledQuery.raw(`set ${name} = 0`));
    }
  };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: watched(pool, onIdleError), onCreateConnection }) });
}

function watched(pool: pg.Pool, onIdleError: (error: Error) => void): pg.Pool {
  pool.on('error', onIdleError);
  // A connection that breaks in use fails its query; its error event, left unheard, would end the process besides.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * Breaks where the server falls silent. The driver's own limit of a query would leave the connection in use, and with it
 * a transaction that the next one on this connection would commit.
 */
function openSocket(): Socket {
  const socket = new Socket().setTimeout(SILENCE_LIMIT_IN_MS);
  return socket.on('timeout', () => socket.destroy());
}

/** Kysely ends the pool of a database that was used, and only then. */
async function end(db: Kysely<Tables>, pool: pg.Pool): Promise<void> {
  await db.destroy();
  if (!pool.ended) await pool.end();
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);
/**
 * Lost connections, too many of them, an administrator's shutdown, a database that is away, closed or read-only for the
 * moment, credentials that no longer count, and transactions that lost a race.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const unavailableStates = /^(08|53|57P|58|25006|28|3D000|40001|40P01|55|57014)/;

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    connectionCodes.has(code) ||
    unavailableStates.test(code) ||
    /^(Connection terminated|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect)/.test(
      error.message,
    )
  );
}
