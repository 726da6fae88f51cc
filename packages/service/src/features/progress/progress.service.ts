import {
  type DenialCode,
  denialCodeOf,
  type HistoryStep,
  type QualificationName,
  type QualificationProgress,
  remedies,
} from '@vetted/contract';
import { admit } from '../../domain/admission.rules.js';
import type { Caller } from '../../domain/caller.js';
import type { HistoryEntry } from '../../domain/history.js';
import { publish } from '../../domain/publish.js';
import { attemptsRemaining, mayRequestEducation } from '../../domain/qualification.rules.js';
import { missing } from '../../domain/refusal.js';
import type { Review } from '../../domain/review.js';
import type { Store } from '../../domain/store.js';
import type { Vetting } from '../../domain/vetting.js';

export interface ProgressService {
  get(caller: Caller, customerId: string, qualification: QualificationName): Promise<QualificationProgress>;
  history(caller: Caller, customerId: string, qualification: QualificationName): Promise<HistoryStep[]>;
}

export function progressService({ reads }: Store): ProgressService {
  return {
    async get({ partnerId }, customerId, name) {
      const id = customerId.toLowerCase();
      const vettings = admit(await reads.vettings(partnerId, id));
      const vetting = vettings.find(({ qualification }) => qualification === name);
      if (vetting === undefined) throw missing('qualification', `this customer has no ${name}`);
      const reviews = await reads.reviews.ofCustomer(partnerId, id);
      return {
        ...publish(vetting),
        attempt: vetting.attempts,
        ...(name === 'Education' ? { attemptsRemaining: attemptsRemaining(vettings) } : {}),
        ...progressOf(vetting, vettings, reviewOf(vetting, reviews)),
      };
    },

    async history({ partnerId }, customerId, name) {
      return admit(await reads.history.ofCustomer(partnerId, customerId.toLowerCase(), name)).flatMap(toStep);
    },
  };
}

/** The attempt is compared, too: a request may have come between the two reads. */
function reviewOf({ qualification, attempts }: Vetting, reviews: readonly Review[]): Review | undefined {
  return reviews.find((review) => review.qualification === qualification && review.attempt === attempts);
}

function progressOf(vetting: Vetting, vettings: readonly Vetting[], review: Review | undefined) {
  const submittedAt = review?.submittedAt ?? vetting.vettingCreatedDate;
  return {
    ...(submittedAt === undefined ? {} : { submittedAt }),
    ...(review === undefined ? {} : { dueAt: review.dueAt }),
    ...(vetting.vettingStatus === 'Denied' ? denialOf(vetting, vettings, review) : {}),
  };
}

function denialOf(vetting: Vetting, vettings: readonly Vetting[], review: Review | undefined) {
  const reasonCode = review?.reasonCode ?? denialCodeOf(vetting.vettingReason ?? '');
  const mayResubmit = vetting.qualification === 'Education' ? mayRequestEducation(vettings) === 'ok' : undefined;
  return {
    reasonCode,
    ...remedyOf(reasonCode, mayResubmit),
    ...(mayResubmit === undefined ? {} : { mayResubmit }),
  };
}

/** Remedies lead to another request, which is no use where none may be made; only what is restricted never had one. */
function remedyOf(reasonCode: DenialCode, mayResubmit: boolean | undefined) {
  if (mayResubmit === false && reasonCode !== 'RestrictedBeingAnEducationCustomer') return {};
  return { remedy: remedies[reasonCode] };
}

/** What a partner sees of a step: not who it was, nor what reviewers note for each other, nor what operators do. */
function toStep({ at, from, to, by, reason, correlationId }: HistoryEntry): HistoryStep[] {
  if (by === 'operator') return [];
  return [
    {
      at,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      by,
      ...(reason === undefined ? {} : { reason }),
      correlationId,
    },
  ];
}
