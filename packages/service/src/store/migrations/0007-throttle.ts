import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../dialect.js';

/** Where processes that share a database add up what they let through. What it holds is of use for seconds only. */
export function throttle(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      if (dialect === 'sqlite') return;
      await sql`
        create unlogged table throttle_use (
          partner_id text not null,
          customer_id text not null,
          kind text not null,
          period integer not null,
          used integer not null,
          primary key (partner_id, customer_id, kind, period)
        ) with (fillfactor = 50)`.execute(db);
    },
  };
}
