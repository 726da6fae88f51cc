import { type Static, Type } from 'typebox';
import { CustomerParams } from './customer.js';
import { denialCodes } from './denial.js';
import { MAX_VETTING_ATTEMPTS, Qualification, qualificationNames, vettingStatuses } from './qualification.js';

/** The path parameters of every route about one qualification of a customer. */
export const QualificationParams = Type.Object({
  ...CustomerParams.properties,
  qualification: Type.Enum([...qualificationNames], { description: 'In any letter case.' }),
});
export type QualificationParams = Static<typeof QualificationParams>;

const namesInAnyCase = new Map<string, string>(qualificationNames.map((name) => [name.toLowerCase(), name]));

/** The canonical case of a qualification's name; one that is not known stays as it was. */
export function canonicalQualificationName(name: string): string {
  return namesInAnyCase.get(name.toLowerCase()) ?? name;
}

const attemptsRemaining = Type.Integer({
  minimum: 0,
  maximum: MAX_VETTING_ATTEMPTS,
  description: `How many of the ${MAX_VETTING_ATTEMPTS} vetting requests are left. Education only.`,
});

const pointInTime = (description: string) => Type.String({ description, examples: ['2026-03-05T09:00:00.000Z'] });

/** A qualification of a customer, and where its vetting stands. What does not apply is absent, never null. */
export const QualificationProgress = Type.Object(
  {
    ...Qualification.properties,
    attempt: Type.Integer({ minimum: 1, description: 'How many times the qualification was requested.' }),
    attemptsRemaining: Type.Optional(attemptsRemaining),
    submittedAt: Type.Optional(pointInTime('When the latest request was made. Absent where nobody vets.')),
    dueAt: Type.Optional(
      pointInTime('When the review is due: three business days after the request. Absent where there is no review.'),
    ),
    reasonCode: Type.Optional(Type.Enum([...denialCodes], { description: 'On Denied: the code of vettingReason.' })),
    remedy: Type.Optional(
      Type.String({
        description: 'On Denied: what to correct. Absent where no further request may be made to show it by.',
      }),
    ),
    mayResubmit: Type.Optional(
      Type.Boolean({ description: 'On Denied, for Education: whether it may be requested again at present.' }),
    ),
  },
  { title: 'QualificationProgress', description: 'One qualification of a customer, and where its vetting stands.' },
);
export type QualificationProgress = Static<typeof QualificationProgress>;

const status = (description: string) => Type.Optional(Type.Enum([...vettingStatuses], { description }));

/** One step of a qualification's history, as the partner may see it: reviewers are not named. */
export const HistoryStep = Type.Object(
  {
    at: pointInTime('When it happened.'),
    from: status('Absent for the first step, and where nobody vets.'),
    to: status('Absent where nobody vets.'),
    by: Type.Enum(['partner', 'reviewer', 'policy'], { description: 'Who made the step.' }),
    reason: Type.Optional(Type.String({ description: 'Why the request was denied.' })),
    correlationId: Type.String({ description: 'Of the call that made the step.' }),
  },
  { title: 'HistoryStep' },
);
export type HistoryStep = Static<typeof HistoryStep>;

/** What a preflight warns of, beyond what a request is refused for. */
export const preflightWarningCodes = [
  'WebsiteNotResolvable',
  'WebsiteDomainDiffers',
  'FreeMailDomain',
  'OnMicrosoftDomain',
] as const;
export type PreflightWarningCode = (typeof preflightWarningCodes)[number];

/** One thing that a preflight found. */
export const PreflightFinding = Type.Object(
  {
    code: Type.String({
      minLength: 1,
      description: `An error has the code of the fault that the request would get; a warning is one of ${preflightWarningCodes.join(', ')}.`,
      examples: ['VettingAttemptsExhausted', 'WebsiteDomainDiffers'],
    }),
    field: Type.String({
      minLength: 1,
      description: "What to look at: a member of the request, code for its query, or domain for the customer's domain.",
    }),
    message: Type.String({ minLength: 1, description: 'What was found, and what to do.' }),
    severity: Type.Enum(['error', 'warning'], {
      description: 'The request would be refused for an error; a warning may lead to a denial.',
    }),
  },
  { title: 'PreflightFinding' },
);
export type PreflightFinding = Static<typeof PreflightFinding>;

/** What a request for a qualification would meet with if it were made now. */
export const Preflight = Type.Object(
  {
    eligible: Type.Boolean({ description: 'Whether the request would be accepted: no finding is an error.' }),
    attemptsRemaining: Type.Optional(attemptsRemaining),
    findings: Type.Array(PreflightFinding),
  },
  { title: 'Preflight', description: 'What the request would meet with if it were made now.' },
);
export type Preflight = Static<typeof Preflight>;

const count = (description: string) => Type.Integer({ minimum: 0, description });
const hours = (description: string) => Type.Number({ description, examples: [27.5] });

/** How many days of decisions an overview has. */
export const OVERVIEW_DAYS = 30;

const DecisionDay = Type.Object({
  date: Type.String({ description: 'A day in UTC.', examples: ['2026-03-05'] }),
  approved: count('Reviews that were approved on the day.'),
  denied: count('Reviews that were denied on the day.'),
  medianHours: Type.Optional(
    hours('Half of the decisions of the day took no longer, from the request. Absent where there are none.'),
  ),
});

/** What a partner's vetting comes to. Customers with whom the relationship has ended do not count. */
export const VettingOverview = Type.Object(
  {
    counts: Type.Array(
      Type.Object({
        qualification: Type.Enum([...qualificationNames]),
        vettingStatus: status('Absent for StateOwnedEntity, which nobody vets.'),
        count: count('How many customers have it.'),
      }),
      { description: 'By qualification and status; what no customer has is left out.' },
    ),
    overdue: count('Reviews that are open after their due date.'),
    resubmittable: count('Customers whose Education is denied and may be requested again at present.'),
    decidedLast30Days: count('Reviews that were decided in the last 30 days.'),
    hoursToDecision: Type.Optional(
      Type.Object(
        {
          median: hours('Half of the decisions took no longer.'),
          percentile90: hours('Nine in ten of the decisions took no longer.'),
        },
        { description: 'From request to decision, of those decided in the last 30 days. Absent where there are none.' },
      ),
    ),
    days: Type.Array(DecisionDay, {
      minItems: OVERVIEW_DAYS,
      maxItems: OVERVIEW_DAYS,
      description: `The last ${OVERVIEW_DAYS} days in UTC, oldest first, today last.`,
    }),
  },
  { title: 'VettingOverview', description: "What the caller's vetting comes to." },
);
export type VettingOverview = Static<typeof VettingOverview>;
