import type { Kysely } from 'kysely';
import type {
  Review,
  ReviewOfCustomer,
  ReviewReads,
  ReviewsPage,
  ReviewsQuery,
  VettingSummary,
} from '../domain/review.js';
import { toReview, toReviewOfCustomer } from './reviews.js';
import type { Tables } from './tables.js';

/** {@link ReviewReads}. */
export class SqlReviewReads implements ReviewReads {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async page(_query: ReviewsQuery): Promise<ReviewsPage> {
    throw new Error('not yet');
  }

  async get(id: string): Promise<ReviewOfCustomer | undefined> {
    const row = await this.#db
      .selectFrom('review as r')
      .innerJoin('customer as c', (join) =>
        join.onRef('c.partner_id', '=', 'r.partner_id').onRef('c.id', '=', 'r.customer_id'),
      )
      .selectAll('r')
      .select(['c.company_name', 'c.domain'])
      .where('r.id', '=', id)
      .executeTakeFirst();
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

  async summary(_partnerId: string, _now: string, _since: string): Promise<VettingSummary> {
    throw new Error('not yet');
  }
}
