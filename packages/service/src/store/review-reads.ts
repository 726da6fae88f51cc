import type { QualificationName, VettingStatus } from '@vetted/contract';
import type { Kysely } from 'kysely';
import type {
  DecisionGroup,
  Review,
  ReviewBacklog,
  ReviewOfCustomer,
  ReviewReads,
  ReviewsPage,
  ReviewsQuery,
  VettingSummary,
} from '../domain/review.js';
import { type Portfolio, portfolioCountQuery } from './portfolio-queries.js';
import { positionAfter, reviewsCountQuery, reviewsPageQuery } from './review-page.js';
import { reviewsOfCustomers, toReview, toReviewOfCustomer } from './reviews.js';
import { decisionsQuery, qualificationCountsQuery, reviewBacklogQuery } from './summary-queries.js';
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

  async summary(partnerId: string, now: string, since: string): Promise<VettingSummary> {
    const rows = await qualificationCountsQuery(this.#db, partnerId).execute();
    if (rows.length === 0) return { partnerKnown: false, counts: [], overdue: 0, resubmittable: 0, decisions: [] };
    const overdue = await this.#count({ partnerId, now, attention: 'Overdue' });
    const resubmittable = await this.#count({ partnerId, now, attention: 'Resubmittable' });
    const decisions = await decisionsQuery(this.#db, partnerId, since).execute();
    return {
      partnerKnown: true,
      counts: rows.flatMap(toCount),
      overdue,
      resubmittable,
      decisions: decisions.map(toDecisionGroup),
    };
  }

  async backlog(now: string, limit: number): Promise<ReviewBacklog> {
    const { open, overdue } = await reviewBacklogQuery(this.#db, now, limit).executeTakeFirstOrThrow();
    return { open: Number(open), overdue: Number(overdue) };
  }

  async #count(portfolio: Portfolio): Promise<number> {
    return Number((await portfolioCountQuery(this.#db, portfolio).executeTakeFirst())?.count ?? 0);
  }
}

type DecisionsRow = Awaited<ReturnType<ReturnType<typeof decisionsQuery>['execute']>>[number];

function toDecisionGroup({ date, status, tenths, count }: DecisionsRow): DecisionGroup {
  return {
    date,
    status: status as VettingStatus,
    ...(tenths === null ? {} : { hours: Number(tenths) / 10 }),
    count: Number(count),
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
