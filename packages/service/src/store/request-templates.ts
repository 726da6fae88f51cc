import type { Kysely } from 'kysely';
import { placeOf } from './customer-place.js';
import { qualificationsQuery } from './queries.js';
import type { CustomerPlace, QualificationTable, RecordedAnswerTable, Tables } from './tables.js';

/** Changes nothing where the request id is taken. */
export function insertClaim(db: Kysely<Tables>, key: Pick<RecordedAnswerTable, 'partner_id' | 'request_id'>) {
  return db
    .insertInto('recorded_answer')
    .values({ ...key, fingerprint: '', status: 0, body: '', created_at: '' })
    .onConflict((conflict) => conflict.columns(['partner_id', 'request_id']).doNothing());
}

interface AnswerOfRequest {
  readonly partnerId: string;
  readonly requestId: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly at: string;
}

export function updateAnswer(
  db: Kysely<Tables>,
  { partnerId, requestId, fingerprint, status, body, at }: AnswerOfRequest,
) {
  return db
    .updateTable('recorded_answer')
    .set({ fingerprint, status, body, created_at: at })
    .where((eb) => eb.and({ partner_id: partnerId, request_id: requestId }));
}

interface CustomerKey {
  readonly partnerId: string;
  readonly customerId: string;
}

/** For PostgreSQL; SQLite lets one transaction write at a time. */
export function lockCustomer(db: Kysely<Tables>, { partnerId, customerId }: CustomerKey) {
  return db
    .selectFrom('customer')
    .select('id')
    .where((eb) => eb.and({ partner_id: partnerId, id: customerId }))
    .forUpdate();
}

export function selectQualifications(db: Kysely<Tables>, { partnerId, customerId }: CustomerKey) {
  return qualificationsQuery(db, partnerId, customerId);
}

export function upsertQualification(db: Kysely<Tables>, row: Omit<QualificationTable, keyof CustomerPlace>) {
  const { partner_id, customer_id, qualification, ...rest } = row;
  return db
    .insertInto('qualification')
    .values({ ...row, ...placeOf(db, partner_id, customer_id) })
    .onConflict((conflict) => conflict.columns(['partner_id', 'customer_id', 'qualification']).doUpdateSet(rest));
}
