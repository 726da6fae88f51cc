import { type Kysely, type Migration, Migrator } from 'kysely';
import type { DialectName } from '../dialect.js';
import { initial } from './0001-initial.js';
import { vetting } from './0002-vetting.js';
import { portfolio } from './0003-portfolio.js';
import { latestDeliveries } from './0004-latest-deliveries.js';
import { published } from './0005-published.js';
import { deliveriesByTime } from './0007-deliveries-by-time.js';
import { throttle } from './0008-throttle.js';

/**
 * Brings the tables up to date. Several processes may do this at once: PostgreSQL's advisory lock, or SQLite's
 * immediate transaction, lets one of them work while the others wait and then find nothing to do.
 */
export async function migrate(db: Kysely<never>, dialect: DialectName): Promise<void> {
  const migrations: Record<string, Migration> = {
    '0001-initial': initial(dialect),
    '0002-vetting': vetting(dialect),
    '0003-portfolio': portfolio(dialect),
    '0004-latest-deliveries': latestDeliveries(),
    '0005-published': published(dialect),
    '0007-deliveries-by-time': deliveriesByTime(),
    '0008-throttle': throttle(dialect),
  };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
