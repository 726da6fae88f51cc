import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.js';

/** How many customers have what: no row where the partner is unknown, a row of nulls where nobody has anything. */
export function qualificationCountsQuery(db: Kysely<Tables>, partnerId: string) {
  return db
    .selectFrom('partner as p')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('qualification as q')
          .where('q.partner_id', '=', partnerId)
          .where('q.relationship_ended', '=', sql.lit(0))
          .groupBy(['q.qualification', 'q.vetting_status'])
          .select((inner) => ['q.qualification', 'q.vetting_status', inner.fn.countAll().as('count')])
          .as('s'),
      (join) => join.onTrue(),
    )
    .where('p.tenant_id', '=', partnerId)
    .where('p.active', '=', sql.lit(1))
    .select(['s.qualification', 's.vetting_status', 's.count'])
    .orderBy('s.qualification')
    .orderBy('s.vetting_status');
}

/** How long a decision took counts in tenths of an hour, as it is shown. */
const TENTH_IN_MS = 360_000;

/** What was decided since, grouped by what a summary tells of it: each day, decision and time it took. */
export function decisionsQuery(db: Kysely<Tables>, partnerId: string, since: string) {
  const decisions = db
    .selectFrom('review')
    .where('partner_id', '=', partnerId)
    .where('relationship_ended', '=', sql.lit(0))
    .where('decided_at', '>=', since)
    .select([
      'status',
      sql<string>`substr(decided_at, 1, 10)`.as('date'),
      sql<number | string | null>`(decided_in + ${sql.lit(TENTH_IN_MS / 2)}) / ${sql.lit(TENTH_IN_MS)}`.as('tenths'),
    ]);
  return db
    .selectFrom(decisions.as('d'))
    .groupBy(['d.date', 'd.status', 'd.tenths'])
    .select((eb) => ['d.date', 'd.status', 'd.tenths', eb.fn.countAll().as('count')]);
}

/** Whoever waits at the desk, in the order of one index. */
export function reviewBacklogQuery(db: Kysely<Tables>, now: string, limit: number) {
  const open = db
    .selectFrom('review as r')
    .innerJoin('partner as p', 'p.tenant_id', 'r.partner_id')
    .where('p.active', '=', 1)
    .where('r.status', '=', sql.lit('InReview'))
    .select('r.due_at')
    .orderBy('r.due_at')
    .limit(limit);
  return db
    .selectFrom(open.as('o'))
    .select(({ fn }) => [
      fn.countAll().as('open'),
      sql<number | string>`coalesce(sum(case when o.due_at < ${now} then 1 else 0 end), 0)`.as('overdue'),
    ]);
}
