import type { PagedAsyncIterableIterator, PageSettings } from '@azure/core-paging';
import { vettingPaths } from '@vetted/contract';
import { readCustomersWithQualifications, readObject, readObjects, readProgress } from './answers.js';
import { type EventsOptions, qualificationChanges } from './events.js';
import type { QualificationName, QualificationRequest, VettingStatus } from './models.js';
import type { ClientSettings, OperationOptions } from './options.js';
import { resourcePath } from './resource-path.js';
import { type ReviewsOperations, reviewsOperations } from './reviews.js';
import { listByToken } from './token-pages.js';
import type { Send } from './transport/pipeline.js';
import type {
  CallerInformation,
  CustomerAttention,
  CustomerWithQualifications,
  CustomerWithQualificationsPage,
  HistoryStep,
  Preflight,
  QualificationChange,
  QualificationProgress,
  VettingOverview,
} from './vetting-models.js';

/**
 * What a listing of customers with their qualifications is narrowed to. A `requestId` is for the first request only; all
 * pages share one correlation id.
 */
export interface ListCustomersWithQualificationsOptions extends OperationOptions {
  /** What a company name or a domain begins with, in any letter case, or a whole customer tenant id. Default: all. */
  search?: string;
  /** Only customers with this qualification. Default: all. */
  qualification?: QualificationName;
  /** Only customers with a qualification in this status: the one that is asked for, or any. Default: all. */
  vettingStatus?: VettingStatus;
  /**
   * `Resubmittable`: only those whose Education was denied and may be requested again at present. `Overdue`: only those
   * with a review that is open after its due date. Default: all.
   */
  attention?: CustomerAttention;
  /** Customers a page, 1 to 500. Default: the service's own, 100. `byPage` can override it. */
  pageSize?: number;
}

/**
 * What Vetted knows beyond Partner Center: Partner Center itself answers 404 to all of it.
 */
export interface VettingOperations {
  /** The vetting desk, for reviewers. */
  readonly reviews: ReviewsOperations;

  /**
   * Gets who the service takes the caller for: tenant, roles, and the partner that the tenant is.
   *
   * Rejects with a {@link PartnerCenterError}: 401 for the token.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function mayReview(client: PartnerCenterClient): Promise<boolean> {
   *   const { kind, roles } = await client.vetting.getCaller();
   *   return kind === 'app+user' && roles.includes('Vetting.Review');
   * }
   * ```
   */
  getCaller(options?: OperationOptions): Promise<CallerInformation>;

  /**
   * Lists the partner's customers with their qualifications, by company name, page by page as it is iterated: one request
   * a page, where `client.qualifications.list()` makes one a customer, from Partner Center too. Customers with whom the
   * relationship has ended are left out.
   *
   * The iteration rejects with a {@link PartnerCenterError}: 401 and 403 for the token.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printResubmittable(client: PartnerCenterClient): Promise<void> {
   *   for await (const { customer } of client.vetting.listCustomers({ attention: 'Resubmittable' })) {
   *     console.log(customer.id, customer.companyProfile.companyName);
   *   }
   * }
   * ```
   */
  listCustomers(
    options?: ListCustomersWithQualificationsOptions,
  ): PagedAsyncIterableIterator<CustomerWithQualifications, CustomerWithQualificationsPage, PageSettings>;

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
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function whatToCorrect(client: PartnerCenterClient, customerId: string): Promise<string> {
   *   const { vettingStatus, dueAt, mayResubmit, remedy } = await client.vetting.getProgress(customerId, 'Education');
   *   if (vettingStatus === 'InReview') return `A decision is due at ${dueAt}.`;
   *   return mayResubmit ? `Request it again: ${remedy}` : 'Nothing is to be done.';
   * }
   * ```
   */
  getProgress(
    customerId: string,
    qualification: QualificationName | (string & {}),
    options?: OperationOptions,
  ): Promise<QualificationProgress>;

  /**
   * Gets every step of a customer's qualification, oldest first; empty where there was none.
   *
   * Rejects with a {@link PartnerCenterError}: 404 for a customer that is not the partner's.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printHistory(client: PartnerCenterClient, customerId: string): Promise<void> {
   *   const steps = await client.vetting.getHistory(customerId, 'Education');
   *   for (const { at, by, to, reason } of steps) console.log(at, by, to, reason ?? '');
   * }
   * ```
   */
  getHistory(
    customerId: string,
    qualification: QualificationName | (string & {}),
    options?: OperationOptions,
  ): Promise<HistoryStep[]>;

  /**
   * Gets what the partner's vetting comes to: counts, what is overdue or may be requested again, and how long decisions
   * take, in all and day by day.
   *
   * Rejects with a {@link PartnerCenterError}: 401 and 403 for the token.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printSummary(client: PartnerCenterClient): Promise<void> {
   *   const { counts, overdue } = await client.vetting.getSummary();
   *   for (const { qualification, vettingStatus, count } of counts) console.log(qualification, vettingStatus, count);
   *   console.log(`${overdue} overdue`);
   * }
   * ```
   */
  getSummary(options?: OperationOptions): Promise<VettingOverview>;

  /**
   * The changes of the partner's qualifications, each as it happens, by server-sent events. It does not end: a connection
   * that breaks, falls silent, or outlives its token is made again and goes on after the last change. Nothing is sent before
   * the first change is asked for, and nothing is read ahead: whoever takes long holds the stream back.
   *
   * To leave the loop closes the connection, and so does `abortSignal`, upon which the iteration throws an `AbortError`. It
   * throws a {@link PartnerCenterError} where the service refuses: 404 from one that has no stream, Partner Center among
   * them. At a limit of streams (429) it waits for its turn.
   *
   * Throws a TypeError or RangeError for options that are not what they should be.
   *
   * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function tellDenials(client: PartnerCenterClient, lastEventId: string, abortSignal: AbortSignal) {
   *   for await (const change of client.vetting.events({ lastEventId, abortSignal })) {
   *     if (change.vettingStatus === 'Denied') console.log(change.customerId, change.vettingReason, change.id);
   *   }
   * }
   * ```
   */
  events(options?: EventsOptions): AsyncIterableIterator<QualificationChange>;
}

export function vettingOperations(send: Send, settings: Pick<ClientSettings, 'correlationId'>): VettingOperations {
  return {
    reviews: reviewsOperations(send, settings),
    getCaller: (options = {}) =>
      send(
        {
          operation: 'VettingOperations.getCaller',
          method: 'GET',
          path: vettingPaths.caller,
          read: readObject<CallerInformation>,
        },
        options,
      ),
    listCustomers: (options = {}) => listCustomers(send, settings, options),
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
    events: (options = {}) => qualificationChanges(send, options),
  };
}

function listCustomers(
  send: Send,
  settings: Pick<ClientSettings, 'correlationId'>,
  listOptions: ListCustomersWithQualificationsOptions,
) {
  const { search, qualification, vettingStatus, attention, ...options } = listOptions;
  const listing = {
    operation: 'VettingOperations.listCustomers',
    path: vettingPaths.customers,
    query: { search, qualification, vettingStatus, attention },
    read: readCustomersWithQualifications,
  };
  return listByToken<CustomerWithQualifications, CustomerWithQualificationsPage>(send, settings, listing, options);
}
