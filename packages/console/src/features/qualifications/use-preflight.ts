import { skipToken, useQuery } from '@tanstack/react-query';
import type { Preflight, QualificationRequest } from '@vetted/client';
import { useEffect, useState } from 'react';
import { useClient } from '../../session/session-context.js';

/** How long a person must have stopped typing before the service is asked. */
const DEBOUNCE_IN_MS = 300;

/** What the service would say to a request. */
export interface Check {
  /** What it was asked about: the request as it was a moment ago. */
  readonly asked: QualificationRequest | undefined;
  /** Absent until it is known, and where it could not be learned. */
  readonly preflight: Preflight | undefined;
  /** Why it could not be learned; null where it could, or is not known yet. */
  readonly error: Error | null;
  /** Whether it is about the request as it is now. */
  readonly isCurrent: boolean;
}

/**
 * Asks what a request would meet with, once a person has stopped changing it; an answer that nobody waits for any more
 * is aborted. The last answer about the same qualification stands until the next one.
 */
export function usePreflight(customerId: string, request: QualificationRequest | undefined): Check {
  const client = useClient();
  const asked = useDebounced(request);
  const { data, error, isPending, isPlaceholderData } = useQuery({
    queryKey: ['preflight', customerId, asked],
    queryFn:
      asked === undefined
        ? skipToken
        : ({ signal }) => client.vetting.preflight(customerId, asked, { abortSignal: signal }),
    staleTime: 0,
    gcTime: 0,
    // Offline it is to fail, not to wait: then a person may send without it.
    networkMode: 'always',
    placeholderData: (last: Preflight | undefined, lastQuery) =>
      qualificationIn(lastQuery?.queryKey) === asked?.qualification ? last : undefined,
  });
  const isAboutThis = asked?.qualification === request?.qualification;
  if (!isAboutThis) return { asked, preflight: undefined, error: null, isCurrent: false };
  return { asked, preflight: data, error, isCurrent: asked === request && !isPending && !isPlaceholderData };
}

function qualificationIn(queryKey: readonly unknown[] | undefined): string | undefined {
  return (queryKey?.[2] as QualificationRequest | undefined)?.qualification;
}

/** The value as it was before the latest run of changes, until these have ended. */
function useDebounced<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), DEBOUNCE_IN_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
