import type { Customer, EducationSegment, Qualification, QualificationName, VettingStatus } from './models.js';

/** Why a request was denied: the documented reasons, and `Other`, which needs words of its own. */
export type DenialCode =
  | 'NotAnEducationCustomer'
  | 'NoLongerAnEducationCustomer'
  | 'NotAnEducationCustomerAfterReview'
  | 'RestrictedBeingAnEducationCustomer'
  | 'NotAnAcademicDomain'
  | 'NotAnEligibleLibrary'
  | 'NotAnEligibleMuseum'
  | 'Other';

/** A qualification, and where its vetting stands. What does not apply is absent. Dates are ISO 8601 texts in UTC. */
export interface QualificationProgress extends Qualification {
  /** How many times the qualification was requested. */
  attempt: number;
  /** How many of the customer's requests are left; Education only. */
  attemptsRemaining?: number;
  /** When the latest request was made; absent where nobody vets. */
  submittedAt?: string;
  /** When a decision is due: three business days after the request; absent where there is no review. */
  dueAt?: string;
  /** With `Denied`: the code of `vettingReason`. */
  reasonCode?: DenialCode | (string & {});
  /** With `Denied`: what to correct; absent where no further request may be made. */
  remedy?: string;
  /** With `Denied`: whether it may be requested again at present. */
  mayResubmit?: boolean;
}

/** One step of a qualification's history. Reviewers are not named. */
export interface HistoryStep {
  /** When it happened: an ISO 8601 text in UTC. */
  at: string;
  /** The status before; absent for the first step. */
  from?: VettingStatus | (string & {});
  /** The status after; absent where nobody vets. */
  to?: VettingStatus | (string & {});
  /** Who made the step. */
  by: 'partner' | 'reviewer' | 'policy' | (string & {});
  /** Why the request was denied. */
  reason?: string;
  /** The `MS-CorrelationId` of the call that made the step. */
  correlationId: string;
}

/** One thing that a preflight found. */
export interface PreflightFinding {
  /** The fault that the request would meet with, or what a reviewer may stumble over: `WebsiteNotResolvable`, … */
  code: string;
  /** The member of the request that it is about. */
  field?: string;
  /** What to do, in a sentence. */
  message: string;
  /** The request would be refused for an error; a warning may lead to a denial. */
  severity: 'error' | 'warning' | (string & {});
}

/** What a request for a qualification would meet with if it were made now. */
export interface Preflight {
  /** Whether the request would be accepted: no finding is an error. */
  eligible: boolean;
  /** How many of the customer's requests are left; Education only. */
  attemptsRemaining?: number;
  /** What was found, errors and warnings. */
  findings: PreflightFinding[];
}

/** What a partner's vetting comes to. */
export interface VettingOverview {
  /** How many customers have which qualification in which status; what no customer has is left out. */
  counts: { qualification: QualificationName; vettingStatus?: VettingStatus; count: number }[];
  /** Reviews that are open after their due date. */
  overdue: number;
  /** Reviews that were decided in the last 30 days. */
  decidedLast30Days: number;
  /** Hours from request to decision, of those decided in the last 30 days; absent where there are none. */
  hoursToDecision?: { median: number; percentile90: number };
  /** How many customers may request Education again at present, after a denial. */
  resubmittable: number;
  /** What was decided on each of the last 30 days, oldest first, today last. */
  days: VettingDay[];
}

/** What was decided on one day. */
export interface VettingDay {
  /** The day in UTC: `2026-03-05`. */
  date: string;
  /** How many requests were approved. */
  approved: number;
  /** How many requests were denied. */
  denied: number;
  /** Half of the day's decisions took no longer, in hours from the request; absent where there were none. */
  medianHours?: number;
}

/** Who calls, as the service sees it. */
export interface CallerInformation {
  /** The tenant that the token was issued in. */
  tenantId: string;
  /** The object id of the person, or of the application's service principal. */
  subject: string;
  /** Whether a person stands behind the application. */
  kind: 'app' | 'app+user';
  /** The service's own roles that count for this caller: `Vetting.Review`, `Vetting.Administer`. */
  roles: string[];
  /** Whether the person has passed multi-factor authentication. */
  mfa: boolean;
  /** The partner that the tenant is; absent where it is none that is registered and active. */
  partner?: { name: string };
}

/** What a customer may need attention for: `Resubmittable` or `Overdue`. */
export type CustomerAttention = 'Resubmittable' | 'Overdue';

/** A customer with its qualifications. */
export interface CustomerWithQualifications {
  /** The customer. */
  customer: Customer;
  /** Its qualifications; empty where it has none. */
  qualifications: Qualification[];
}

