import { createHash } from 'node:crypto';
import { faultBody, faults } from '@vetted/contract';
import { Refusal } from '../domain/refusal.js';
import type { StoreTransaction } from '../domain/store.js';

/** JSON text with its status. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A call that is to take effect once, however often it is sent. */
export interface OnceOnly {
  /** The caller's tenant: request ids of different tenants have nothing to do with each other. */
  readonly tenantId: string;
  /** The MS-RequestId that the caller chose; without one every call is another. */
  readonly requestId: string | undefined;
  /** What tells this request from another: the route, what it is about, and the body. */
  readonly facts: readonly unknown[];
  readonly at: string;
}

/**
 * Answers a request, or gives again what the same request got before. A refusal by the rules is an answer like any other:
 * it changed nothing, and a repetition gets it again. A tenant that is no partner leaves no trace.
 * @throws Refusal RequestIdReused where the id was used for another request, PartnerUnknown for an inactive partner
 */
export async function answerOnce(
  transaction: StoreTransaction,
  { tenantId, requestId, facts, at }: OnceOnly,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (requestId === undefined) return answered(work);
  // Ids are GUIDs: their letter case does not make another one.
  const id = requestId.toLowerCase();
  const fingerprint = createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
  const claim = await transaction.claimRequest(tenantId, id, fingerprint);
  if (claim === 'claimed') {
    const answer = await answered(work);
    await transaction.recordAnswer(tenantId, id, { fingerprint, ...answer }, at);
    return answer;
  }
  // A partner that is no longer active gets no answer again either.
  if ((await transaction.findPartner(tenantId))?.active === false) throw new Refusal('PartnerUnknown');
  if (!claim.isSameRequest) throw new Refusal('RequestIdReused');
  return { status: claim.status, body: claim.body };
}

async function answered(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.fault === 'PartnerUnknown') throw error;
    return { status: faults[error.fault].status, body: JSON.stringify(faultBody(error.fault, error.data)) };
  }
}
