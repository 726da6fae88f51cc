import {
  type FaultDatum,
  type FaultName,
  MAX_VETTING_ATTEMPTS,
  type QualificationName,
  type QualificationRequest,
  type VettingStatus,
} from '@vetted/contract';
import type { ValidationCodeRow } from './store.js';
import type { Vetting } from './vetting.js';

type Verdict = FaultName | 'ok';

const membersOf: Readonly<Record<QualificationName, readonly (keyof QualificationRequest)[]>> = {
  Education: ['qualification', 'educationSegment', 'website'],
  GovernmentCommunityCloud: ['qualification', 'validationCode'],
  StateOwnedEntity: ['qualification'],
};

/**
 * What is wrong with a request taken by itself: members that the requested qualification lacks or does not have.
 * `code` is the validation code in the query, where the REST reference has it.
 */
export function requestProblems(request: QualificationRequest, code: string | undefined): FaultDatum[] {
  const { qualification, educationSegment, validationCode } = request;
  const problems: FaultDatum[] = [];
  const add = (name: string, reason: string) => problems.push({ name, reason });

  for (const member of Object.keys(request) as (keyof QualificationRequest)[]) {
    if (!membersOf[qualification].includes(member)) add(member, `does not belong to a request for ${qualification}`);
  }
  if (qualification === 'Education' && educationSegment === undefined) {
    add('educationSegment', 'is required for Education: K12 or HigherEducation');
  }
  if (qualification !== 'GovernmentCommunityCloud') {
    if (code !== undefined) add('code', `does not belong to a request for ${qualification}`);
  } else if (validationCode === undefined && code === undefined) {
    add('validationCode', 'is required for GovernmentCommunityCloud, in the body or as ?code= in the query');
  } else if (validationCode !== undefined && code !== undefined && validationCode !== code) {
    add('code', 'differs from the validationCode in the body');
  }
  return problems;
}

/** Whether Education may be requested now, given what the customer has. Denied may be requested again, thrice in all. */
export function mayRequestEducation(vettings: readonly Vetting[]): Verdict {
  const education = vettings.find(({ qualification }) => qualification === 'Education');
  if (education?.vettingStatus === 'InReview') return 'QualificationInReview';
  if (education?.vettingStatus === 'Approved') return 'QualificationApproved';
  if (isActive(vettings, 'GovernmentCommunityCloud')) return 'QualificationsNotCombinable';
  return (education?.attempts ?? 0) < MAX_VETTING_ATTEMPTS ? 'ok' : 'VettingAttemptsExhausted';
}

/**
 * Whether GovernmentCommunityCloud may be requested now with a validation code, given what the customer has. The code
 * is undefined if it is none of the partner's.
 */
function mayRequestGovernmentCommunityCloud(
  vettings: readonly Vetting[],
  code: ValidationCodeRow | undefined,
): Verdict {
  if (code === undefined) return 'ValidationCodeUnknown';
  const own = vettings.find(({ qualification }) => qualification === 'GovernmentCommunityCloud');
  if (own?.vettingStatus === 'InReview') return 'QualificationInReview';
  if (own?.vettingStatus === 'Approved') return 'QualificationApproved';
  if (isActive(vettings, 'Education')) return 'QualificationsNotCombinable';
  return code.remainingCreates > 0 ? 'ok' : 'ValidationCodeExhausted';
}

/**
 * Whether a request in which {@link requestProblems} finds nothing wrong may be made now, given what the customer has
 * and the validation code that it names. StateOwnedEntity combines with everything, itself included.
 */
export function mayRequest(
  { qualification, validationCode }: QualificationRequest,
  vettings: readonly Vetting[],
  code: ValidationCodeRow | undefined,
): Verdict {
  switch (qualification) {
    case 'Education':
      return mayRequestEducation(vettings);
    case 'GovernmentCommunityCloud':
      // That the code is missing is told as a problem of the request.
      return validationCode === undefined ? 'ok' : mayRequestGovernmentCommunityCloud(vettings, code);
    case 'StateOwnedEntity':
      return 'ok';
  }
}

/** How many Education requests the customer has left, whether or not one may be made now. */
export function attemptsRemaining(vettings: readonly Vetting[]): number {
  const education = vettings.find(({ qualification }) => qualification === 'Education');
  return Math.max(0, MAX_VETTING_ATTEMPTS - (education?.attempts ?? 0));
}

/** The request with the validation code that came in the query, as if it had come in the body. */
export function withQueryCode(request: QualificationRequest, code: string | undefined): QualificationRequest {
  return code === undefined ? request : { ...request, validationCode: request.validationCode ?? code };
}

/** The statuses in which Education and GovernmentCommunityCloud stand in each other's way. */
export const activeStatuses: readonly VettingStatus[] = ['InReview', 'Approved'];

function isActive(vettings: readonly Vetting[], name: QualificationName): boolean {
  return vettings.some(
    ({ qualification, vettingStatus }) =>
      qualification === name && vettingStatus !== undefined && activeStatuses.includes(vettingStatus),
  );
}

/** The vetting that an admitted request leads to. StateOwnedEntity is effective at once and nobody vets it. */
export function requested(
  request: QualificationRequest,
  previous: Vetting | undefined,
  validationCodeId: string | undefined,
  at: string,
): Vetting {
  const { qualification, educationSegment, website } = request;
  const attempts = (previous?.attempts ?? 0) + 1;
  switch (qualification) {
    case 'Education':
      return {
        qualification,
        vettingStatus: 'InReview',
        vettingCreatedDate: at,
        attempts,
        ...(educationSegment === undefined ? {} : { educationSegment }),
        ...(website === undefined ? {} : { website }),
      };
    case 'GovernmentCommunityCloud':
      return {
        qualification,
        vettingStatus: 'Approved',
        vettingCreatedDate: at,
        attempts,
        ...(validationCodeId === undefined ? {} : { validationCodeId }),
      };
    case 'StateOwnedEntity':
      return { qualification, attempts };
  }
}
