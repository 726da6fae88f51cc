import type { VettingStatus } from '@vetted/contract';
import type { Actor } from '../domain/history.js';
import type { Review } from '../domain/review.js';
import type { StoreTransaction } from '../domain/store.js';
import type { Vetting } from '../domain/vetting.js';

/** One step of a customer's qualification. */
export interface Step {
  /** What stands from now on. */
  readonly vetting: Vetting;
  /** The status before; absent for the first step. */
  readonly from: VettingStatus | undefined;
  /** Where the qualification is reviewed. */
  readonly review?: Review | undefined;
  readonly at: string;
  readonly actor: Actor;
  /** For reviewers only. */
  readonly note?: string | undefined;
}

/**
 * Writes a step in all the places that know of it: the qualification, its review, the history and the event that goes
 * out. The customer must be locked by this transaction.
 */
export async function recordStep(
  transaction: StoreTransaction,
  partnerId: string,
  customerId: string,
  { vetting, from, review, at, actor, note }: Step,
): Promise<void> {
  await transaction.saveVetting(partnerId, customerId, vetting);
  if (review) await transaction.reviews.save(review);
  const change = {
    at,
    qualification: vetting.qualification,
    ...(from === undefined ? {} : { from }),
    ...(vetting.vettingStatus === undefined ? {} : { to: vetting.vettingStatus }),
    ...(vetting.vettingReason === undefined ? {} : { reason: vetting.vettingReason }),
    correlationId: actor.correlationId,
  };
  const entry = {
    ...change,
    subject: 'qualification',
    by: actor.by,
    actor: actor.id,
    ...(note === undefined ? {} : { note }),
  } as const;
  await transaction.history.append(partnerId, [{ customerId, entry }]);
  await transaction.events.append(partnerId, { customerId, ...change });
}
