import {
  DEFAULT_PAGE_SIZE,
  type ReviewCollection,
  type ReviewDetails,
  type ReviewSort,
  type ReviewsQuery,
} from '@vetted/contract';
import { type Clock, timestamp } from '../../domain/clock.js';
import { missing } from '../../domain/refusal.js';
import { type ReviewOfCustomer, type ReviewPosition, type ReviewSortKey, reviewSortKeys } from '../../domain/review.js';
import type { Store } from '../../domain/store.js';
import { listingOf, writeContinuationToken } from '../continuation-token.js';
import { toWire as toWireCustomer } from '../customer-wire.js';
import { Position } from './position.js';
import { toWire, toWireStep } from './review-wire.js';

export interface ReviewsService {
  list(query: ReviewsQuery): Promise<ReviewCollection>;
  get(reviewId: string): Promise<ReviewDetails>;
}

/** What the vetting desk reads: the reviews of every partner that is active. */
export function reviewsService(store: Store, clock: Clock): ReviewsService {
  return {
    async list(query) {
      const { after, ...asked } = askedFor(query);
      const { status, qualification, partner, search, sort, size } = asked;
      const page = await store.reads.reviews.page({
        ...(status && { status }),
        ...(qualification && { qualification }),
        ...(partner && { partnerId: partner }),
        ...(search && { search }),
        ...orderOf(sort),
        size,
        ...(after && { after }),
      });
      const now = timestamp(clock());
      return {
        items: page.items.map((review) => toWire(review, now)),
        totalCount: page.totalCount,
        ...(page.next && { continuationToken: writeContinuationToken({ ...asked, after: page.next }) }),
      };
    },

    async get(reviewId) {
      const review = await store.reads.reviews.get(reviewId.toLowerCase());
      if (review === undefined) throw missing('reviewId', 'names no review');
      return detailsOf(store, review, timestamp(clock()));
    },
  };
}

async function detailsOf(store: Store, review: ReviewOfCustomer, now: string): Promise<ReviewDetails> {
  const { partnerId, partnerName, customerId, qualification, companyName, domain } = review;
  const [{ customer }, attempts, history] = await Promise.all([
    store.reads.customer(partnerId, customerId),
    store.reads.reviews.ofCustomer(partnerId, customerId),
    store.reads.history.ofCustomer(partnerId, customerId, qualification),
  ]);
  // Reviews of a partner that is not active are not at the desk.
  if (customer === undefined) throw missing('reviewId', 'names no review');
  const earlier = attempts.filter((other) => other.qualification === qualification && other.attempt < review.attempt);
  return {
    ...toWire(review, now),
    customer: toWireCustomer(customer.value),
    earlierAttempts: earlier.map((attempt) => toWire({ ...attempt, partnerName, companyName, domain }, now)),
    history: (history.customer?.value ?? []).map(toWireStep),
  };
}

type Listing = Omit<Position, 'after'> & { readonly after?: ReviewPosition };

function askedFor({ partner, ...query }: ReviewsQuery): Listing {
  const asked = partner === undefined ? query : { ...query, partner: partner.toLowerCase() };
  return listingOf(Position, asked, { sort: 'dueAt', size: DEFAULT_PAGE_SIZE } as const);
}

function orderOf(sort: ReviewSort): { sort: ReviewSortKey; descending: boolean } {
  const key = reviewSortKeys.find((name) => sort.endsWith(name)) ?? 'dueAt';
  return { sort: key, descending: sort.startsWith('-') };
}
