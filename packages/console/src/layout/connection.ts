import { onlineManager, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { failedToReach, retryUnreached } from '../queries/unreached.js';
import { isServiceReached } from '../session/service-reached.js';

/** How often is looked whether the service is back. */
const LOOK_EVERY_MS = 5_000;

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

/** While the service is not reached, looks for it, and asks again for what failed as soon as it answers. */
export function useRecovery(queries: QueryClient): void {
  const isUnreachable = useConnection(queries) === 'unreachable';
  useEffect(() => {
    if (!isUnreachable) return;
    // The queries themselves would blink: what has no data forgets its error as soon as it is asked for again.
    const look = async () => {
      if (await isServiceReached()) await retryUnreached(queries);
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    window.addEventListener('online', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', look);
    };
  }, [isUnreachable, queries]);
}
