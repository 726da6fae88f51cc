import { useEffect, useState } from 'react';
import { useClockOffset } from '../../session/service-clock.js';

/** The whole seconds until a point in time by the service's clock, told anew each second; 0 once it is past, or undefined. */
export function useCountdown(until: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  const offset = useClockOffset();
  const left = until === undefined ? 0 : Math.max(0, Math.ceil((until - now - offset) / 1_000));
  const isCounting = left > 0;
  useEffect(() => {
    if (!isCounting) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isCounting]);
  return left;
}
