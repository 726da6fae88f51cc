import { paths } from '@vetted/contract';
import { readQualification, readQualifications } from './answers.js';
import { pollEarlierRequest, pollRequest } from './begin-polling.js';
import type { DecisionWatch } from './decision-watch.js';
import type { Qualification, QualificationName, QualificationRequest } from './models.js';
import type { OperationOptions } from './options.js';
import type {
  BeginCreateQualificationsOptions,
  QualificationPoller,
  WaitForDecisionOptions,
} from './qualification-poller.js';
import { resourcePath } from './resource-path.js';
import type { Send } from './transport/pipeline.js';

/** The qualifications of one customer: the .NET SDK's `ICustomerQualification`. */
export interface QualificationOperations {
  /**
   * Gets the customer's qualifications, with App or App+User credentials. A customer without one has an empty array.
   * Where a service answers a single qualification or a collection, it is an array here all the same.
   *
   * Rejects with a {@link PartnerCenterError}: 404 for a customer that is not the partner's, 401 and 403 for the token.
   *
   * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function vettingOf(client: PartnerCenterClient, customerId: string): Promise<string> {
   *   const qualifications = await client.customers.byId(customerId).qualification.getQualifications();
   *   const education = qualifications.find(({ qualification }) => qualification === 'Education');
   *   return education?.vettingStatus ?? 'never requested';
   * }
   * ```
   */
  getQualifications(options?: OperationOptions): Promise<Qualification[]>;

  /**
   * Requests a qualification for the customer, with App+User credentials. Education comes back `InReview`: ask
   * {@link QualificationOperations.getQualifications} for the outcome later. The request is sent as it stands.
   *
   * A try that fails is repeated under the same `MS-RequestId`, by which the service tells that it is one request.
   *
   * Rejects with a {@link PartnerCenterError}: 400 for a request that is wrong (`data` may name the members), 403 for
   * an app-only token, 409 where the customer's present qualifications do not allow it.
   *
   * @see https://learn.microsoft.com/partner-center/developer/update-customer-qualification-asynchronous
   * @example
   * ```ts
   * import type { PartnerCenterClient, Qualification } from '@vetted/client';
   *
   * export function requestEducation(client: PartnerCenterClient, customerId: string): Promise<Qualification> {
   *   return client.customers.byId(customerId).qualification.createQualifications({
   *     qualification: 'Education',
   *     educationSegment: 'K12',
   *     website: 'fabrikam.edu',
   *   });
   * }
   * ```
   */
  createQualifications(request: QualificationRequest, options?: OperationOptions): Promise<Qualification>;

  /**
   * Requests a qualification as {@link QualificationOperations.createQualifications} does, at once, and waits for the
   * decision. `await` the answer, a {@link QualificationPoller}, for the decided qualification; a denial is a decision too.
   *
   * The service vets for days: `serialize()` gives a text from which `restoreFrom` goes on in another process, without a
   * second request. To abort ends the waiting; the vetting goes on.
   *
   * Throws a TypeError or RangeError for options that are not what they should be. Where the request is refused, whatever
   * is awaited of the poller rejects with its {@link PartnerCenterError}.
   *
   * @see https://learn.microsoft.com/partner-center/developer/update-customer-qualification-asynchronous
   * @example
   * ```ts
   * import type { PartnerCenterClient, QualificationRequest } from '@vetted/client';
   *
   * export async function isQualified(client: PartnerCenterClient, customerId: string): Promise<boolean> {
   *   const request: QualificationRequest = { qualification: 'Education', educationSegment: 'K12', website: 'fabrikam.edu' };
   *   const { qualification } = client.customers.byId(customerId);
   *   const { vettingStatus, vettingReason } = await qualification.beginCreateQualifications(request);
   *   if (vettingStatus === 'Denied') console.log(vettingReason);
   *   return vettingStatus === 'Approved';
   * }
   * ```
   */
  beginCreateQualifications(
    request: QualificationRequest,
    options?: BeginCreateQualificationsOptions,
  ): QualificationPoller;

  /**
   * Waits for the decision on a qualification that was requested before, whoever requested it. It looks once somebody
   * waits, and has the decision at once where there is one.
   *
   * Throws a TypeError or RangeError for options that are not what they should be. Where the customer does not have the
   * qualification the poller rejects with a {@link PartnerCenterError} whose `code` is `NotRequested`.
   *
   * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
   * @example
   * ```ts
   * import type { PartnerCenterClient, Qualification } from '@vetted/client';
   *
   * export function decisionToday(client: PartnerCenterClient, customerId: string): Promise<Qualification> {
   *   const abortSignal = AbortSignal.timeout(24 * 60 * 60 * 1000);
   *   return client.customers.byId(customerId).qualification.waitForDecision('Education', { abortSignal });
   * }
   * ```
   */
  waitForDecision(
    qualification: QualificationName | (string & {}),
    options?: WaitForDecisionOptions,
  ): QualificationPoller;
}

/** `decisions` is absent where the service has no stream of events, or nobody is to wait. */
export function qualificationOperations(
  send: Send,
  customerId: string,
  decisions?: DecisionWatch,
): QualificationOperations {
  const path = resourcePath(paths.qualifications, { customerId });
  // No spread objects here: whoever asks about a customer makes this anew for each call.
  const operations: QualificationOperations = {
    getQualifications: (options = {}) =>
      send(
        { operation: 'QualificationOperations.getQualifications', method: 'GET', path, read: readQualifications },
        options,
      ),
    createQualifications: (request, options = {}) =>
      send(
        {
          operation: 'QualificationOperations.createQualifications',
          method: 'POST',
          path,
          body: request,
          read: readQualification,
        },
        options,
      ),
    beginCreateQualifications: (request, options = {}) => pollRequest(customer(), request, options),
    waitForDecision: (qualification, options = {}) => pollEarlierRequest(customer(), qualification, options),
  };
  const customer = () => ({ customerId, decisions, ...operations });
  return operations;
}