/**
 * One page of customers with their qualifications: an array with what the service tells about the page, in properties that
 * are not enumerable.
 */
export interface CustomerWithQualificationsPage extends Array<CustomerWithQualifications> {
  /** Give it to `byPage({ continuationToken })` to go on after this page; absent on the last page. Opaque. */
  continuationToken?: string;
  /** How many customers match on all pages together. */
  totalCount?: number;
}

/** A change of a customer's qualification, as it happened. */
export interface QualificationChange {
  /** The number of the change among the partner's: with it as `lastEventId` a later stream goes on after this one. */
  id: string;
  /** The customer tenant id. */
  customerId: string;
  /** Which qualification. */
  qualification: QualificationName | (string & {});
  /** The status before; absent for a first request. */
  from?: VettingStatus | (string & {});
  /** The status after; absent for `StateOwnedEntity`, which nobody vets. */
  vettingStatus?: VettingStatus | (string & {});
  /** Why it was denied. */
  vettingReason?: string;
  /** When it happened: an ISO 8601 text in UTC. */
  at: string;
  /** The `MS-CorrelationId` of the call that made the change. */
  correlationId: string;
}

/** One request for a qualification, as reviewers see it. What does not apply is absent. */
export interface Review {
  /** The review's id, a GUID. */
  id: string;
  /** The partner's tenant id. */
  partnerId: string;
  /** The partner's name. */
  partnerName: string;
  /** The customer tenant id. */
  customerId: string;
  /** The customer's name. */
  companyName: string;
  /** The customer's default domain. */
  domain: string;
  /** Which qualification. */
  qualification: QualificationName;
  /** The segment that was requested. */
  educationSegment?: EducationSegment;
  /** The customer's website, as the partner gave it. */
  website?: string;
  /** Which of the customer's requests, counted from 1. */
  attempt: number;
  /** How far the review is. */
  status: VettingStatus;
  /** When it was requested: an ISO 8601 text in UTC. */
  submittedAt: string;
  /** Who requested it: tenant id and object id, joined by a slash. */
  submittedBy: string;
  /** When a decision is due: three business days after the request. */
  dueAt: string;
  /** Whether it is still open after it was due. */
  overdue: boolean;
  /** When it was decided. */
  decidedAt?: string;
  /** Who decided it: tenant id and object id, joined by a slash, or `policy`. */
  decidedBy?: string;
  /** What the partner is told of a denial. */
  reason?: string;
  /** The code of `reason`. */
  reasonCode?: DenialCode;
  /** For reviewers only. */
  note?: string;
  /** Counts changes: `ifVersion` of a decision names it. */
  version: number;
}

/** One step of the qualification that is reviewed, with what only reviewers may know. */
export interface ReviewStep {
  /** When it happened: an ISO 8601 text in UTC. */
  at: string;
  /** The status before; absent for the first step. */
  from?: VettingStatus;
  /** The status after. */
  to?: VettingStatus;
  /** Who made the step. */
  by: 'partner' | 'reviewer' | 'policy' | 'operator';
  /** The person or application: tenant id and object id, joined by a slash. */
  actor: string;
  /** What the partner is told. */
  reason?: string;
  /** For reviewers only. */
  note?: string;
  /** The `MS-CorrelationId` of the call that made the step. */
  correlationId: string;
}

/** A review with all that a decision may rest on. */
export interface ReviewDetails extends Review {
  /** The customer. */
  customer: Customer;
  /** Earlier requests for the same qualification, oldest first. */
  earlierAttempts: Review[];
  /** Every step of the qualification, oldest first. */
  history: ReviewStep[];
}

/** One page of reviews: an array with what the service tells about the page, in properties that are not enumerable. */
export interface ReviewPage extends Array<Review> {
  /** Give it to `byPage({ continuationToken })` to go on after this page; absent on the last page. Opaque. */
  continuationToken?: string;
  /** How many reviews match on all pages together. */
  totalCount?: number;
}

/** What a reviewer decides. */
export type ReviewDecision =
  | {
      /** Grants the qualification. */
      decision: 'Approved';
      /** For reviewers only: the partner never sees it. At most 2,000 characters. */
      note?: string;
    }
  | {
      /** Refuses it. */
      decision: 'Denied';
      /** Why. */
      reasonCode: DenialCode;
      /** What the partner is told, at most 512 characters; the code's documented text when absent. `Other` needs it. */
      reason?: string;
      /** For reviewers only: the partner never sees it. At most 2,000 characters. */
      note?: string;
    };
