import { type DenialCode, denialCodes, type FaultDatum, type FaultName, vettingReasons } from '@vetted/contract';
import type { Review } from './review.js';
import type { Vetting } from './vetting.js';

/** Business days that a review may take; Saturday and Sunday do not count. */
const REVIEW_BUSINESS_DAYS = 3;

/** When a review of a request made at this time is due, in UTC. */
export function dueDate(submittedAt: string): string {
  const due = new Date(submittedAt);
  for (let left = REVIEW_BUSINESS_DAYS; left > 0; ) {
    due.setUTCDate(due.getUTCDate() + 1);
    if (due.getUTCDay() !== 0 && due.getUTCDay() !== 6) left -= 1;
  }
  return due.toISOString();
}

/** Whether the review is still open after its due date. */
export function isOverdue({ status, dueAt }: Review, now: string): boolean {
  return status === 'InReview' && dueAt < now;
}

/** Where and by whom a request was made. */
export interface Submission {
  readonly id: string;
  readonly partnerId: string;
  readonly customerId: string;
  readonly submittedAt: string;
  readonly submittedBy: string;
}

/** The review that a request opens, for the attempt that the vetting stands at. */
export function openReview(submission: Submission, vetting: Vetting): Review {
  const { qualification, attempts, educationSegment, website } = vetting;
  return {
    ...submission,
    qualification,
    attempt: attempts,
    status: 'InReview',
    ...(educationSegment === undefined ? {} : { educationSegment }),
    ...(website === undefined ? {} : { website }),
    dueAt: dueDate(submission.submittedAt),
    version: 1,
  };
}

/** What a reviewer or the policy decides. */
export interface Decision {
  readonly decision: 'Approved' | 'Denied';
  readonly reasonCode?: DenialCode | undefined;
  /** What the partner is told; the documented text of the code when absent. */
  readonly reason?: string | undefined;
  /** For reviewers only. */
  readonly note?: string | undefined;
}

/** What is wrong with a decision taken by itself. */
export function decisionProblems({ decision, reasonCode, reason }: Decision): FaultDatum[] {
  if (decision === 'Approved') {
    const superfluous = { reasonCode, reason };
    return Object.entries(superfluous).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, reason: 'belongs to a denial, not to an approval' }],
    );
  }
  if (reasonCode === undefined) {
    return [{ name: 'reasonCode', reason: `is required to deny: one of ${denialCodes.join(', ')}` }];
  }
  return reasonCode === 'Other' && reason === undefined
    ? [{ name: 'reason', reason: 'is required with Other: it is what the partner reads' }]
    : [];
}

/** Who decides, and when. */
export interface Decider {
  /** Tenant id and object id, or `policy`. */
  readonly id: string;
  readonly at: string;
}

/** The versions of a review that a decision may go by; undefined where any will do. */
export type ExpectedVersions = readonly number[] | undefined;

/**
 * Why a review may not be decided by this person, or that it may. Nobody decides what the same person submitted, and
 * nobody decides by what the review no longer is.
 */
export function mayDecide(review: Review, decider: Decider, expected?: ExpectedVersions): FaultName | 'ok' {
  return mayChange(review, decider, expected) ?? (review.status === 'InReview' ? 'ok' : 'ReviewDecided');
}

/** The same for the way back: only an approval can be reopened. */
export function mayReopen(review: Review, decider: Decider, expected?: ExpectedVersions): FaultName | 'ok' {
  return mayChange(review, decider, expected) ?? (review.status === 'Approved' ? 'ok' : 'ReviewNotApproved');
}

function mayChange(
  { submittedBy, version }: Review,
  decider: Decider,
  expected: ExpectedVersions,
): FaultName | undefined {
  if (submittedBy === decider.id) return 'RoleMissing';
  return expected === undefined || expected.includes(version) ? undefined : 'VersionStale';
}

/** What the partner is told of a denial. */
function reasonOf(code: DenialCode, ownText: string | undefined): string {
  if (ownText !== undefined) return ownText;
  return code === 'Other' ? 'Denied' : vettingReasons[code];
}

/** The review after a decision that {@link mayDecide} and {@link decisionProblems} let pass. */
export function decided(review: Review, { decision, reasonCode, reason, note }: Decision, decider: Decider): Review {
  const { reason: _reason, reasonCode: _code, note: _note, ...open } = review;
  return {
    ...open,
    status: decision,
    decidedAt: decider.at,
    decidedBy: decider.id,
    ...(decision === 'Denied' && reasonCode ? { reasonCode, reason: reasonOf(reasonCode, reason) } : {}),
    ...(note === undefined ? {} : { note }),
    version: review.version + 1,
  };
}

/** The approval taken back: the reviewer's reason stays at the desk, the partner is told the documented one. */
export function reopened(review: Review, reason: string, decider: Decider): Review {
  return decided(review, { decision: 'Denied', reasonCode: 'NoLongerAnEducationCustomer', note: reason }, decider);
}

/** The customer's qualification after its review was decided. */
export function vettingAfter(review: Review, vetting: Vetting): Vetting {
  const { vettingReason: _, ...rest } = vetting;
  return {
    ...rest,
    vettingStatus: review.status,
    ...(review.reason === undefined ? {} : { vettingReason: review.reason }),
  };
}
