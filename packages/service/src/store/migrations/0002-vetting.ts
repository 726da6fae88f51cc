import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../dialect.js';
import { chainHistory, type Migrated, openReviews } from './vetting-data.js';

/**
 * Reviews, the chained history, events, and webhooks. What was there gets them as if it had had them from the beginning:
 * a review for each qualification that is vetted, and a chain for each customer's history.
 */
export function vetting(dialect: DialectName) {
  const tableEnd = dialect === 'sqlite' ? sql`without rowid` : sql``;
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;

  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const table of ['partner', 'customer']) {
        await db.schema
          .alterTable(table)
          .addColumn('history_sequence', 'integer', (column) => column.notNull().defaultTo(0))
          .execute();
        await db.schema
          .alterTable(table)
          .addColumn('history_hash', text, (column) => column.notNull().defaultTo(''))
          .execute();
      }
      await db.schema
        .alterTable('partner')
        .addColumn('active', 'integer', (column) => column.notNull().defaultTo(1))
        .execute();
      await db.schema
        .alterTable('partner')
        .addColumn('event_sequence', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();

      await db.schema.alterTable('history').renameTo('history_unchained').execute();
      await db.schema
        .createTable('history')
        .addColumn('partner_id', text, (column) => column.notNull())
        .addColumn('customer_id', text, (column) => column.notNull())
        .addColumn('sequence', 'integer', (column) => column.notNull())
        .addColumn('at', text, (column) => column.notNull())
        .addColumn('subject', text, (column) => column.notNull())
        .addColumn('qualification', text)
        .addColumn('from_status', text)
        .addColumn('to_status', text)
        .addColumn('actor_kind', text, (column) => column.notNull())
        .addColumn('actor', text, (column) => column.notNull())
        .addColumn('reason', text)
        .addColumn('note', text)
        .addColumn('changes', text)
        .addColumn('correlation_id', text, (column) => column.notNull())
        .addColumn('previous_hash', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('history_chain_key', ['partner_id', 'customer_id', 'sequence'])
        .modifyEnd(tableEnd)
        .execute();

      await db.schema
        .createTable('review')
        .addColumn('partner_id', text, (column) => column.notNull())
        .addColumn('customer_id', text, (column) => column.notNull())
        .addColumn('qualification', text, (column) => column.notNull())
        .addColumn('attempt', 'integer', (column) => column.notNull())
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('status', text, (column) => column.notNull())
        .addColumn('education_segment', text)
        .addColumn('website', text)
        .addColumn('submitted_at', text, (column) => column.notNull())
        .addColumn('submitted_by', text, (column) => column.notNull())
        .addColumn('due_at', text, (column) => column.notNull())
        .addColumn('decided_at', text)
        .addColumn('decided_by', text)
        .addColumn('decided_in', 'bigint')
        .addColumn('reason', text)
        .addColumn('reason_code', text)
        .addColumn('note', text)
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('name_key', text, (column) => column.notNull())
        .addColumn('policy_at', text)
        .addPrimaryKeyConstraint('review_key', ['partner_id', 'customer_id', 'qualification', 'attempt'])
        .addForeignKeyConstraint('review_customer', ['partner_id', 'customer_id'], 'customer', ['partner_id', 'id'])
        .modifyEnd(tableEnd)
        .execute();
      await db.schema.createIndex('review_by_id').on('review').columns(['id']).execute();
      for (const key of ['due_at', 'submitted_at', 'name_key']) {
        await db.schema.createIndex(`review_by_${key}`).on('review').columns([key, 'id']).execute();
        await db.schema.createIndex(`review_by_status_${key}`).on('review').columns(['status', key, 'id']).execute();
      }
      await db.schema.createIndex('review_by_decision').on('review').columns(['partner_id', 'decided_at']).execute();
      await db.schema
        .createIndex('review_for_policy')
        .on('review')
        .columns(['policy_at'])
        .where(sql.ref('policy_at'), 'is not', null)
        .execute();

      await db.schema
        .createTable('event')
        .addColumn('partner_id', text, (column) => column.notNull())
        .addColumn('sequence', 'integer', (column) => column.notNull())
        .addColumn('customer_id', text, (column) => column.notNull())
        .addColumn('qualification', text, (column) => column.notNull())
        .addColumn('from_status', text)
        .addColumn('to_status', text)
        .addColumn('reason', text)
        .addColumn('at', text, (column) => column.notNull())
        .addColumn('correlation_id', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('event_key', ['partner_id', 'sequence'])
        .modifyEnd(tableEnd)
        .execute();

      await db.schema
        .createTable('webhook_registration')
        .addColumn('partner_id', text, (column) => column.primaryKey().references('partner.tenant_id'))
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('url', text, (column) => column.notNull())
        .addColumn('events', text, (column) => column.notNull())
        .addColumn('secret', text, (column) => column.notNull())
        .addColumn('ms_signature', 'integer', (column) => column.notNull())
        .addColumn('created_at', text, (column) => column.notNull())
        .addColumn('updated_at', text, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('webhook_delivery')
        .addColumn('partner_id', text, (column) => column.notNull())
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('customer_id', text)
        .addColumn('qualification', text)
        .addColumn('sequence', 'integer', (column) => column.notNull())
        .addColumn('event_name', text, (column) => column.notNull())
        .addColumn('at', text, (column) => column.notNull())
        .addColumn('correlation_id', text, (column) => column.notNull())
        .addColumn('url', text, (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('next_attempt_at', text, (column) => column.notNull())
        .addColumn('lease', text)
        .addColumn('ended_at', text)
        .addPrimaryKeyConstraint('webhook_delivery_key', ['partner_id', 'id'])
        .execute();
      await db.schema
        .createIndex('webhook_delivery_due')
        .on('webhook_delivery')
        .columns(['partner_id', 'next_attempt_at'])
        .where(sql.ref('state'), '=', sql.lit('pending'))
        .execute();
      await db.schema
        .createIndex('webhook_delivery_order')
        .on('webhook_delivery')
        .columns(['partner_id', 'customer_id', 'sequence'])
        .where(sql.ref('state'), '=', sql.lit('pending'))
        .execute();
      await db.schema
        .createIndex('webhook_delivery_tests')
        .on('webhook_delivery')
        .columns(['partner_id', 'at'])
        .where(sql.ref('customer_id'), 'is', null)
        .execute();
      await db.schema.createIndex('webhook_delivery_ended').on('webhook_delivery').columns(['ended_at']).execute();
      await db.schema
        .createTable('webhook_attempt')
        .addColumn('partner_id', text, (column) => column.notNull())
        .addColumn('delivery_id', text, (column) => column.notNull())
        .addColumn('attempt', 'integer', (column) => column.notNull())
        .addColumn('at', text, (column) => column.notNull())
        .addColumn('response_code', 'integer')
        .addColumn('message', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('webhook_attempt_key', ['partner_id', 'delivery_id', 'attempt'])
        .execute();

      await chainHistory(db as Kysely<Migrated>);
      await openReviews(db as Kysely<Migrated>);
      await db.schema.dropTable('history_unchained').execute();
    },
  };
}
