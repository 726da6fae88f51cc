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
