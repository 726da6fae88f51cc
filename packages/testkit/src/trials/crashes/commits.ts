import { type FSWatcher, watch } from 'node:fs';
import pg from 'pg';

/** Hears of commits of any process. */
export interface CommitWatch {
  close(): Promise<void>;
}

/** Watches a service's database from outside of it: SQLite's write-ahead log grows, and PostgreSQL notifies of events. */
export async function watchCommits(database: string, onCommit: () => void): Promise<CommitWatch> {
  if (database.startsWith('sqlite:')) {
    const watcher: FSWatcher = watch(`${database.slice('sqlite:'.length)}-wal`, onCommit);
    return { close: async () => watcher.close() };
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  client.on('notification', onCommit);
  await client.query('listen vetted_events');
  return { close: () => client.end() };
}
