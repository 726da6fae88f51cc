import { randomUUID } from 'node:crypto';
import { denialCodeOf } from '@vetted/contract';
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import { dueDate } from '../../domain/review.rules.js';
import { hashOf } from '../history-hash.js';
import type { HistoryTable, Tables } from '../tables.js';

/** Rows read at a time: a database that has been used for long has many. */
const BATCH = 500;

/** The tables as they are in the middle of the migration. */
export interface Migrated extends Tables {
  history_unchained: Omit<Tables['history'], 'subject' | 'qualification' | 'note' | 'changes' | 'previous_hash'> & {
    qualification: string;
  };
}

/** Copies the history and gives each customer's steps their chain. */
export async function chainHistory(db: Kysely<Migrated>): Promise<void> {
  let [partnerId, customerId, sequence] = ['', '', 0];
  let hash = '';
  for (;;) {
    const rows = await db
      .selectFrom('history_unchained')
      .selectAll()
      .where((eb) =>
        eb(eb.refTuple('partner_id', 'customer_id', 'sequence'), '>', eb.tuple(partnerId, customerId, sequence)),
      )
      .orderBy('partner_id')
      .orderBy('customer_id')
      .orderBy('sequence')
      .limit(BATCH)
      .execute();
    if (rows.length === 0) return;
    const chained = rows.map((row) => {
      if (row.partner_id !== partnerId || row.customer_id !== customerId) hash = '';
      const step = { ...row, subject: 'qualification', note: null, changes: null, previous_hash: hash };
      [partnerId, customerId, sequence, hash] = [row.partner_id, row.customer_id, row.sequence, hashOf(step)];
      return step;
    });
    await db.insertInto('history').values(chained).execute();
    await saveHeads(db, chained);
  }
}

/** Of several steps of one customer, the last one counts: PostgreSQL would choose any. */
async function saveHeads(db: Kysely<Migrated>, steps: readonly HistoryTable[]): Promise<void> {
  const ends = new Map(steps.map((step) => [`${step.partner_id}/${step.customer_id}`, step]));
  const heads = [...ends.values()].map(
    (step) => sql`(${step.partner_id}, ${step.customer_id}, ${step.sequence}, ${hashOf(step)})`,
  );
  await sql`
    update customer set history_sequence = cast(v.column3 as integer), history_hash = v.column4
    from (values ${sql.join(heads)}) as v
    where customer.partner_id = v.column1 and customer.id = v.column2`.execute(db);
}

/** The latest attempt of each qualification that is vetted; earlier ones were not kept. */
export async function openReviews(db: Kysely<Migrated>): Promise<void> {
  for (let after: CustomerKey = ['', '']; ; ) {
    const requests = await requestsAfter(db, after);
    const [first, last] = [requests[0], requests.at(-1)];
    if (first === undefined || last === undefined) return;
    const steps = await stepsBetween(db, keyOf(first), keyOf(last));
    const reviews = requests.map((request) => reviewOf(request, steps.get(keyOf(request).join('/')) ?? []));
    await db.insertInto('review').values(reviews).execute();
    after = keyOf(last);
  }
}

type CustomerKey = readonly [partnerId: string, customerId: string];

function keyOf(row: { readonly partner_id: string; readonly customer_id: string }): CustomerKey {
  return [row.partner_id, row.customer_id];
}

function requestsAfter(db: Kysely<Migrated>, after: CustomerKey) {
  return db
    .selectFrom('qualification as q')
    .innerJoin('customer as c', (join) =>
      join.onRef('c.partner_id', '=', 'q.partner_id').onRef('c.id', '=', 'q.customer_id'),
    )
    .selectAll('q')
    .select('c.name_key')
    .where('q.qualification', '=', 'Education')
    .where((eb) => eb(eb.refTuple('q.partner_id', 'q.customer_id'), '>', eb.tuple(...after)))
    .orderBy('q.partner_id')
    .orderBy('q.customer_id')
    .limit(BATCH)
    .execute();
}

/** What happened to the Education of these customers and all between them, the latest first. */
async function stepsBetween(
  db: Kysely<Migrated>,
  first: CustomerKey,
  last: CustomerKey,
): Promise<Map<string, HistoryTable[]>> {
  const rows = await db
    .selectFrom('history')
    .selectAll()
    .where('qualification', '=', 'Education')
    .where((eb) => eb(eb.refTuple('partner_id', 'customer_id'), '>=', eb.tuple(...first)))
    .where((eb) => eb(eb.refTuple('partner_id', 'customer_id'), '<=', eb.tuple(...last)))
    .orderBy('sequence', 'desc')
    .execute();
  const steps = new Map<string, HistoryTable[]>();
  for (const row of rows) {
    const key = keyOf(row).join('/');
    const known = steps.get(key);
    if (known) known.push(row);
    else steps.set(key, [row]);
  }
  return steps;
}

function reviewOf(
  request: Selectable<Tables['qualification']> & { readonly name_key: string },
  steps: readonly HistoryTable[],
): Insertable<Tables['review']> {
  const submission = steps.find(({ to_status }) => to_status === 'InReview') ?? steps[0];
  const submittedAt = asUtc(request.vetting_created_date ?? submission?.at ?? new Date(0).toISOString());
  const isDecided = request.vetting_status !== 'InReview';
  const decision = isDecided ? steps.find(({ to_status }) => to_status === request.vetting_status) : undefined;
  return {
    partner_id: request.partner_id,
    customer_id: request.customer_id,
    qualification: request.qualification,
    attempt: request.attempts,
    id: randomUUID(),
    status: request.vetting_status ?? 'InReview',
    education_segment: request.education_segment,
    website: request.website,
    submitted_at: submittedAt,
    submitted_by: submission?.actor ?? 'unknown',
    due_at: dueDate(submittedAt),
    decided_at: isDecided ? (decision?.at ?? submittedAt) : null,
    decided_by: isDecided ? (decision?.actor ?? 'unknown') : null,
    decided_in: null,
    reason: request.vetting_reason,
    reason_code: request.vetting_reason === null ? null : denialCodeOf(request.vetting_reason),
    note: null,
    version: 1,
    name_key: request.name_key,
    policy_at: null,
  };
}

/** Dates of qualifications are kept to the letter; those of reviews are compared. */
function asUtc(date: string): string {
  const at = Date.parse(date);
  return new Date(Number.isNaN(at) ? 0 : at).toISOString();
}
