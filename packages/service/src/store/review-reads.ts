import type { QualificationName, VettingStatus } from '@vetted/contract';
import type { Kysely } from 'kysely';
import type {
  DecisionDay,
  Review,
  ReviewOfCustomer,
  ReviewReads,
  ReviewsPage,
  ReviewsQuery,
  SummaryPeriod,
  VettingSummary,
} from '../domain/review.js';
import { type Portfolio, portfolioCountQuery } from './portfolio-queries.js';
import { positionAfter, reviewsCountQuery, reviewsPageQuery } from './review-page.js';
import { reviewsOfCustomers, toReview, toReviewOfCustomer } from './reviews.js';
import { decisionDaysQuery, decisionsQuery, qualificationCountsQuery } from './summary-queries.js';
import type { Tables } from './tables.js';

/** {@link ReviewReads}. */
export class SqlReviewReads implements ReviewReads {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async page(query: ReviewsQuery): Promise<ReviewsPage> {
    const { count } = await reviewsCountQuery(this.#db, query).executeTakeFirstOrThrow();
    const rows = await reviewsPageQuery(this.#db, query).execute();
    const items = rows.slice(0, query.size);
    const last = items.at(-1);
    return {
      totalCount: Number(count),
      items: items.map(toReviewOfCustomer),
      ...(rows.length > query.size && last ? { next: positionAfter(last, query.sort) } : {}),
    };
  }

  async get(id: string): Promise<ReviewOfCustomer | undefined> {
    const row = await reviewsOfCustomers(this.#db).where('r.id', '=', id).executeTakeFirst();
    return row && toReviewOfCustomer(row);
  }

  async ofCustomer(partnerId: string, customerId: string): Promise<readonly Review[]> {
    const rows = await this.#db
      .selectFrom('review')
      .selectAll()
      .where((eb) => eb.and({ partner_id: partnerId, customer_id: customerId }))
      .orderBy('qualification')
      .orderBy('attempt')
      .execute();
    return rows.map(toReview);
  }

  async summary(partnerId: string, now: string, { since, firstDay }: SummaryPeriod): Promise<VettingSummary> {
    const rows = await qualificationCountsQuery(this.#db, partnerId).execute();
    if (rows.length === 0) return nothing;
    const overdue = await this.#count({ partnerId, now, attention: 'Overdue' });
    const resubmittable = await this.#count({ partnerId, now, attention: 'Resubmittable' });
    const decisions = await decisionsQuery(this.#db, partnerId, since).executeTakeFirstOrThrow();
    const days = await decisionDaysQuery(this.#db, partnerId, firstDay).execute();
    const { median, percentile90 } = decisions;
    return {
      partnerKnown: true,
      counts: rows.flatMap(toCount),
      overdue,
      resubmittable,
      decided: Number(decisions.decided),
      ...(median === null || percentile90 === null
        ? {}
        : { timeToDecision: { median: Number(median), percentile90: Number(percentile90) } }),
      days: days.map(toDay),
    };
  }

  async #count(portfolio: Portfolio): Promise<number> {
    return Number((await portfolioCountQuery(this.#db, portfolio).executeTakeFirst())?.count ?? 0);
  }
}

const nothing: VettingSummary = {
  partnerKnown: false,
  counts: [],
  overdue: 0,
  resubmittable: 0,
  decided: 0,
  days: [],
};

type DayRow = Awaited<ReturnType<ReturnType<typeof decisionDaysQuery>['execute']>>[number];

function toDay({ date, approved, denied, median }: DayRow): DecisionDay {
  return {
    date,
    approved: Number(approved),
    denied: Number(denied),
    ...(median === null ? {} : { median: Number(median) }),
  };
}

interface CountRow {
  readonly qualification: string | null;
  readonly vetting_status: string | null;
  readonly count: string | number | bigint | null;
}

function toCount({ qualification, vetting_status: status, count }: CountRow): VettingSummary['counts'] {
  if (qualification === null) return [];
  return [
    {
      qualification: qualification as QualificationName,
      ...(status === null ? {} : { vettingStatus: status as VettingStatus }),
      count: Number(count),
    },
  ];
}
