import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient, useSettings } from './session-context.js';

/** How often what is told relative to now is told anew. */
const TICK_IN_MS = 30_000;

/** The service's time, in milliseconds: this machine's, but for a sandbox, whose clock can be moved. */
export function useNow(): number {
  const client = useClient();
  const { sandbox } = useSettings();
  const { data: offset = 0 } = useQuery({
    queryKey: ['clock'],
    queryFn: async ({ signal }) => {
      const { now } = await client.sandbox.getClock({ abortSignal: signal });
      return Date.parse(now) - Date.now();
    },
    enabled: sandbox !== undefined,
  });
  const [now, setNow] = useState(() => Date.now() + offset);
  useEffect(() => {
    const tell = () => setNow(Date.now() + offset);
    tell();
    const timer = setInterval(tell, TICK_IN_MS);
    return () => clearInterval(timer);
  }, [offset]);
  return now;
}
