import { onlineManager, type Query, type QueryClient } from '@tanstack/react-query';
import { isPartnerCenterError } from '@vetted/client';
import { useSyncExternalStore } from 'react';

/** How the page stands to the service. */
export type Connection = 'connected' | 'offline' | 'unreachable';

/** Whether the service is reached, as the browser says and as the last answers show. */
export function useConnection(queries: QueryClient): Connection {
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  const cache = queries.getQueryCache();
  const isReached = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => !cache.getAll().some(failedToReach),
  );
  if (!isOnline) return 'offline';
  return isReached ? 'connected' : 'unreachable';
}

/** Of what is shown: what nobody looks at any more may have failed long ago. */
function failedToReach(query: Query): boolean {
  const { error } = query.state;
  return query.isActive() && isPartnerCenterError(error) && error.statusCode === undefined;
}
