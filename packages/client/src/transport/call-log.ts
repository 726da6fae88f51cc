import { logPolicy, type PipelinePolicy } from '@azure/core-rest-pipeline';
import type { AzureLogger } from '@azure/logger';
import { headers } from '@vetted/contract';
import { shownParameters, shownRequest } from './shown.js';

/**
 * Logs each try with its ids. Core's policy knows which headers to leave out, but prints the proxy's password, which hangs
 * on a request that was sent: it is handed another request to print.
 */
export function callLogPolicy({ info }: AzureLogger): PipelinePolicy {
  const core = logPolicy({
    logger: info,
    additionalAllowedHeaderNames: [headers.requestId, headers.correlationId],
    additionalAllowedQueryParameters: [...shownParameters],
  });
  return {
    name: 'callLogPolicy',
    sendRequest: (request, next) =>
      info.enabled ? core.sendRequest(shownRequest(request), () => next(request)) : next(request),
  };
}
