import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { publish } from '../domain/publish.js';
import type { CustomerRead, PublishedAnswer } from '../domain/store.js';
import type { PublishedVetting } from '../domain/vetting.js';
import type { AnswerCells } from './dialect.js';
import { toPublished } from './queries.js';
import type { Statements } from './statements.js';
import type { Tables } from './tables.js';

/** What a customer without a qualification has; its columns are null. */
const NOTHING_PUBLISHED = answerOf([]);

/** The order of the wire, which happens to be the alphabet's: StateOwnedEntity comes last. */
export function answerOf(vettings: readonly PublishedVetting[]): PublishedAnswer {
  const body = JSON.stringify(vettings.map(publish));
  return { body, etag: `"${hash('sha1', body, 'base64url')}"` };
}

/**
 * Writes down what a GET of a customer's qualifications answers. Whoever changes one of them does this in the same
 * transaction: the read then finds its answer made, in the one row that it needs anyway.
 */
export async function publishQualifications(
  statements: Statements,
  partnerId: string,
  customerId: string,
): Promise<void> {
  const { rows } = await statements.run(selectPublished, { partnerId, customerId });
  await statements.run(updatePublished, { partnerId, customerId, ...answerOf(rows.map(toPublished)) });
}

interface CustomerKey {
  readonly partnerId: string;
  readonly customerId: string;
}

function selectPublished(db: Kysely<Tables>, { partnerId, customerId }: CustomerKey) {
  return db
    .selectFrom('qualification')
    .select(['qualification', 'vetting_status', 'vetting_reason', 'vetting_created_date'])
    .where((eb) => eb.and({ partner_id: partnerId, customer_id: customerId }))
    .orderBy('qualification');
}

function updatePublished(db: Kysely<Tables>, { partnerId, customerId, body, etag }: CustomerKey & PublishedAnswer) {
  return db
    .updateTable('customer')
    .set({ published: body, published_etag: etag })
    .where((eb) => eb.and({ partner_id: partnerId, id: customerId }));
}

/** What was found: undefined where the partner is unknown, nulls where it has no such customer. */
export function toAnswerRead(cells: AnswerCells | undefined): CustomerRead<PublishedAnswer> {
  if (cells === undefined) return { partnerKnown: false };
  const [ended, body, etag] = cells;
  if (ended === null) return { partnerKnown: true };
  const value = body === null || etag === null ? NOTHING_PUBLISHED : { body, etag };
  return { partnerKnown: true, customer: { relationshipEnded: ended === 1, value } };
}
