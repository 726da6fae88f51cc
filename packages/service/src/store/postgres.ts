import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { OpenDatabase } from './dialect.js';
import type { Tables } from './tables.js';

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_IN_MS = 5_000;

/** Opens PostgreSQL. `onIdleError` is told when a connection that nobody uses breaks; the pool replaces it by itself. */
export function openPostgres(url: string, onIdleError: (error: Error) => void): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_IN_MS,
    application_name: 'vetted',
  });
  pool.on('error', onIdleError);
  // A connection that breaks in use fails its query; its error event, left unheard, would end the process besides.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  let prepared = 0;

  return {
    dialect: 'postgres',
    db,
    prepareRead<Row>(query: CompiledQuery<Row>) {
      prepared += 1;
      const name = `vetted-read-${prepared}`;
      return async (parameters) => (await pool.query({ name, text: query.sql, values: [...parameters] })).rows as Row[];
    },
    isUnavailable,
    close: () => db.destroy(),
  };
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
const unavailableStates = /^(08|53|57P|58|25006|28|3D000|40001|40P01|55)/;

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    connectionCodes.has(code) ||
    unavailableStates.test(code) ||
    /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(
      error.message,
    )
  );
}
