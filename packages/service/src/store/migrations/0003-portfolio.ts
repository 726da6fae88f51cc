import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../dialect.js';

/**
 * What a partner's customers are listed by: every row that a listing begins at knows its customer's place in it, so that
 * an index alone gives a page in order and counts what matches. Domains stand in these indexes by their beginning, since
 * PostgreSQL takes no entry for one that holds a long name and a long domain.
 */
export function portfolio(dialect: DialectName) {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;

  return {
    async up(db: Kysely<unknown>): Promise<void> {
      const addText = (table: string, name: string) =>
        db.schema
          .alterTable(table)
          .addColumn(name, text, (column) => column.notNull().defaultTo(''))
          .execute();
      await addText('customer', 'domain_start');
      await sql`update customer set domain_start = substr(domain_key, 1, 64)`.execute(db);
      await addText('qualification', 'name_key');
      for (const table of ['qualification', 'review']) {
        await addText(table, 'domain_start');
        await db.schema
          .alterTable(table)
          .addColumn('relationship_ended', 'integer', (column) => column.notNull().defaultTo(0))
          .execute();
        const of = sql.table(table);
        await sql`
          update ${of} set
            name_key = c.name_key, domain_start = c.domain_start, relationship_ended = c.relationship_ended
          from customer as c where c.partner_id = ${of}.partner_id and c.id = ${of}.customer_id`.execute(db);
      }

      await db.schema.dropIndex('customer_by_domain').execute();
      await db.schema
        .createIndex('customer_by_domain')
        .on('customer')
        .columns(['partner_id', 'relationship_ended', 'domain_start', 'name_key', 'id'])
        .execute();
      const place = ['relationship_ended', 'name_key', 'customer_id', 'domain_start'];
      await db.schema
        .createIndex('qualification_by_name')
        .on('qualification')
        .columns(['partner_id', 'qualification', 'vetting_status', ...place, 'attempts'])
        .execute();
      await db.schema
        .createIndex('review_open_by_name')
        .on('review')
        .columns(['partner_id', 'qualification', ...place, 'due_at'])
        .where(sql.ref('status'), '=', sql.lit('InReview'))
        .execute();
      await db.schema.dropIndex('review_by_decision').execute();
      await db.schema
        .createIndex('review_by_decision')
        .on('review')
        .columns(['partner_id', 'relationship_ended', 'decided_at', 'status', 'decided_in'])
        .execute();
    },
  };
}
