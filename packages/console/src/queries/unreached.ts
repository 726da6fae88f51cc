import type { Query, QueryClient } from '@tanstack/react-query';
import { isPartnerCenterError } from '@vetted/client';

/** Of what is shown: what nobody looks at any more may have failed long ago. */
export function failedToReach(query: Query): boolean {
  return query.isActive() && isUnreached(query.state.error);
}

/** Asks again for what the service could not be reached for. */
export function retryUnreached(queries: QueryClient): Promise<void> {
  return queries.refetchQueries({ predicate: failedToReach });
}

/**
 * What a person is told of a query that failed: nothing where the service was not reached and what it answered before is
 * still shown, since the banner over the page says so once for all of them.
 */
export function failureOf({ data, error }: { readonly data: unknown; readonly error: Error | null }): Error | null {
  return data !== undefined && isUnreached(error) ? null : error;
}

/** Whether nothing answered. */
function isUnreached(error: unknown): boolean {
  return isPartnerCenterError(error) && error.statusCode === undefined;
}
