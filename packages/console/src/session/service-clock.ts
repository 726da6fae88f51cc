import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient, useSettings } from './session-context.js';

/** How often what is told relative to now is told anew. */
const TICK_IN_MS = 30_000;

const KEY = ['clock'];

/** How far the service's clock is ahead of this machine's, in milliseconds: only a sandbox's is, which can be moved. */
export function useClockOffset(): number {
  const client = useClient();
  const { sandbox } = useSettings();
  const { data: offset = 0 } = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const { now } = await client.sandbox.getClock({ abortSignal: signal });
      return offsetOf(now);
    },
    enabled: sandbox !== undefined,
  });
  return offset;
}

/** Has the page go by the time that the service has told just now. */
export function useSetClock(): (now: string) => void {
  const queries = useQueryClient();
  return (now) => queries.setQueryData(KEY, offsetOf(now));
}

/** The service's time, in milliseconds. */
export function useNow(): number {
  const offset = useClockOffset();
  const [now, setNow] = useState(() => Date.now() + offset);
  useEffect(() => {
    const tell = () => setNow(Date.now() + offset);
    tell();
    const timer = setInterval(tell, TICK_IN_MS);
    return () => clearInterval(timer);
  }, [offset]);
  return now;
}

function offsetOf(now: string): number {
  return Date.parse(now) - Date.now();
}
