import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../dialect.js';

/** The first tables. Text sorts by code point on both databases, whatever locale PostgreSQL was set up with. */
export function initial(dialect: DialectName) {
  // SQLite then finds a row by its key in one tree instead of two.
  const tableEnd = dialect === 'sqlite' ? sql`without rowid` : sql``;
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;

  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('partner')
        .addColumn('tenant_id', text, (column) => column.primaryKey())
        .addColumn('name', text, (column) => column.notNull())
        .addColumn('created_at', text, (column) => column.notNull())
        .modifyEnd(tableEnd)
        .execute();

      await db.schema
        .createTable('customer')
        .addColumn('partner_id', text, (column) => column.notNull().references('partner.tenant_id'))
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('company_name', text, (column) => column.notNull())
        .addColumn('name_key', text, (column) => column.notNull())
        .addColumn('domain', text, (column) => column.notNull())
        .addColumn('domain_key', text, (column) => column.notNull())
        .addColumn('country', text)
        .addColumn('email', text)
        .addColumn('relationship_to_partner', text, (column) => column.notNull())
        .addColumn('relationship_ended', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('created_at', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('customer_key', ['partner_id', 'id'])
        .modifyEnd(tableEnd)
        .execute();
      await db.schema
        .createIndex('customer_by_name')
        .on('customer')
        .columns(['partner_id', 'relationship_ended', 'name_key', 'id'])
        .execute();
      await db.schema
        .createIndex('customer_by_domain')
        .on('customer')
        .columns(['partner_id', 'relationship_ended', 'domain_key', 'id'])
        .execute();

      await db.schema
        .createTable('qualification')
        .addColumn('partner_id', text, (column) => column.notNull())
        .addColumn('customer_id', text, (column) => column.notNull())
        .addColumn('qualification', text, (column) => column.notNull())
        .addColumn('vetting_status', text)
        .addColumn('vetting_reason', text)
        .addColumn('vetting_created_date', text)
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('education_segment', text)
        .addColumn('website', text)
        .addColumn('validation_id', text)
        .addPrimaryKeyConstraint('qualification_key', ['partner_id', 'customer_id', 'qualification'])
        .addForeignKeyConstraint('qualification_customer', ['partner_id', 'customer_id'], 'customer', [
          'partner_id',
          'id',
        ])
        .modifyEnd(tableEnd)
        .execute();

      await db.schema
        .createTable('validation_code')
        .addColumn('partner_id', text, (column) => column.notNull().references('partner.tenant_id'))
        .addColumn('validation_id', text, (column) => column.notNull())
        .addColumn('organization_name', text, (column) => column.notNull())
        .addColumn('max_creates', 'integer', (column) => column.notNull())
        .addColumn('remaining_creates', 'integer', (column) =>
          column.notNull().check(sql`remaining_creates between 0 and max_creates`),
        )
        .addPrimaryKeyConstraint('validation_code_key', ['partner_id', 'validation_id'])
        .execute();

      await db.schema
        .createTable('history')
        .addColumn('partner_id', text, (column) => column.notNull())
        .addColumn('customer_id', text, (column) => column.notNull())
        .addColumn('sequence', 'integer', (column) => column.notNull())
        .addColumn('at', text, (column) => column.notNull())
        .addColumn('qualification', text, (column) => column.notNull())
        .addColumn('from_status', text)
        .addColumn('to_status', text)
        .addColumn('actor_kind', text, (column) => column.notNull())
        .addColumn('actor', text, (column) => column.notNull())
        .addColumn('reason', text)
        .addColumn('correlation_id', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('history_key', ['partner_id', 'customer_id', 'sequence'])
        .execute();

      await db.schema
        .createTable('recorded_answer')
        .addColumn('partner_id', text, (column) => column.notNull())
        .addColumn('request_id', text, (column) => column.notNull())
        .addColumn('fingerprint', text, (column) => column.notNull())
        .addColumn('status', 'integer', (column) => column.notNull())
        .addColumn('body', text, (column) => column.notNull())
        .addColumn('created_at', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('recorded_answer_key', ['partner_id', 'request_id'])
        .execute();
      await db.schema.createIndex('recorded_answer_by_age').on('recorded_answer').columns(['created_at']).execute();

      await db.schema
        .createTable('setting')
        .addColumn('name', text, (column) => column.primaryKey())
        .addColumn('value', text, (column) => column.notNull())
        .execute();
    },
  };
}
