import { isPartnerCenterError, type PreflightFinding, type QualificationRequest } from '@vetted/client';
import { problemsOf } from '../../ui/problems.js';
import { refusalWords } from '../../ui/refusal-words.js';
import { type Member, members } from './request-content.js';
import type { Check } from './use-preflight.js';

const labels: Readonly<Record<Member, string>> = {
  qualification: 'The qualification',
  educationSegment: 'The segment',
  website: 'The website',
  validationCode: 'The validation code',
};

/** What a refusal says of the request's members, as a preflight would have said it. Empty where it names none. */
export function findingsOf(error: unknown): PreflightFinding[] {
  if (!isPartnerCenterError(error) || error.statusCode === undefined) return [];
  const { code = '', description } = error;
  const named = problemsOf(error).map(({ name, reason }) => ({
    code,
    field: name,
    message: `${isMember(name) ? labels[name] : name} ${reason}.`,
    severity: 'error',
  }));
  if (named.length > 0 || description === undefined || !code.startsWith('ValidationCode')) return named;
  return [{ code, field: 'validationCode', message: description, severity: 'error' }];
}

/** All that is known to be wrong with a request: by its check, and by the service's refusal of the request itself. */
export function findingsIn(request: QualificationRequest, check: Check, refusal: unknown): readonly PreflightFinding[] {
  const found = (check.preflight?.findings ?? []).filter((finding) => isWorthSaying(finding, request, check.asked));
  const all = [...found, ...findingsOf(check.error), ...findingsOf(refusal)].map((finding) => ({
    ...finding,
    message: refusalWords(finding.code) ?? finding.message,
  }));
  return all.filter((one, index) => index === all.findIndex((other) => isSame(one, other)));
}

/** Not what is said of a field that was, or is, still to be filled in: the form marks it as required. */
function isWorthSaying(
  { field }: PreflightFinding,
  request: QualificationRequest,
  asked: QualificationRequest | undefined,
): boolean {
  if (field === undefined || !isMember(field)) return true;
  return request[field] !== undefined && asked?.[field] !== undefined;
}

function isSame(one: PreflightFinding, other: PreflightFinding): boolean {
  return one.field === other.field && one.message === other.message;
}

/** The findings about one field, and those about none that the form has. */
export function findingsAbout(findings: readonly PreflightFinding[], member: Member | undefined): PreflightFinding[] {
  return findings.filter(({ field }) =>
    member === undefined ? field === undefined || !isMember(field) : field === member,
  );
}

export const isError = ({ severity }: PreflightFinding): boolean => severity === 'error';

function isMember(name: string): name is Member {
  return (members as readonly string[]).includes(name);
}
