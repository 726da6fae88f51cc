import { AbortError, type AbortSignalLike } from '@azure/abort-controller';
import { type PipelinePolicy, type PipelineRequest, RestError } from '@azure/core-rest-pipeline';

/**
 * Ends a try that takes longer than `request.timeout`. Core's own timer stops at the answer's headers and looks like an
 * abort by the caller; this one holds until the body is read, and a try that it ends can be tried again.
 */
export function attemptTimeoutPolicy(): PipelinePolicy {
  return {
    name: 'attemptTimeoutPolicy',
    async sendRequest(request, next) {
      if (request.abortSignal?.aborted) throw new AbortError('The operation was aborted.');
      const attempt = new AbortController();
      const limit = request.timeout;
      const callers = request.abortSignal;
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        attempt.abort();
      }, limit);
      const abort = () => attempt.abort();
      callers?.addEventListener('abort', abort);
      setLimits(request, attempt.signal, 0);
      try {
        return await next(request);
      } catch (error) {
        if (!timedOut) throw error;
        throw new RestError(`There was no complete answer within ${limit} ms.`, { code: 'ETIMEDOUT', request });
      } finally {
        clearTimeout(timer);
        callers?.removeEventListener('abort', abort);
        setLimits(request, callers, limit);
      }
    },
  };
}

type Limits = { abortSignal?: AbortSignalLike | undefined; timeout: number };

function setLimits(request: PipelineRequest, abortSignal: AbortSignalLike | undefined, timeout: number): void {
  const limits: Limits = request;
  limits.abortSignal = abortSignal;
  limits.timeout = timeout;
}
