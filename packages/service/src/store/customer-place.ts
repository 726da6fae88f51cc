import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.js';

const followers = ['qualification', 'review'] as const;

/** A customer's place in its partner's listings, for the new row of a table that follows it. */
export function placeOf(db: Kysely<Tables>, partnerId: string, customerId: string) {
  const column = <Name extends 'name_key' | 'domain_start' | 'relationship_ended'>(name: Name) =>
    db
      .selectFrom('customer')
      .select(name)
      .where((inner) => inner.and({ partner_id: partnerId, id: customerId }))
      .$asScalar()
      .$notNull();
  return {
    name_key: column('name_key'),
    domain_start: column('domain_start'),
    relationship_ended: column('relationship_ended'),
  };
}

/** Has what these customers have listed under their present names, or no longer where the relationship has ended. */
export async function followCustomers(
  db: Kysely<Tables>,
  partnerId: string,
  customerIds: readonly string[],
): Promise<void> {
  for (const follower of followers) {
    const own = sql.table(follower);
    await sql`
      update ${own} set
        name_key = c.name_key, domain_start = c.domain_start, relationship_ended = c.relationship_ended
      from customer as c
      where ${own}.partner_id = ${partnerId} and ${own}.customer_id in (${sql.join(customerIds)})
        and c.partner_id = ${own}.partner_id and c.id = ${own}.customer_id
        and (c.name_key <> ${own}.name_key or c.domain_start <> ${own}.domain_start
          or c.relationship_ended <> ${own}.relationship_ended)`.execute(db);
  }
}
