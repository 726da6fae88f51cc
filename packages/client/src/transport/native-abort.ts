import type { AbortSignalLike } from '@azure/abort-controller';
import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from '@azure/core-rest-pipeline';
import { onAbort } from '../wait.js';

/**
 * Gives a call an `AbortSignal` of the platform for as long as it lasts. Core's HTTP client does it for one try, and what
 * it leaves on the request hears nothing of the caller's signal any more: neither a wait nor a body would end by it.
 */
export function nativeAbortPolicy(): PipelinePolicy {
  return {
    name: 'nativeAbortPolicy',
    sendRequest(request, next) {
      const signal = request.abortSignal;
      return signal === undefined || signal instanceof AbortSignal
        ? next(request)
        : sendUnderNative(request, signal, next);
    },
  };
}

async function sendUnderNative(
  request: PipelineRequest,
  signal: AbortSignalLike,
  next: SendRequest,
): Promise<PipelineResponse> {
  const controller = new AbortController();
  const release = onAbort(signal, () => controller.abort());
  request.abortSignal = controller.signal;
  try {
    return await next(request);
  } finally {
    release();
  }
}
