import { useQueryClient } from '@tanstack/react-query';
import type { QualificationChange } from '@vetted/client';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { refreshCustomers } from '../../queries/refresh-customers.js';
import { retryUnreached } from '../../queries/unreached.js';
import { useClient, useSession } from '../../session/session-context.js';
import { followChanges } from './follow-changes.js';
import { tellChanges } from './tell-changes.js';

/** Changes that come so soon after one another are taken together: a clock that is moved decides many requests at once. */
const GATHERED_FOR_IN_MS = 200;

/**
 * Keeps what is shown as it is at the service, while the tab is seen: a browser has six connections to a host, and one
 * tab in the background is not to hold one of them. What changed meanwhile is told when the tab is seen again.
 */
export function LiveUpdates() {
  const { state } = useSession();
  const isSeen = useSyncExternalStore(subscribe, () => document.visibilityState === 'visible');
  useChanges(isSeen && state.status === 'signed-in');
  return null;
}

function useChanges(isFollowing: boolean): void {
  const client = useClient();
  const queries = useQueryClient();
  const lastEventId = useRef<string>(undefined);
  useEffect(() => {
    if (!isFollowing) return;
    const leaving = new AbortController();
    const gathered = gather((changes) => {
      const customerIds = changes.map(({ customerId }) => customerId);
      void refreshCustomers(queries, customerIds);
      void tellChanges(changes, { client, queries });
    });
    void followChanges({
      client,
      abortSignal: leaving.signal,
      lastEventId: () => lastEventId.current,
      onOpen: (place) => {
        lastEventId.current = place;
        void retryUnreached(queries);
      },
      onChange: (change) => {
        lastEventId.current = change.id;
        gathered(change);
      },
    });
    return () => leaving.abort();
  }, [isFollowing, client, queries]);
}

/** Hands over what came within a short time in one go. */
function gather(handOver: (changes: readonly QualificationChange[]) => void) {
  let gathered: QualificationChange[] = [];
  return (change: QualificationChange) => {
    gathered.push(change);
    if (gathered.length > 1) return;
    setTimeout(() => {
      const changes = gathered;
      gathered = [];
      handOver(changes);
    }, GATHERED_FOR_IN_MS);
  };
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
