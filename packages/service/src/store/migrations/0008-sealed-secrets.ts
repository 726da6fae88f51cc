import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../dialect.js';

/** The tables as they are in the middle of the migration. */
interface Codes {
  validation_code: { partner_id: string; lookup: string; id: string };
}

/**
 * Room for validation codes that are encrypted. A code is found by a keyed hash of it, and a qualification refers to the
 * code's id, which is no secret. Whoever has the key then encrypts what is there in plain: see `sealPlainRows`.
 */
export function sealedSecrets(dialect: DialectName) {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;

  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema.alterTable('validation_code').renameColumn('validation_id', 'lookup').execute();
      for (const name of ['id', 'code']) {
        await db.schema
          .alterTable('validation_code')
          .addColumn(name, text, (column) => column.notNull().defaultTo(''))
          .execute();
      }
      await nameCodes(db as Kysely<Codes>);
      await db.schema
        .createIndex('validation_code_id')
        .on('validation_code')
        .columns(['partner_id', 'id'])
        .unique()
        .execute();
      await db.schema.alterTable('qualification').renameColumn('validation_id', 'validation_code_id').execute();
      await sql`
        update qualification set validation_code_id = (
          select v.id from validation_code as v
          where v.partner_id = qualification.partner_id and v.lookup = qualification.validation_code_id)
        where validation_code_id is not null`.execute(db);
    },
  };
}

async function nameCodes(db: Kysely<Codes>): Promise<void> {
  const rows = await db.selectFrom('validation_code').select(['partner_id', 'lookup']).execute();
  for (const row of rows) {
    await db
      .updateTable('validation_code')
      .set({ id: randomUUID() })
      .where((eb) => eb.and(row))
      .execute();
  }
}
