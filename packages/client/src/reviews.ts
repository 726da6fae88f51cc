import type { PagedAsyncIterableIterator, PageSettings } from '@azure/core-paging';
import { vettingPaths } from '@vetted/contract';
import { readObject, readReviews } from './answers.js';
import type { QualificationName, VettingStatus } from './models.js';
import type { ClientSettings, OperationOptions } from './options.js';
import { resourcePath } from './resource-path.js';
import { listByToken } from './token-pages.js';
import type { Send } from './transport/pipeline.js';
import type { Review, ReviewDecision, ReviewDetails, ReviewPage } from './vetting-models.js';

/** What a listing of reviews is narrowed to, and its order. */
export interface ListReviewsOptions extends OperationOptions {
  /** Only reviews in this status. Default: all. */
  status?: VettingStatus;
  /** Only reviews of this qualification. Default: all. */
  qualification?: QualificationName;
  /** Only reviews of this partner: its tenant id. Default: all. */
  partner?: string;
  /** Part of a company name or domain, in any letter case, or a whole customer tenant id. Default: all. */
  search?: string;
  /** The order; a hyphen turns it round. Default: `dueAt`, the oldest due date first. */
  sort?: 'dueAt' | '-dueAt' | 'submittedAt' | '-submittedAt' | 'companyName' | '-companyName';
  /** Reviews a page, 1 to 500. Default: the service's own, 100. `byPage` can override it. */
  pageSize?: number;
}

/** Options of a decision. */
export interface DecideOptions extends OperationOptions {
  /**
   * Decide only what you have seen: the `version` of the {@link Review}. The call rejects with 412 where the review has
   * changed since. Default: the first decision stands.
   */
  ifVersion?: number;
}

/**
 * The vetting desk, for reviewers: App+User credentials with the role `Vetting.Review` of an operator tenant. Vetted
 * only: Partner Center answers 404.
 */
export interface ReviewsOperations {
  /**
   * Lists reviews of all partners, page by page as it is iterated.
   *
   * The iteration rejects with a {@link PartnerCenterError}: 403 without the role.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printQueue(client: PartnerCenterClient): Promise<void> {
   *   for await (const review of client.vetting.reviews.list({ status: 'InReview' })) {
   *     console.log(review.id, review.companyName, review.dueAt, review.overdue ? 'overdue' : '');
   *   }
   * }
   * ```
   */
  list(options?: ListReviewsOptions): PagedAsyncIterableIterator<Review, ReviewPage, PageSettings>;

  /**
   * Gets a review with its customer, earlier attempts and history.
   *
   * Rejects with a {@link PartnerCenterError}: 403 without the role, 404 for a review that does not exist.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printAttempts(client: PartnerCenterClient, reviewId: string): Promise<void> {
   *   const { attempt, earlierAttempts, history } = await client.vetting.reviews.get(reviewId);
   *   console.log(`Attempt ${attempt}; earlier ones:`, earlierAttempts.map(({ reason }) => reason));
   *   for (const { at, by, to, note } of history) console.log(at, by, to, note ?? '');
   * }
   * ```
   */
  get(reviewId: string, options?: OperationOptions): Promise<ReviewDetails>;

  /**
   * Decides a review. Nobody decides what the same person submitted.
   *
   * Rejects with a {@link PartnerCenterError}: 403 without the role, 409 for a review that is decided already, 412 where
   * it is not the version of `ifVersion` any more.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient, Review } from '@vetted/client';
   *
   * export function deny(client: PartnerCenterClient, { id, version }: Review): Promise<Review> {
   *   const decision = { decision: 'Denied', reasonCode: 'NotAnAcademicDomain', note: 'A shop.' } as const;
   *   return client.vetting.reviews.decide(id, decision, { ifVersion: version });
   * }
   * ```
   */
  decide(reviewId: string, decision: ReviewDecision, options?: DecideOptions): Promise<Review>;

  /**
   * Takes an approval back: the partner reads "No longer an Education Customer".
   *
   * Rejects with a {@link PartnerCenterError}: 403 without the role, 409 for a review that is not approved.
   *
   * @param reason For reviewers only, kept as a note.
   * @example
   * ```ts
   * import type { PartnerCenterClient, Review } from '@vetted/client';
   *
   * export function takeBack(client: PartnerCenterClient, { id, version }: Review): Promise<Review> {
   *   return client.vetting.reviews.reopen(id, 'The school has closed.', { ifVersion: version });
   * }
   * ```
   */
  reopen(reviewId: string, reason: string, options?: DecideOptions): Promise<Review>;
}

type Settings = Pick<ClientSettings, 'correlationId'>;

export function reviewsOperations(send: Send, settings: Settings): ReviewsOperations {
  const change = (operation: string, path: string, body: unknown, { ifVersion, ...options }: DecideOptions) =>
    send(
      {
        operation,
        method: 'POST',
        path,
        body,
        ...(ifVersion === undefined ? {} : { headers: { 'If-Match': `"${ifVersion}"` } }),
        read: readObject<Review>,
      },
      options,
    );
  return {
    list: (options = {}) => listReviews(send, settings, options),
    get: async (reviewId, options = {}) =>
      send(
        {
          operation: 'ReviewsOperations.get',
          method: 'GET',
          path: resourcePath(vettingPaths.review, { reviewId }),
          read: readObject<ReviewDetails>,
        },
        options,
      ),
    decide: async (reviewId, decision, options = {}) =>
      change('ReviewsOperations.decide', resourcePath(vettingPaths.decision, { reviewId }), decision, options),
    reopen: async (reviewId, reason, options = {}) =>
      change('ReviewsOperations.reopen', resourcePath(vettingPaths.reopen, { reviewId }), { reason }, options),
  };
}

function listReviews(send: Send, settings: Settings, listOptions: ListReviewsOptions) {
  const { status, qualification, partner, search, sort, ...options } = listOptions;
  const listing = {
    operation: 'ReviewsOperations.list',
    path: vettingPaths.reviews,
    query: { status, qualification, partner, search, sort },
    read: readReviews,
  };
  return listByToken<Review, ReviewPage>(send, settings, listing, options);
}
