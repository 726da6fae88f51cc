import type { DenialCode, EducationSegment, QualificationName, VettingStatus } from '@vetted/contract';

/** One request for a qualification that is vetted: a customer has up to three. */
export interface Review {
  /** A GUID. */
  readonly id: string;
  readonly partnerId: string;
  readonly customerId: string;
  readonly qualification: QualificationName;
  /** Counted from 1. */
  readonly attempt: number;
  readonly status: VettingStatus;
  readonly educationSegment?: EducationSegment;
  readonly website?: string;
  readonly submittedAt: string;
  /** Tenant id and object id. */
  readonly submittedBy: string;
  readonly dueAt: string;
  readonly decidedAt?: string;
  /** Tenant id and object id, or `policy`. */
  readonly decidedBy?: string;
  /** What the partner is told; on Denied only. */
  readonly reason?: string;
  readonly reasonCode?: DenialCode;
  /** For reviewers only. */
  readonly note?: string;
  /** Counts changes from 1. */
  readonly version: number;
}

/** A review with what names its customer and its partner. */
export interface ReviewOfCustomer extends Review {
  readonly partnerName: string;
  readonly companyName: string;
  readonly domain: string;
}

export const reviewSortKeys = ['dueAt', 'submittedAt', 'companyName'] as const;
export type ReviewSortKey = (typeof reviewSortKeys)[number];

/** Where in the queue a page begins: after this review. */
export interface ReviewPosition {
  readonly key: string;
  readonly id: string;
}

export interface ReviewsQuery {
  readonly status?: VettingStatus;
  readonly qualification?: QualificationName;
  readonly partnerId?: string;
  /** Part of a company name or domain, in any letter case, or a customer's whole id. */
  readonly search?: string;
  readonly sort: ReviewSortKey;
  readonly descending: boolean;
  readonly size: number;
  readonly after?: ReviewPosition;
}

export interface ReviewsPage {
  readonly totalCount: number;
  readonly items: readonly ReviewOfCustomer[];
  /** Absent on the last page. */
  readonly next?: ReviewPosition;
}

/** What a partner's vetting comes to. */
export interface VettingSummary {
  readonly partnerKnown: boolean;
  readonly counts: readonly {
    readonly qualification: QualificationName;
    readonly vettingStatus?: VettingStatus;
    readonly count: number;
  }[];
  /** In review after their due date. */
  readonly overdue: number;
  /** Customers whose Education is denied and may be requested again. */
  readonly resubmittable: number;
  /** Decided since the given time. */
  readonly decisions: readonly DecisionGroup[];
}

/** Reviews that were decided alike, on one day and after the same time. */
export interface DecisionGroup {
  /** The day in UTC, as `2026-03-05`. */
  readonly date: string;
  readonly status: VettingStatus;
  /** From request to decision, with one decimal; absent where it is not known. */
  readonly hours?: number;
  readonly count: number;
}

/** What lies at the desk, of partners that are active. */
export interface ReviewBacklog {
  /** Counted up to a limit, those first that are due first. */
  readonly open: number;
  /** Those of them whose due date has passed. */
  readonly overdue: number;
}

export interface ReviewReads {
  /** A partner's that is not active are left out. */
  page(query: ReviewsQuery): Promise<ReviewsPage>;
  get(id: string): Promise<ReviewOfCustomer | undefined>;
  /** Every attempt of one customer, oldest first. */
  ofCustomer(partnerId: string, customerId: string): Promise<readonly Review[]>;
  summary(partnerId: string, now: string, since: string): Promise<VettingSummary>;
  /** What lies at the desk for everybody together, at most so many counted. */
  backlog(now: string, limit: number): Promise<ReviewBacklog>;
}

export interface ReviewWrites {
  /** Adds the review, or changes it. */
  save(review: Review): Promise<void>;
  get(id: string): Promise<ReviewOfCustomer | undefined>;
  /** Has the policy asked about a review, not before this time. */
  awaitPolicy(review: Review, notBefore: string): Promise<void>;
  /** Takes reviews for which the policy is due, and keeps other processes from them until `leasedUntil`. */
  claimForPolicy(now: string, leasedUntil: string, limit: number): Promise<readonly ReviewOfCustomer[]>;
  /** The policy is not asked again about this review. */
  endPolicy(review: Review): Promise<void>;
}
