import type { QueryClient } from '@tanstack/react-query';

/** By this the requests that this tab has made are found in the mutations' cache. */
export const OWN_REQUEST = ['request-qualification'];

/** What is kept of such a request: the stream tells of it, too. */
export interface OwnRequest {
  readonly correlationId: string;
}

/** Whether a change is one that this tab has asked for, and told the person of. */
export function isOwnRequest(queries: QueryClient, correlationId: string): boolean {
  const requests = queries.getMutationCache().findAll({ mutationKey: OWN_REQUEST });
  return requests.some(({ state }) => (state.variables as OwnRequest | undefined)?.correlationId === correlationId);
}

/** Has everything fetched again that a change of the customer's qualifications can have changed, where it is shown. */
export async function refreshCustomer(queries: QueryClient, customerId: string): Promise<void> {
  const ofCustomer = ['qualifications', 'progress', 'history', 'preflight'].map((name) => [name, customerId]);
  // A sandbox's clock is moved to have something happen.
  const ofPartner = ['customers', 'summary', 'attention', 'validation-codes', 'clock'].map((name) => [name]);
  await Promise.all([...ofCustomer, ...ofPartner].map((queryKey) => queries.invalidateQueries({ queryKey })));
}
