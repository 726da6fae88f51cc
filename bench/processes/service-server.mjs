// The service as an operator runs it: its own process, no sandbox, a database, an issuer on the network, and its default
// options but for those that the run sets, and for limits of the throttle that no run reaches: it counts nevertheless.
import { startService } from '@vetted/service';
import { serveParent, usage } from '../child.mjs';

const NEVER = 1_000_000_000;
const throttle = { reads: NEVER, writes: NEVER, customerReads: NEVER, customerWrites: NEVER };
/** PostgreSQL needs one. */
const KEY = Buffer.alloc(32, 'bench').toString('base64');

/** @type {import('@vetted/service').RunningService | undefined} */
let service;

serveParent(
  {
    async start(/** @type {import('@vetted/service').ServiceOptions} */ options) {
      service = await startService({ port: 0, throttle, encryptionKeys: [KEY], ...options });
      return { port: Number(new URL(service.url).port), sandbox: service.sandbox };
    },
    usage,
  },
  () => service?.close(),
);
