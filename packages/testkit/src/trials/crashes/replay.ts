import type { Row } from '../../database-rows.js';

const MAX_ATTEMPTS = 3;

/** What a customer has, as its history makes it by the rules of the wire. */
export interface Standing {
  /** The state of each attempt at Education, in their order. */
  readonly attempts: string[];
  /** What the partner is told of the last one, where it was denied. */
  reason: string | null;
  /** When the last attempt was made. */
  attemptedAt: string | null;
  /** When GovernmentCommunityCloud was given; null without it. */
  cloudSince: string | null;
  isStateOwned: boolean;
}

export function nothingYet(): Standing {
  return { attempts: [], reason: null, attemptedAt: null, cloudSince: null, isStateOwned: false };
}

/**
 * Goes through the steps of one customer's chain.
 * @throws Error at the first step that the rules do not allow after those before, and where one is missing
 */
export function replay(chain: readonly Row[]): Standing {
  const standing = nothingYet();
  for (const [index, step] of chain.entries()) {
    if (step.sequence !== index + 1) throw new Error(`step ${index + 1} of customer ${step.customer_id} is missing`);
    if (step.subject === 'qualification' && !take(standing, step)) {
      throw new Error(
        `step ${step.sequence} of customer ${step.customer_id} breaks the rules: ${JSON.stringify(step)}`,
      );
    }
  }
  return standing;
}

/** Takes a step; false where it may not follow. */
function take(standing: Standing, step: Row): boolean {
  switch (step.qualification) {
    case 'Education':
      return step.actor_kind === 'reviewer' ? takeDecision(standing, step) : takeRequest(standing, step);
    case 'GovernmentCommunityCloud':
      return takeCloud(standing, step);
    case 'StateOwnedEntity':
      return takeStateOwned(standing, step);
    default:
      return false;
  }
}

function takeRequest(standing: Standing, { from_status, to_status, at }: Row): boolean {
  const last = standing.attempts.at(-1) ?? null;
  const mayFollow = last === null || (last === 'Denied' && standing.attempts.length < MAX_ATTEMPTS);
  if (!mayFollow || standing.cloudSince !== null || from_status !== last || to_status !== 'InReview') return false;
  standing.attempts.push('InReview');
  standing.reason = null;
  standing.attemptedAt = String(at);
  return true;
}

function takeDecision(standing: Standing, { from_status, to_status, reason }: Row): boolean {
  const isDecision = to_status === 'Approved' || to_status === 'Denied';
  if (standing.attempts.at(-1) !== 'InReview' || from_status !== 'InReview' || !isDecision) return false;
  standing.attempts[standing.attempts.length - 1] = to_status;
  standing.reason = reason === null || reason === undefined ? null : String(reason);
  return true;
}

function takeCloud(standing: Standing, { from_status, to_status, at }: Row): boolean {
  const education = standing.attempts.at(-1);
  const isFree = education === undefined || education === 'Denied';
  if (standing.cloudSince !== null || !isFree || from_status !== null || to_status !== 'Approved') return false;
  standing.cloudSince = String(at);
  return true;
}

function takeStateOwned(standing: Standing, { from_status, to_status }: Row): boolean {
  if (standing.isStateOwned || from_status !== null || to_status !== null) return false;
  standing.isStateOwned = true;
  return true;
}

/** The customer's qualifications as GET must answer them. */
export function wireOf({ attempts, reason, attemptedAt, cloudSince, isStateOwned }: Standing): object[] {
  const dated = (date: string | null) => ({ vettingCreatedDate: date, vettingCreateDate: date });
  const status = attempts.at(-1);
  const education = {
    qualification: 'Education',
    vettingStatus: status,
    ...(reason === null ? {} : { vettingReason: reason }),
    ...dated(attemptedAt),
  };
  return [
    ...(status === undefined ? [] : [education]),
    ...(cloudSince === null
      ? []
      : [{ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved', ...dated(cloudSince) }]),
    ...(isStateOwned ? [{ qualification: 'StateOwnedEntity' }] : []),
  ];
}
