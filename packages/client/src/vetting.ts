import { vettingPaths } from '@vetted/contract';
import { readObject, readObjects, readProgress } from './answers.js';
import type { QualificationName, QualificationRequest } from './models.js';
import type { OperationOptions } from './options.js';
import { resourcePath } from './resource-path.js';
import { type ReviewsOperations, reviewsOperations } from './reviews.js';
import type { Send } from './transport/pipeline.js';
import type { HistoryStep, Preflight, QualificationProgress, VettingOverview } from './vetting-models.js';

/**
 * What Vetted knows beyond Partner Center: Partner Center itself answers 404 to all of it.
 */
export interface VettingOperations {
  /** The vetting desk, for reviewers. */
  readonly reviews: ReviewsOperations;

  /**
   * Asks what a request for a qualification would meet with if it were made now. It costs no attempt and changes nothing.
   *
   * Rejects with a {@link PartnerCenterError}: 404 for a customer that is not the partner's, and from a service that
   * knows no preflight.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function problemsOf(client: PartnerCenterClient, customerId: string): Promise<string[]> {
   *   const request = { qualification: 'Education', educationSegment: 'K12', website: 'fabrikam.edu' };
   *   const { findings } = await client.vetting.preflight(customerId, request);
   *   return findings.map(({ severity, message }) => `${severity}: ${message}`);
   * }
   * ```
   */
  preflight(customerId: string, request: QualificationRequest, options?: OperationOptions): Promise<Preflight>;

  /**
   * Gets one qualification of a customer, and where its vetting stands: attempts, due date, what to correct.
   *
   * Rejects with a {@link PartnerCenterError}: 404 for a customer that is not the partner's, or that does not have the
   * qualification.
   */
  getProgress(
    customerId: string,
    qualification: QualificationName,
    options?: OperationOptions,
  ): Promise<QualificationProgress>;

  /**
   * Gets every step of a customer's qualification, oldest first; empty where there was none.
   *
   * Rejects with a {@link PartnerCenterError}: 404 for a customer that is not the partner's.
   */
  getHistory(customerId: string, qualification: QualificationName, options?: OperationOptions): Promise<HistoryStep[]>;

  /** Gets what the partner's vetting comes to: counts, what is overdue, how long decisions take. */
  getSummary(options?: OperationOptions): Promise<VettingOverview>;
}

export function vettingOperations(send: Send): VettingOperations {
  return {
    reviews: reviewsOperations(send),
    preflight: async (customerId, request, options = {}) =>
      send(
        {
          operation: 'VettingOperations.preflight',
          method: 'POST',
          path: resourcePath(vettingPaths.preflight, { customerId }),
          body: request,
          read: readObject<Preflight>,
        },
        options,
      ),
    getProgress: async (customerId, qualification, options = {}) =>
      send(
        {
          operation: 'VettingOperations.getProgress',
          method: 'GET',
          path: resourcePath(vettingPaths.qualification, { customerId, qualification }),
          read: readProgress,
        },
        options,
      ),
    getHistory: async (customerId, qualification, options = {}) =>
      send(
        {
          operation: 'VettingOperations.getHistory',
          method: 'GET',
          path: resourcePath(vettingPaths.history, { customerId, qualification }),
          read: readObjects<HistoryStep>,
        },
        options,
      ),
    getSummary: (options = {}) =>
      send(
        {
          operation: 'VettingOperations.getSummary',
          method: 'GET',
          path: vettingPaths.summary,
          read: readObject<VettingOverview>,
        },
        options,
      ),
  };
}
