import { paths } from '@vetted/contract';
import { readObject } from './answers.js';
import type { DecisionWatch } from './decision-watch.js';
import type { Customer } from './models.js';
import type { OperationOptions } from './options.js';
import { type QualificationOperations, qualificationOperations } from './qualification.js';
import { refuseForeignId, resourcePath } from './resource-path.js';
import type { Send } from './transport/pipeline.js';

/** One customer, by its id: the .NET SDK's `ICustomer`. */
export interface CustomerOperations {
  /** The customer tenant id that was given to `byId`. */
  readonly id: string;

  /** The customer's qualifications. */
  readonly qualification: QualificationOperations;

  /**
   * Gets the customer, with App or App+User credentials.
   *
   * Rejects with a {@link PartnerCenterError}: 404 for a customer that is not the partner's.
   *
   * @see https://learn.microsoft.com/partner-center/developer/get-a-customer-by-id
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function nameOf(client: PartnerCenterClient, customerId: string): Promise<string> {
   *   const { companyProfile } = await client.customers.byId(customerId).get();
   *   return companyProfile.companyName;
   * }
   * ```
   */
  get(options?: OperationOptions): Promise<Customer>;
}

export function customerOperations(send: Send, id: string, decisions?: DecisionWatch): CustomerOperations {
  refuseForeignId('customerId', id);
  return {
    id,
    qualification: qualificationOperations(send, id, decisions),
    get: (options = {}) =>
      send(
        {
          operation: 'CustomerOperations.get',
          method: 'GET',
          path: resourcePath(paths.customer, { customerId: id }),
          read: readObject<Customer>,
        },
        options,
      ),
  };
}
