import type { LookupFunction } from 'node:net';
import { allowedAddresses, type Resolve, type WebhookMode } from './addresses.js';

/** What a socket calls to find its host: it connects to the very addresses that were checked, or not at all. */
export function guardedLookup(mode: WebhookMode, resolve: Resolve): LookupFunction {
  return (host, { all }, callback) => {
    allowedAddresses(host, mode, resolve).then(
      (addresses) => {
        const [first] = addresses;
        if (all || first === undefined) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}
