import { type Static, Type } from 'typebox';
import { Customer, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './customer.js';
import { denialCodes } from './denial.js';
import { GUID_PATTERN } from './guid.js';
import { MULTILINE_PATTERN, READABLE_PATTERN } from './printable.js';
import { educationSegments, qualificationNames, vettingReasons, vettingStatuses } from './qualification.js';

const guid = (description?: string) =>
  Type.String({ pattern: GUID_PATTERN, ...(description === undefined ? {} : { description }) });

const date = (description?: string) =>
  Type.String({ ...(description === undefined ? {} : { description }), examples: ['2026-03-02T09:00:00.000Z'] });

const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: READABLE_PATTERN, description });

const reviewMembers = {
  id: guid(),
  partnerId: guid("The partner's tenant id."),
  partnerName: Type.String(),
  customerId: guid('The customer tenant id.'),
  companyName: Type.String(),
  domain: Type.String(),
  qualification: Type.Enum([...qualificationNames]),
  educationSegment: Type.Optional(Type.Enum([...educationSegments])),
  website: Type.Optional(Type.String()),
  attempt: Type.Integer({ minimum: 1, description: 'Which of the requests that the customer has, counted from 1.' }),
  status: Type.Enum([...vettingStatuses]),
  submittedAt: date(),
  submittedBy: Type.String({ description: 'Tenant id and object id, joined by a slash.' }),
  dueAt: date('Three business days after submission; Saturday and Sunday do not count.'),
  overdue: Type.Boolean({ description: 'Whether the review is still open after it was due.' }),
  decidedAt: Type.Optional(date()),
  decidedBy: Type.Optional(Type.String({ description: 'Tenant id and object id, joined by a slash, or policy.' })),
  reason: Type.Optional(
    Type.String({
      description: 'What the partner is told of a denial.',
      examples: [vettingReasons.NotAnAcademicDomain],
    }),
  ),
  reasonCode: Type.Optional(Type.Enum([...denialCodes])),
  note: Type.Optional(Type.String({ description: 'For reviewers only.' })),
  version: Type.Integer({ minimum: 1, description: 'Counts changes. If-Match names it, in quotation marks.' }),
};

/** One request for a qualification, as the vetting desk sees it. What does not apply is absent, never null. */
export const Review = Type.Object(reviewMembers, {
  title: 'Review',
  description: 'One request for a qualification that is vetted.',
});
export type Review = Static<typeof Review>;

/** One page of the desk's reviews. `continuationToken` is absent on the last page. */
export const ReviewCollection = Type.Object(
  {
    items: Type.Array(Review),
    totalCount: Type.Integer({ description: 'How many reviews match, on all pages.' }),
    continuationToken: Type.Optional(Type.String()),
  },
  { title: 'ReviewCollection', description: 'One page of reviews.' },
);
export type ReviewCollection = Static<typeof ReviewCollection>;

/** One step of the qualification that is reviewed, with what only the desk may know. */
export const ReviewStep = Type.Object(
  {
    at: date(),
    from: Type.Optional(Type.Enum([...vettingStatuses], { description: 'Absent for the first step.' })),
    to: Type.Optional(Type.Enum([...vettingStatuses])),
    by: Type.Enum(['partner', 'reviewer', 'policy', 'operator']),
    actor: Type.String({ description: 'The person or application: tenant id and object id, joined by a slash.' }),
    reason: Type.Optional(Type.String({ description: 'What the partner is told.' })),
    note: Type.Optional(Type.String({ description: 'For reviewers only.' })),
    correlationId: Type.String(),
  },
  { title: 'ReviewStep' },
);
export type ReviewStep = Static<typeof ReviewStep>;

/** A review with all that a decision may rest on. */
export const ReviewDetails = Type.Object(
  {
    ...reviewMembers,
    customer: Customer,
    earlierAttempts: Type.Array(Review, { description: 'Of the same qualification, oldest first.' }),
    history: Type.Array(ReviewStep, { description: 'Every step of the qualification, oldest first.' }),
  },
  { title: 'ReviewDetails', description: 'The review. Its ETag is the version.' },
);
export type ReviewDetails = Static<typeof ReviewDetails>;

/** In what order the desk lists reviews; a hyphen turns it round. */
export const reviewSorts = ['dueAt', '-dueAt', 'submittedAt', '-submittedAt', 'companyName', '-companyName'] as const;
export type ReviewSort = (typeof reviewSorts)[number];

/** The query of the desk's listing. */
export const ReviewsQuery = Type.Object(
  {
    status: Type.Optional(Type.Enum([...vettingStatuses])),
    qualification: Type.Optional(Type.Enum([...qualificationNames])),
    partner: Type.Optional(guid("A partner's tenant id.")),
    search: Type.Optional(
      text(256, "Part of a company name or domain, in any letter case, or a customer's whole tenant id."),
    ),
    sort: Type.Optional(
      Type.Enum([...reviewSorts], {
        description: 'dueAt when absent: the oldest due date first. A hyphen turns it round.',
      }),
    ),
    size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_PAGE_SIZE,
        description: `Reviews a page, 1 to ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} when absent.`,
      }),
    ),
    continuationToken: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 8192,
        description: 'From the page before. It carries the whole query; what stands beside it must agree with it.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ReviewsQuery = Static<typeof ReviewsQuery>;

/** The path parameters of every route below one review. */
export const ReviewParams = Type.Object({ reviewId: guid("The review's id, a GUID.") });
export type ReviewParams = Static<typeof ReviewParams>;

const note = (description: string) =>
  Type.String({ minLength: 1, maxLength: 2000, pattern: MULTILINE_PATTERN, description });

/** What a reviewer decides. */
export const ReviewDecision = Type.Object(
  {
    decision: Type.Enum(['Approved', 'Denied']),
    reasonCode: Type.Optional(Type.Enum([...denialCodes], { description: 'Required to deny, and only to deny.' })),
    reason: Type.Optional(
      text(512, "What the partner is told: the code's documented text when absent. Required with Other."),
    ),
    note: Type.Optional(note('For reviewers only: the partner never sees it.')),
  },
  { title: 'ReviewDecision', additionalProperties: false },
);
export type ReviewDecision = Static<typeof ReviewDecision>;

/** Why an approval is taken back. */
export const ReviewReopening = Type.Object(
  { reason: note('For reviewers only, kept as a note: the partner is told "No longer an Education Customer".') },
  { title: 'ReviewReopening', additionalProperties: false },
);
export type ReviewReopening = Static<typeof ReviewReopening>;
