import {
  isPartnerCenterError,
  type PartnerCenterClient,
  type Preflight,
  type QualificationRequest,
} from '@vetted/client';

/**
 * What a request would meet with; undefined where the service offers no preflight, as Partner Center does not. Rejects as
 * the client does, with 404 for a customer that is not the partner's.
 */
export async function preflight(
  client: PartnerCenterClient,
  customerId: string,
  request: QualificationRequest,
): Promise<Preflight | undefined> {
  try {
    return await client.vetting.preflight(customerId, request);
  } catch (error) {
    if (!isPartnerCenterError(error) || error.statusCode !== 404) throw error;
    // What is not there, the customer or the route? A service that knows the customer has no preflight.
    await client.customers.byId(customerId).get();
    return undefined;
  }
}
