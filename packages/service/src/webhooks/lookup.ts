import type { LookupFunction } from 'node:net';
import { allowedAddresses, type WebhookMode } from './addresses.js';
import type { Resolve } from './resolve.js';

/**
 * What a socket calls to find its host: it connects to the very addresses that were checked, or not at all.
 * @param signal says that the socket is given up
 */
export function guardedLookup(mode: WebhookMode, resolve: Resolve, signal: AbortSignal): LookupFunction {
  return (host, { all }, callback) => {
    allowedAddresses(host, mode, resolve, signal).then(
      (addresses) => {
        const [first] = addresses;
        if (all || first === undefined) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}
