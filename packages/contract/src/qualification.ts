import { type Static, Type } from 'typebox';
import { canonicalMembers } from './canonical-members.js';
import { READABLE_PATTERN } from './printable.js';

/** The qualifications a partner can request, in the order in which a customer's qualifications are listed. */
export const qualificationNames = ['Education', 'GovernmentCommunityCloud', 'StateOwnedEntity'] as const;
export type QualificationName = (typeof qualificationNames)[number];

/** The states of a vetting. */
export const vettingStatuses = ['InReview', 'Approved', 'Denied'] as const;
export type VettingStatus = (typeof vettingStatuses)[number];

/** The segments of an Education request. */
export const educationSegments = ['K12', 'HigherEducation'] as const;
export type EducationSegment = (typeof educationSegments)[number];

/** How many vetting requests a customer has for Education, the first one included. */
export const MAX_VETTING_ATTEMPTS = 3;

/** The documented reasons for a denial, by our code for each. Other texts occur. */
export const vettingReasons = {
  NotAnEducationCustomer: 'Not an Education Customer',
  NoLongerAnEducationCustomer: 'No longer an Education Customer',
  NotAnEducationCustomerAfterReview: 'Not an Education Customer - After Review',
  RestrictedBeingAnEducationCustomer: 'Restricted being an Education Customer',
  NotAnAcademicDomain: 'Not an Academic Domain',
  NotAnEligibleLibrary: 'Not an eligible Library',
  NotAnEligibleMuseum: 'Not an eligible Museum',
} as const;

const vettingDate = Type.String({
  description:
    'When the vetting was requested, in UTC. The date has two documented spellings; both carry the same text.',
  examples: ['2020-12-03T10:37:38.885Z'],
});

/**
 * One qualification of a customer. What does not apply is absent, never null.
 * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
 */
export const Qualification = Type.Object(
  {
    qualification: Type.Enum([...qualificationNames]),
    vettingStatus: Type.Optional(
      Type.Enum([...vettingStatuses], { description: 'Absent for StateOwnedEntity, which nobody vets.' }),
    ),
    vettingReason: Type.Optional(
      Type.String({ description: 'Why the request was denied.', examples: [vettingReasons.NotAnEducationCustomer] }),
    ),
    vettingCreatedDate: Type.Optional(vettingDate),
    vettingCreateDate: Type.Optional(vettingDate),
  },
  { title: 'Qualification', description: 'One qualification of a customer.' },
);
export type Qualification = Static<typeof Qualification>;

/** What a validation code looks like: letters, digits and hyphens. */
export const VALIDATION_CODE_PATTERN = '^[A-Za-z0-9-]+$';

/**
 * A request for a qualification. Names and values are read case-insensitively; see {@link canonicalRequest}.
 * @see https://learn.microsoft.com/partner-center/developer/update-customer-qualification-asynchronous
 */
export const QualificationRequest = Type.Object(
  {
    qualification: Type.Enum([...qualificationNames]),
    educationSegment: Type.Optional(
      Type.Enum([...educationSegments], { description: 'Required for Education, and only for Education.' }),
    ),
    website: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2048,
        pattern: READABLE_PATTERN,
        description: "The customer's website, for Education only.",
        examples: ['example.edu'],
      }),
    ),
    validationCode: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        pattern: VALIDATION_CODE_PATTERN,
        description: 'The validation code, for GovernmentCommunityCloud only; it may stand in the query instead.',
        examples: ['12345'],
      }),
    ),
  },
  { title: 'QualificationRequest', additionalProperties: false },
);
export type QualificationRequest = Static<typeof QualificationRequest>;

/** The query of a request for a qualification: the REST reference has the validation code there, the .NET SDK in the body. */
export const QualificationRequestQuery = Type.Object(
  {
    code: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        pattern: VALIDATION_CODE_PATTERN,
        description: 'The validation code of a GovernmentCommunityCloud request.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type QualificationRequestQuery = Static<typeof QualificationRequestQuery>;

const requestNames = canonicalMembers(Object.keys(QualificationRequest.properties));
const canonicalValues = new Map<string, ReadonlyMap<string, string>>([
  ['qualification', new Map(qualificationNames.map((value) => [value.toLowerCase(), value]))],
  ['educationSegment', new Map(educationSegments.map((value) => [value.toLowerCase(), value]))],
]);

/**
 * A request with its members' names and its enumerations' values in their canonical case, as the schema wants them.
 * What is not recognised stays as it was, so that the schema can name it.
 */
export function canonicalRequest(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const canonical = requestNames(body);
  for (const [name, value] of canonical) {
    if (typeof value === 'string') {
      canonical.set(name, canonicalValues.get(name)?.get(value.toLowerCase()) ?? value);
    }
  }
  return Object.fromEntries(canonical);
}
