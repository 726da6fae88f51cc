import type { ReviewStep, Review as WireReview } from '@vetted/contract';
import type { HistoryEntry } from '../../domain/history.js';
import type { ReviewOfCustomer } from '../../domain/review.js';
import { isOverdue } from '../../domain/review.rules.js';

/** A review as the desk sees it at this time. */
export function toWire(review: ReviewOfCustomer, now: string): WireReview {
  const { id, partnerId, partnerName, customerId, companyName, domain, qualification, attempt, status, version } =
    review;
  const { submittedAt, submittedBy, dueAt } = review;
  return {
    id,
    partnerId,
    partnerName,
    customerId,
    companyName,
    domain,
    qualification,
    ...present(review, 'educationSegment', 'website'),
    attempt,
    status,
    submittedAt,
    submittedBy,
    dueAt,
    overdue: isOverdue(review, now),
    ...present(review, 'decidedAt', 'decidedBy', 'reason', 'reasonCode', 'note'),
    version,
  };
}

/** A step of the history as the desk sees it: with who took it, and what is for reviewers only. */
export function toWireStep(entry: HistoryEntry): ReviewStep {
  const { at, by, actor, correlationId } = entry;
  return { at, ...present(entry, 'from', 'to'), by, actor, ...present(entry, 'reason', 'note'), correlationId };
}

/** Those of the members that are there: absent means absent. */
function present<T extends object, Name extends keyof T>(value: T, ...names: readonly Name[]): Pick<T, Name> {
  const entries = names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]]));
  return Object.fromEntries(entries) as Pick<T, Name>;
}
