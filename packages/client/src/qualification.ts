import { paths } from '@vetted/contract';
import { readQualification, readQualifications } from './answers.js';
import type { Qualification, QualificationRequest } from './models.js';
import type { OperationOptions } from './options.js';
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
   * {@link getQualifications} for the outcome later. The request is sent as it stands.
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
}

export function qualificationOperations(send: Send, customerId: string): QualificationOperations {
  const path = resourcePath(paths.qualifications, { customerId });
  return {
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
  };
}
