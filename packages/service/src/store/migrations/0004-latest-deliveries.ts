import type { Kysely } from 'kysely';

/** The latest deliveries of a partner are a step into an index, however many are kept. */
export function latestDeliveries() {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createIndex('webhook_delivery_latest')
        .on('webhook_delivery')
        .columns(['partner_id', 'at', 'sequence', 'id'])
        .execute();
    },
  };
}
