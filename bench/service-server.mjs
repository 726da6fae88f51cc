// The service as an operator runs it: its own process, no sandbox, a database, an issuer on the network, and its default
// options but for those that the run sets.
import { startService } from '@vetted/service';
import { serveParent, usage } from './child.mjs';

/** @type {import('@vetted/service').RunningService | undefined} */
let service;

serveParent(
  {
    async start(/** @type {import('@vetted/service').ServiceOptions} */ options) {
      service = await startService({ port: 0, ...options });
      return { port: Number(new URL(service.url).port) };
    },
    usage,
  },
  () => service?.close(),
);
