import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from './tables.js';

/** The setting that says how far events had been numbered when they were last forgotten. */
const NUMBERED = 'events.numbered';

/** Remembers how far events are numbered, before the partners that count them are forgotten. */
export async function keepEventNumbers(db: Kysely<Tables>): Promise<void> {
  await sql`
    insert into setting (name, value)
    select ${NUMBERED}, cast(max(event_sequence) as text) from partner having count(*) > 0
    on conflict (name) do update set value = excluded.value`.execute(db);
}

/**
 * Where a new partner's event numbers begin: after all that were ever given. Whoever goes on after an event of a partner
 * that was forgotten since, and is there again, would miss those that had the same numbers anew.
 */
export function numberedBefore(): RawBuilder<number> {
  return sql<number>`coalesce((select cast(value as integer) from setting where name = ${NUMBERED}), 0)`;
}
