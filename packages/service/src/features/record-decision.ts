import type { Actor } from '../domain/history.js';
import type { Review, ReviewOfCustomer } from '../domain/review.js';
import { vettingAfter } from '../domain/review.rules.js';
import type { StoreTransaction } from '../domain/store.js';
import type { Vetting } from '../domain/vetting.js';
import { recordStep } from './record-step.js';

/** What a decision goes by: the review as it is while its customer is locked. */
export interface OpenedReview {
  readonly review: ReviewOfCustomer;
  readonly vetting: Vetting;
}

/**
 * Locks the customer of a review, and gives the review as it is now. Undefined where it is gone.
 */
export async function lockReview(transaction: StoreTransaction, id: string): Promise<OpenedReview | undefined> {
  const found = await transaction.reviews.get(id);
  if (found === undefined) return undefined;
  const { customer } = await transaction.lockQualifications(found.partnerId, found.customerId);
  const vetting = customer?.value.find(({ qualification }) => qualification === found.qualification);
  const review = await transaction.reviews.get(id);
  return review && vetting && { review, vetting };
}

/** Writes what a decision or its way back made of a review. */
export async function recordDecision(
  transaction: StoreTransaction,
  { review: before, vetting }: OpenedReview,
  review: Review,
  actor: Actor,
): Promise<void> {
  await recordStep(transaction, review.partnerId, review.customerId, {
    vetting: vettingAfter(review, vetting),
    from: before.status,
    review,
    at: review.decidedAt ?? before.submittedAt,
    actor,
    note: review.note,
  });
}
