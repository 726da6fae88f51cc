import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { headers } from '@vetted/contract';

/**
 * Gives a call its `MS-RequestId` and its `MS-CorrelationId`. It stands before the retries, so that all tries of one
 * call carry the same ids.
 */
export function requestIdsPolicy(correlationId: string | undefined): PipelinePolicy {
  return {
    name: 'requestIdsPolicy',
    sendRequest(request, next) {
      request.headers.set(headers.requestId, request.requestId);
      if (!request.headers.has(headers.correlationId)) {
        request.headers.set(headers.correlationId, correlationId ?? crypto.randomUUID());
      }
      return next(request);
    },
  };
}
