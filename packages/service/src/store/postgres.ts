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
/** Lost connections, too many of them, an administrator's shutdown, and transactions that lost a race. */
const unavailableStates = /^(08|53|57P|58|40001|40P01|55P03)/;

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    connectionCodes.has(code) ||
    unavailableStates.test(code) ||
    /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message)
  );
}
