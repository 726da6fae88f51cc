import { onlineManager } from '@tanstack/react-query';
import { isServiceReached } from '../session/service-reached.js';

/**
 * Has queries wait while the browser is offline, unless the service is reached all the same: it may run on this very
 * machine.
 */
export function followConnection(): void {
  onlineManager.setEventListener((setOnline) => {
    const onOnline = () => setOnline(true);
    const onOffline = async () => {
      setOnline(false);
      if (await isServiceReached()) setOnline(true);
    };
    window.addEventListener('online', onOnline);
    window.addEventListener('offline', onOffline);
    return () => {
      window.removeEventListener('online', onOnline);
      window.removeEventListener('offline', onOffline);
    };
  });
}
