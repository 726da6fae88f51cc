import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import type { DialectName, OpenDatabase } from '../dialect.js';
import type { Tables } from '../tables.js';
import { initial } from './0001-initial.js';
import { vetting } from './0002-vetting.js';
import { portfolio } from './0003-portfolio.js';
import { latestDeliveries } from './0004-latest-deliveries.js';
import { published } from './0005-published.js';
import { deliveriesByTime } from './0006-deliveries-by-time.js';
import { throttle } from './0007-throttle.js';
import { sealedSecrets } from './0008-sealed-secrets.js';

/** The steps to today's tables, in order: a new version adds to them and never changes one. */
export function migrationsOf(dialect: DialectName): Record<string, Migration> {
  return {
    '0001-initial': initial(dialect),
    '0002-vetting': vetting(dialect),
    '0003-portfolio': portfolio(dialect),
    '0004-latest-deliveries': latestDeliveries(),
    '0005-published': published(dialect),
    '0006-deliveries-by-time': deliveriesByTime(),
    '0007-throttle': throttle(dialect),
    '0008-sealed-secrets': sealedSecrets(dialect),
  };
}

/**
 * Brings the tables up to date; where they are, that is one statement. Several processes may do this at once:
 * PostgreSQL's advisory lock, or SQLite's immediate transaction, lets one of them work while the others wait and then
 * find nothing to do.
 * @throws SchemaTooNew where a newer version of this program has been at the database
 */
export async function migrate({ reads, migrations: db, dialect }: Migrated): Promise<void> {
  const migrations = migrationsOf(dialect);
  const known = Object.keys(migrations);
  const applied = await appliedMigrations(reads);
  refuseNewer(applied, known);
  if (applied.length === known.length) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  // A newer version may have been faster.
  refuseNewer(await appliedMigrations(reads), known);
  throw error;
}

type Migrated = Pick<OpenDatabase, 'reads' | 'migrations' | 'dialect'>;

/** The tables are a newer program's: this one would misread them. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';

  constructor(found: string, known: string) {
    super(
      `its tables are those of a newer version of Vetted (${found}), and this one knows them up to ${known}. ` +
        'Start the version that made them or a later one; an earlier one needs the backup from before',
    );
  }
}

/** @throws SchemaTooNew where a migration was applied that is not known here */
export function refuseNewer(applied: readonly string[], known: readonly string[]): void {
  const foreign = applied.filter((name) => !known.includes(name));
  if (foreign.length > 0) throw new SchemaTooNew(foreign.at(-1) ?? '', known.at(-1) ?? '');
}

/** None where the database is new. */
async function appliedMigrations(db: Kysely<Tables>): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
    return rows.map(({ name }) => name);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}

const UNDEFINED_TABLE = '42P01';

function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === UNDEFINED_TABLE) || /^no such table/.test(error.message);
}
