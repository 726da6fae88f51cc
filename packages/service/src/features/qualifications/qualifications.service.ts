import { createHash } from 'node:crypto';
import { faultBody, faults, type Qualification, type QualificationRequest } from '@vetted/contract';
import { admit } from '../../domain/admission.rules.js';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp } from '../../domain/clock.js';
import {
  mayRequestEducation,
  mayRequestGovernmentCommunityCloud,
  requested,
  requestProblems,
} from '../../domain/qualification.rules.js';
import { Refusal } from '../../domain/refusal.js';
import type { Store, StoreTransaction } from '../../domain/store.js';
import type { PublishedVetting, Vetting } from '../../domain/vetting.js';

/** What a request for a qualification brings along besides its body. */
export interface RequestContext {
  readonly caller: Caller;
  readonly customerId: string;
  readonly correlationId: string;
  /** Present if the caller chose it; then a repetition of the request gets the first answer again. */
  readonly requestId: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}

export interface QualificationsService {
  list(caller: Caller, customerId: string): Promise<Qualification[]>;
  request(context: RequestContext, request: QualificationRequest, code: string | undefined): Promise<Answer>;
}

export function qualificationsService(store: Store, clock: Clock): QualificationsService {
  return {
    async list(caller, customerId) {
      return admit(await store.reads.qualifications(caller.partnerId, customerId.toLowerCase())).map(toWire);
    },

    async request(context, request, code) {
      const problems = requestProblems(request, code);
      if (problems.length > 0) throw new Refusal('InputInvalid', problems);
      const normal: QualificationRequest =
        code === undefined ? request : { ...request, validationCode: request.validationCode ?? code };
      return store.transaction((transaction) => answerOnce(transaction, context, normal, timestamp(clock())));
    },
  };
}

/** Answers a request, or gives again what the same request got before. */
async function answerOnce(
  transaction: StoreTransaction,
  context: RequestContext,
  request: QualificationRequest,
  at: string,
): Promise<Answer> {
  const { partnerId } = context.caller;
  // Ids are GUIDs: their letter case does not make another one.
  const requestId = context.requestId?.toLowerCase();
  if (requestId === undefined) return answer(transaction, context, request, at);

  const fingerprint = fingerprintOf(context.customerId, request);
  const claim = await transaction.claimRequest(partnerId, requestId);
  if (claim === 'claimed') {
    const { status, body } = await answer(transaction, context, request, at);
    await transaction.recordAnswer(partnerId, requestId, { fingerprint, status, body }, at);
    return { status, body };
  }
  if (claim.fingerprint !== fingerprint) throw new Refusal('RequestIdReused');
  return { status: claim.status, body: claim.body };
}

/**
 * A refusal by the rules is an answer like any other: it changed nothing, and a repetition gets it again. A tenant that
 * is no partner leaves no trace.
 */
async function answer(
  transaction: StoreTransaction,
  context: RequestContext,
  request: QualificationRequest,
  at: string,
): Promise<Answer> {
  try {
    const vetting = await apply(transaction, context, request, at);
    return { status: 201, body: JSON.stringify(toWire(vetting)) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.fault === 'PartnerUnknown') throw error;
    return { status: faults[error.fault].status, body: JSON.stringify(faultBody(error.fault, error.data)) };
  }
}

async function apply(
  transaction: StoreTransaction,
  { caller, customerId, correlationId }: RequestContext,
  request: QualificationRequest,
  at: string,
): Promise<Vetting> {
  const { partnerId } = caller;
  const id = customerId.toLowerCase();
  const vettings = admit(await transaction.lockQualifications(partnerId, id));
  const previous = vettings.find(({ qualification }) => qualification === request.qualification);
  if (request.qualification === 'StateOwnedEntity' && previous) return previous;

  const validationId = await admitRequest(transaction, partnerId, request, vettings);
  const vetting = requested(request, previous, validationId, at);
  await transaction.saveVetting(partnerId, id, vetting);
  await transaction.appendHistory(partnerId, id, {
    at,
    qualification: vetting.qualification,
    ...(previous?.vettingStatus === undefined ? {} : { from: previous.vettingStatus }),
    ...(vetting.vettingStatus === undefined ? {} : { to: vetting.vettingStatus }),
    by: 'partner',
    actor: `${partnerId}/${caller.subject}`,
    correlationId,
  });
  return vetting;
}

/** Refuses what the rules refuse, and uses the validation code of a request that needs one: the code is answered. */
async function admitRequest(
  transaction: StoreTransaction,
  partnerId: string,
  request: QualificationRequest,
  vettings: readonly Vetting[],
): Promise<string | undefined> {
  if (request.qualification === 'Education') {
    refuseUnlessOk(mayRequestEducation(vettings));
    return undefined;
  }
  if (request.qualification === 'StateOwnedEntity' || request.validationCode === undefined) return undefined;
  const code = await transaction.lockValidationCode(partnerId, request.validationCode);
  refuseUnlessOk(mayRequestGovernmentCommunityCloud(vettings, code));
  await transaction.useValidationCode(partnerId, request.validationCode);
  return request.validationCode;
}

function refuseUnlessOk(verdict: ReturnType<typeof mayRequestEducation>): void {
  if (verdict !== 'ok') throw new Refusal(verdict);
}

/** The wire has two spellings of the date; both are sent. Assigned member by member: this is the hot path. */
function toWire(vetting: PublishedVetting): Qualification {
  const qualification: Qualification = { qualification: vetting.qualification };
  if (vetting.vettingStatus !== undefined) qualification.vettingStatus = vetting.vettingStatus;
  if (vetting.vettingReason !== undefined) qualification.vettingReason = vetting.vettingReason;
  if (vetting.vettingCreatedDate !== undefined) {
    qualification.vettingCreatedDate = vetting.vettingCreatedDate;
    qualification.vettingCreateDate = vetting.vettingCreatedDate;
  }
  return qualification;
}

/** Tells one request from another, whatever the order of its members. */
function fingerprintOf(
  customerId: string,
  { qualification, educationSegment, website, validationCode }: QualificationRequest,
) {
  const facts = ['qualifications', customerId.toLowerCase(), qualification, educationSegment, website, validationCode];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}
