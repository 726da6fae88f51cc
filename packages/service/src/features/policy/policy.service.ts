import { randomUUID } from 'node:crypto';
import { denialCodes } from '@vetted/contract';
import { type Clock, timestamp, timestampAfter } from '../../domain/clock.js';
import type { PolicyVerdict, VettingPolicy, VettingRequest } from '../../domain/policy.js';
import type { ReviewOfCustomer } from '../../domain/review.js';
import { type Decision, decided } from '../../domain/review.rules.js';
import type { Store } from '../../domain/store.js';
import { lockReview, recordDecision } from '../record-decision.js';

/** How many requests are decided at once. */
const BATCH = 20;
export const POLICY_TIMEOUT_IN_MS = 30_000;
/** Longer than a policy may take: another process asks again only where this one has ended. */
export const POLICY_LEASE_IN_MS = 120_000;
const POLICY = 'policy';
/** As for a reviewer's. */
const MAX_REASON_LENGTH = 512;

export interface PolicyOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: VettingPolicy;
  /** Hears why a policy gave no verdict. */
  readonly onFailure: (error: unknown, reviewId: string) => void;
  /** Milliseconds of the machine's clock. Default 30,000. */
  readonly timeoutInMs?: number;
}

/** Asks the policy about every request that is due, and decides what it does not refer. */
export async function decideDue(options: PolicyOptions): Promise<void> {
  const { store, clock } = options;
  for (;;) {
    const now = clock();
    const due = await store.transaction((transaction) =>
      transaction.reviews.claimForPolicy(timestamp(now), timestampAfter(now, POLICY_LEASE_IN_MS), BATCH),
    );
    await Promise.all(due.map((review) => decideOne(options, review)));
    if (due.length < BATCH) return;
  }
}

async function decideOne(options: PolicyOptions, review: ReviewOfCustomer): Promise<void> {
  const verdict = await ask(options, review);
  const decision = toDecision(verdict);
  const { store, clock } = options;
  await store.transaction(async (transaction) => {
    const opened = await lockReview(transaction, review.id);
    if (opened === undefined) return;
    if (decision === undefined || opened.review.status !== 'InReview') {
      await transaction.reviews.endPolicy(review);
      return;
    }
    const after = decided(opened.review, decision, { id: POLICY, at: timestamp(clock()) });
    await recordDecision(transaction, opened, after, { by: POLICY, id: POLICY, correlationId: randomUUID() });
  });
}

/** The policy's verdict; whatever goes wrong with it refers. */
async function ask(
  { policy, onFailure, timeoutInMs }: PolicyOptions,
  review: ReviewOfCustomer,
): Promise<PolicyVerdict> {
  const abortSignal = AbortSignal.timeout(timeoutInMs ?? POLICY_TIMEOUT_IN_MS);
  try {
    const verdict: unknown = await Promise.race([
      policy.decide(toRequest(review), { abortSignal }),
      new Promise<never>((_resolve, reject) => {
        abortSignal.addEventListener('abort', () => reject(abortSignal.reason), { once: true });
      }),
    ]);
    if (isVerdict(verdict)) return verdict;
    throw new TypeError(
      'The policy answered no verdict: { decision: "approve" | "deny" | "refer" }, deny with a reasonCode.',
    );
  } catch (error) {
    onFailure(error, review.id);
    return { decision: 'refer' };
  }
}

/** A policy is somebody's own program: its verdict is held against what a decision must have. */
function isVerdict(verdict: unknown): verdict is PolicyVerdict {
  if (typeof verdict !== 'object' || verdict === null) return false;
  const { decision, reasonCode, reason }: Record<string, unknown> = { ...verdict };
  if (decision === 'approve' || decision === 'refer') return true;
  if (decision !== 'deny' || !denialCodes.some((code) => code === reasonCode)) return false;
  if (reason === undefined) return reasonCode !== 'Other';
  return typeof reason === 'string' && reason.trim() !== '' && reason.length <= MAX_REASON_LENGTH;
}

function toDecision(verdict: PolicyVerdict): Decision | undefined {
  if (verdict.decision === 'refer') return undefined;
  if (verdict.decision === 'approve') return { decision: 'Approved' };
  const { reasonCode, reason } = verdict;
  return { decision: 'Denied', reasonCode, reason };
}

function toRequest(review: ReviewOfCustomer): VettingRequest {
  const { partnerId, customerId, companyName, domain, qualification, educationSegment, website, attempt, submittedAt } =
    review;
  return {
    partnerId,
    customerId,
    companyName,
    domain,
    qualification,
    ...(educationSegment === undefined ? {} : { educationSegment }),
    ...(website === undefined ? {} : { website }),
    attempt,
    submittedAt,
  };
}
