import { type Kysely, sql } from 'kysely';

/** How much is on its way, and how late it is, is read from the beginning of an index. */
export function deliveriesByTime() {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createIndex('webhook_delivery_by_time')
        .on('webhook_delivery')
        .columns(['next_attempt_at', 'at', 'partner_id'])
        .where(sql.ref('state'), '=', sql.lit('pending'))
        .execute();
    },
  };
}
