import type { EducationSegment, QualificationName, VettingStatus } from '@vetted/client';
import { Argument } from 'commander';
import { named } from '../arguments.js';

const names = {
  education: 'Education',
  gcc: 'GovernmentCommunityCloud',
  'state-owned': 'StateOwnedEntity',
} as const satisfies Record<string, QualificationName>;

const segments = { k12: 'K12', higher: 'HigherEducation' } as const satisfies Record<string, EducationSegment>;

/** The states of a vetting. */
export const vettingStatuses = ['InReview', 'Approved', 'Denied'] as const satisfies readonly VettingStatus[];

/** The short names of qualifications, as commands take them. */
export const qualificationChoices: readonly string[] = Object.keys(names);
export const segmentChoices: readonly string[] = Object.keys(segments);

/** The qualification of a short or a full name, in any case. */
export function qualificationNamed(text: string): QualificationName | undefined {
  const wanted = text.toLowerCase();
  return Object.entries(names).find(([short, full]) => short === wanted || full.toLowerCase() === wanted)?.[1];
}

/** The argument of a command that is about one qualification. */
export function qualificationArgument(): Argument {
  return new Argument('<qualification>', 'which, by its short or full name')
    .choices(qualificationChoices)
    .argParser(named(qualificationNamed, qualificationChoices));
}

/** The segment of a short or a full name, in any case. */
export function segmentNamed(text: string): EducationSegment | undefined {
  const wanted = text.toLowerCase();
  return Object.entries(segments).find(([short, full]) => short === wanted || full.toLowerCase() === wanted)?.[1];
}
