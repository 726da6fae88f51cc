import type { ReviewDecision, ReviewReopening } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp } from '../../domain/clock.js';
import { missing, Refusal } from '../../domain/refusal.js';
import type { Review } from '../../domain/review.js';
import {
  type Decider,
  decided,
  decisionProblems,
  type ExpectedVersions,
  mayDecide,
  mayReopen,
  reopened,
} from '../../domain/review.rules.js';
import type { Store, StoreTransaction } from '../../domain/store.js';
import { type Answer, answerOnce } from '../../http/answer-once.js';
import { lockReview, recordDecision } from '../record-decision.js';
import { etagOf, expectedVersions } from './expected-versions.js';
import { toWire } from './review-wire.js';

/** What a reviewer's call brings along besides its body. */
export interface DeskContext {
  readonly caller: Caller;
  readonly reviewId: string;
  readonly correlationId: string;
  /** Present if the caller chose it; then a repetition of the call gets the first answer again. */
  readonly requestId: string | undefined;
  readonly ifMatch: string | undefined;
}

/** An answer with the ETag of the review in it; without one where it is a fault. */
export interface DeskAnswer extends Answer {
  readonly etag?: string;
}

export interface DecisionsService {
  decide(context: DeskContext, decision: ReviewDecision): Promise<DeskAnswer>;
  reopen(context: DeskContext, reopening: ReviewReopening): Promise<DeskAnswer>;
}

/** What a call makes of a review, or its refusal. */
type Change = (review: Review, decider: Decider, expected: ExpectedVersions) => Review;

/** What the vetting desk decides. Every decision is one transaction, and an MS-RequestId decides once. */
export function decisionsService(store: Store, clock: Clock): DecisionsService {
  return {
    async decide(context, decision) {
      const problems = decisionProblems(decision);
      if (problems.length > 0) throw new Refusal('InputInvalid', problems);
      const { decision: outcome, reasonCode, reason, note } = decision;
      const facts = ['decision', outcome, reasonCode, reason, note];
      return changeOnce(store, clock, context, facts, (review, decider, expected) => {
        refuseUnlessOk(mayDecide(review, decider, expected));
        return decided(review, decision, decider);
      });
    },

    async reopen(context, { reason }) {
      return changeOnce(store, clock, context, ['reopen', reason], (review, decider, expected) => {
        refuseUnlessOk(mayReopen(review, decider, expected));
        return reopened(review, reason, decider);
      });
    },
  };
}

async function changeOnce(
  store: Store,
  clock: Clock,
  context: DeskContext,
  asked: readonly unknown[],
  change: Change,
): Promise<DeskAnswer> {
  const { caller, requestId, ifMatch } = context;
  const expected = expectedVersions(ifMatch);
  const reviewId = context.reviewId.toLowerCase();
  const at = timestamp(clock());
  const once = { tenantId: caller.partnerId, requestId, facts: [...asked, reviewId, ifMatch], at };
  const work = (review: Review, decider: Decider) => change(review, decider, expected);
  const answer = await store.transaction((transaction) =>
    answerOnce(transaction, once, () => apply(transaction, { ...context, reviewId }, at, work)),
  );
  return answer.status === 200 ? { ...answer, etag: etagOf(JSON.parse(answer.body)) } : answer;
}

async function apply(
  transaction: StoreTransaction,
  { caller, reviewId, correlationId }: DeskContext,
  at: string,
  change: (review: Review, decider: Decider) => Review,
): Promise<Answer> {
  const opened = await lockReview(transaction, reviewId);
  if (opened === undefined) throw missing('reviewId', 'names no review');
  const decider = { id: `${caller.partnerId}/${caller.subject}`, at };
  const review = change(opened.review, decider);
  await recordDecision(transaction, opened, review, { by: 'reviewer', id: decider.id, correlationId });
  const { partnerName, companyName, domain } = opened.review;
  return { status: 200, body: JSON.stringify(toWire({ ...review, partnerName, companyName, domain }, at)) };
}

function refuseUnlessOk(verdict: ReturnType<typeof mayDecide>): void {
  if (verdict !== 'ok') throw new Refusal(verdict);
}
