import { type Kysely, sql } from 'kysely';
import type { PublishedVetting } from '../../domain/vetting.js';
import type { DialectName } from '../dialect.js';
import { answerOf } from '../published.js';
import { toPublished } from '../queries.js';
import type { Tables } from '../tables.js';

/** Customers written at a time. */
const BATCH = 500;

/** What is answered of a customer stands in its own row, as it is sent: see `publishQualifications`. */
export function published(dialect: DialectName) {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;

  return {
    async up(db: Kysely<Tables>): Promise<void> {
      await db.schema.alterTable('customer').addColumn('published', text).execute();
      await db.schema.alterTable('customer').addColumn('published_etag', text).execute();
      for (let after: CustomerKey | undefined = ['', '']; after !== undefined; ) after = await publishAfter(db, after);
    },
  };
}

type CustomerKey = readonly [partnerId: string, customerId: string];

/** Publishes the next customers that have a qualification; gives the last of them, undefined where there are none. */
async function publishAfter(
  db: Kysely<Tables>,
  [partnerId, customerId]: CustomerKey,
): Promise<CustomerKey | undefined> {
  const rows = await db
    .selectFrom('qualification as q')
    .innerJoin(
      db
        .selectFrom('qualification')
        .select(['partner_id', 'customer_id'])
        .distinct()
        .where((eb) => eb(eb.refTuple('partner_id', 'customer_id'), '>', eb.tuple(partnerId, customerId)))
        .orderBy('partner_id')
        .orderBy('customer_id')
        .limit(BATCH)
        .as('next'),
      (join) => join.onRef('next.partner_id', '=', 'q.partner_id').onRef('next.customer_id', '=', 'q.customer_id'),
    )
    .select([
      'q.partner_id',
      'q.customer_id',
      'q.qualification',
      'q.vetting_status',
      'q.vetting_reason',
      'q.vetting_created_date',
    ])
    .orderBy('q.partner_id')
    .orderBy('q.customer_id')
    .orderBy('q.qualification')
    .execute();
  const customers = new Map<string, { key: CustomerKey; vettings: PublishedVetting[] }>();
  for (const row of rows) {
    const name = `${row.partner_id}/${row.customer_id}`;
    const customer = customers.get(name) ?? { key: [row.partner_id, row.customer_id], vettings: [] };
    customer.vettings.push(toPublished(row));
    customers.set(name, customer);
  }
  const answers = [...customers.values()].map(({ key: [partner, customer], vettings }) => {
    const { body, etag } = answerOf(vettings);
    return sql`(${partner}, ${customer}, ${body}, ${etag})`;
  });
  if (answers.length > 0) {
    await sql`
      update customer set published = v.column3, published_etag = v.column4
      from (values ${sql.join(answers)}) as v
      where customer.partner_id = v.column1 and customer.id = v.column2`.execute(db);
  }
  return [...customers.values()].at(-1)?.key;
}
