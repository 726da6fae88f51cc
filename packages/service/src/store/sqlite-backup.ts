import BetterSqlite3, { type Database } from 'better-sqlite3';
import { migrationsOf, refuseNewer } from './migrations/index.js';

/** Copied between two looks at what else there is to do. */
const PAGES_AT_A_TIME = 200;

/**
 * Copies a database into a file, as it is at one moment, while others go on writing to it. The copy holds all that was
 * committed before, and has been checked when this resolves with its size in bytes.
 * @throws SchemaTooNew, or an error of SQLite's
 */
export async function copySqlite(file: string, target: string, onProgress: (share: number) => void): Promise<number> {
  const source = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  try {
    refuseNewer(appliedMigrations(source), Object.keys(migrationsOf('sqlite')));
    // Without a transaction around them the pages would be copied anew whenever somebody writes: under load, for ever.
    source.exec('begin');
    source.prepare('select count(*) from sqlite_schema').get();
    await source.backup(target, {
      progress({ totalPages, remainingPages }) {
        onProgress(1 - remainingPages / totalPages);
        return PAGES_AT_A_TIME;
      },
    });
  } finally {
    source.close();
  }
  return closeUp(target);
}

/** Makes the copy one file that stands by itself, and reads every page of it. */
function closeUp(target: string): number {
  const copy = new BetterSqlite3(target);
  try {
    copy.pragma('synchronous = FULL');
    copy.pragma('journal_mode = DELETE');
    const [problem] = copy.pragma('quick_check(1)') as { quick_check: string }[];
    if (problem?.quick_check !== 'ok') throw new Error(`the copy is damaged: ${problem?.quick_check}`);
    const pages = copy.pragma('page_count', { simple: true }) as number;
    return pages * (copy.pragma('page_size', { simple: true }) as number);
  } finally {
    copy.close();
  }
}

function appliedMigrations(database: Database): string[] {
  const isThere = database.prepare("select 1 from sqlite_schema where name = 'kysely_migration'").get() !== undefined;
  if (!isThere) throw new Error("it is not one of Vetted's");
  return database.prepare<[], string>('select name from kysely_migration order by name').pluck().all();
}
