import type { EducationSegment, QualificationName, QualificationRequest } from '@vetted/client';

/** What a person has filled in, whichever qualification they look at. */
export interface RequestContent {
  readonly qualification: QualificationName | undefined;
  readonly educationSegment: EducationSegment | undefined;
  readonly website: string;
  readonly validationCode: string;
}

/** The members of a request that the form has a field for. */
export const members = ['qualification', 'educationSegment', 'website', 'validationCode'] as const;
export type Member = (typeof members)[number];

/** The request as far as it is filled in: what belongs to another qualification, or is empty, is left off. */
export function requestOf(content: RequestContent): QualificationRequest | undefined {
  const { qualification, educationSegment } = content;
  const website = content.website.trim();
  const validationCode = content.validationCode.trim();
  switch (qualification) {
    case undefined:
      return undefined;
    case 'Education':
      return { qualification, ...(educationSegment && { educationSegment }), ...(website !== '' && { website }) };
    case 'GovernmentCommunityCloud':
      return { qualification, ...(validationCode !== '' && { validationCode }) };
    case 'StateOwnedEntity':
      return { qualification };
  }
}

/** Whether nothing is missing that the qualification needs. */
export function isComplete({ qualification, educationSegment, validationCode }: QualificationRequest): boolean {
  if (qualification === 'Education') return educationSegment !== undefined;
  return qualification !== 'GovernmentCommunityCloud' || validationCode !== undefined;
}
