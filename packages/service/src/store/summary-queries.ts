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

/** A partner's reviews of customers with whom the relationship lasts. */
function reviews(db: Kysely<Tables>, partnerId: string) {
  return db
    .selectFrom('review as r')
    .where('r.partner_id', '=', partnerId)
    .where('r.relationship_ended', '=', sql.lit(0));
}

/**
 * How many reviews were decided since, and the nearest ranks of how long that took: one row. Where it is not known how
 * long it took, the review counts but has no rank.
 */
export function decisionsQuery(db: Kysely<Tables>, partnerId: string, since: string) {
  const ranked = reviews(db, partnerId)
    .where('r.decided_at', '>=', since)
    .select([
      'r.decided_in',
      // The two databases put nulls at different ends.
      sql<number>`row_number() over (order by r.decided_in is null, r.decided_in)`.as('place'),
      sql<number>`count(r.decided_in) over ()`.as('places'),
    ]);
  return db
    .selectFrom(ranked.as('d'))
    .select((eb) => [
      eb.fn.countAll().as('decided'),
      sql<number | null>`min(case when d.place * 2 >= d.places then d.decided_in end)`.as('median'),
      sql<number | null>`min(case when d.place * 10 >= d.places * 9 then d.decided_in end)`.as('percentile90'),
    ]);
}

/** The same day by day in UTC, without the days on which nothing was decided. */
export function decisionDaysQuery(db: Kysely<Tables>, partnerId: string, firstDay: string) {
  const day = sql<string>`substr(r.decided_at, 1, 10)`;
  const ranked = reviews(db, partnerId)
    .where('r.decided_at', '>=', firstDay)
    .select([
      day.as('date'),
      'r.status',
      'r.decided_in',
      sql<number>`row_number() over (partition by ${day} order by r.decided_in is null, r.decided_in)`.as('place'),
      sql<number>`count(r.decided_in) over (partition by ${day})`.as('places'),
    ]);
  return db
    .selectFrom(ranked.as('d'))
    .groupBy('d.date')
    .orderBy('d.date')
    .select([
      'd.date',
      sql<number | string>`count(case when d.status = 'Approved' then 1 end)`.as('approved'),
      sql<number | string>`count(case when d.status = 'Denied' then 1 end)`.as('denied'),
      sql<number | string | null>`min(case when d.place * 2 >= d.places then d.decided_in end)`.as('median'),
    ]);
}
