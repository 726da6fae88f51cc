import { randomUUID } from 'node:crypto';
import type { QualificationRequest } from '@vetted/contract';
import { admit } from '../../domain/admission.rules.js';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp, timestampAfter } from '../../domain/clock.js';
import { publish } from '../../domain/publish.js';
import { mayRequest, requested, requestProblems, withQueryCode } from '../../domain/qualification.rules.js';
import { Refusal } from '../../domain/refusal.js';
import { openReview } from '../../domain/review.rules.js';
import type { PublishedAnswer, Store, StoreTransaction } from '../../domain/store.js';
import type { Vetting } from '../../domain/vetting.js';
import { type Answer, answerOnce } from '../../http/answer-once.js';
import { recordStep } from '../record-step.js';

/** What a request for a qualification brings along besides its body. */
export interface RequestContext {
  readonly caller: Caller;
  readonly customerId: string;
  readonly correlationId: string;
  /** Present if the caller chose it; then a repetition of the request gets the first answer again. */
  readonly requestId: string | undefined;
}

export interface QualificationsService {
  /** What is answered of a customer's qualifications; without waiting where the store has it at hand. */
  answer(caller: Caller, customerId: string): PublishedAnswer | Promise<PublishedAnswer>;
  request(context: RequestContext, request: QualificationRequest, code: string | undefined): Promise<Answer>;
}

/** When a request is made, and when the policy is asked about it; absent where there is no policy. */
interface Times {
  readonly at: string;
  readonly policyAt: string | undefined;
}

/** `policyDelayInMs` is undefined where there is no policy: every request then goes straight to the desk. */
export function qualificationsService(
  store: Store,
  clock: Clock,
  policyDelayInMs: number | undefined,
): QualificationsService {
  return {
    answer(caller, customerId) {
      const read = store.reads.answer(caller.partnerId, customerId.toLowerCase());
      return read instanceof Promise ? read.then(admit) : admit(read);
    },

    async request(context, request, code) {
      const problems = requestProblems(request, code);
      if (problems.length > 0) throw new Refusal('InputInvalid', problems);
      const normal = withQueryCode(request, code);
      const now = clock();
      const at = timestamp(now);
      const policyAt = policyDelayInMs === undefined ? undefined : timestampAfter(now, policyDelayInMs);
      const { caller, requestId } = context;
      const once = { tenantId: caller.partnerId, requestId, facts: factsOf(context, normal), at };
      return store.transaction((transaction) =>
        answerOnce(transaction, once, async () => ({
          status: 201,
          body: JSON.stringify(publish(await apply(transaction, context, normal, { at, policyAt }))),
        })),
      );
    },
  };
}

async function apply(
  transaction: StoreTransaction,
  { caller, customerId, correlationId }: RequestContext,
  request: QualificationRequest,
  { at, policyAt }: Times,
): Promise<Vetting> {
  const { partnerId } = caller;
  const id = customerId.toLowerCase();
  const vettings = admit(await transaction.lockQualifications(partnerId, id));
  const previous = vettings.find(({ qualification }) => qualification === request.qualification);
  if (request.qualification === 'StateOwnedEntity' && previous) return previous;

  const validationCodeId = await admitRequest(transaction, partnerId, request, vettings);
  const vetting = requested(request, previous, validationCodeId, at);
  const actor = { by: 'partner', id: `${partnerId}/${caller.subject}`, correlationId } as const;
  const submission = { id: randomUUID(), partnerId, customerId: id, submittedAt: at, submittedBy: actor.id };
  const review = vetting.vettingStatus === 'InReview' ? openReview(submission, vetting) : undefined;
  await recordStep(transaction, partnerId, id, { vetting, from: previous?.vettingStatus, review, at, actor });
  if (review && policyAt) await transaction.reviews.awaitPolicy(review, policyAt);
  return vetting;
}

/** Refuses what the rules refuse, and uses the validation code of a request that needs one: its id is answered. */
async function admitRequest(
  transaction: StoreTransaction,
  partnerId: string,
  request: QualificationRequest,
  vettings: readonly Vetting[],
): Promise<string | undefined> {
  const { validationCode } = request;
  const code =
    validationCode === undefined ? undefined : await transaction.lockValidationCode(partnerId, validationCode);
  const verdict = mayRequest(request, vettings, code);
  if (verdict !== 'ok') throw new Refusal(verdict);
  if (validationCode !== undefined) await transaction.useValidationCode(partnerId, validationCode);
  return code?.id;
}

/** Tells one request from another, whatever the order of its members. */
function factsOf({ customerId }: RequestContext, request: QualificationRequest): readonly unknown[] {
  const { qualification, educationSegment, website, validationCode } = request;
  return ['qualifications', customerId.toLowerCase(), qualification, educationSegment, website, validationCode];
}
