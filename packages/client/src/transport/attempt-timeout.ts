import {
  isRestError,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { onAbort } from '../wait.js';

/**
 * Ends a try that takes longer than `request.timeout`, up to the end of the answer's body; for a stream of events, up to
 * its headers. Core's own timer would stop at the headers, look like an abort by the caller, and run on after a try that
 * failed, so that a program could not end before it.
 */
export function attemptTimeoutPolicy(): PipelinePolicy {
  // Controllers of tries that nobody could abort any more, for later ones: to make one costs a few per cent of a call.
  const unused: AbortController[] = [];
  return {
    name: 'attemptTimeoutPolicy',
    async sendRequest(request, next) {
      const { timeout, abortSignal } = request;
      const controller = unused.pop() ?? new AbortController();
      const release = onAbort(abortSignal, () => controller.abort());
      let isOver = false;
      const timer = setTimeout(() => {
        isOver = true;
        controller.abort();
      }, timeout);
      try {
        const response = await next(within(request, 0, controller.signal));
        // The caller's signal ends a stream for as long as it goes on.
        if (isEventStream(response)) return response;
        release();
        if (!controller.signal.aborted) unused.push(controller);
        return response;
      } catch (error) {
        release();
        if (!isOver) throw isBroken(error) ? brokenWithin(request) : error;
        const message = `There was no complete answer within ${timeout} ms.`;
        throw new RestError(message, { code: 'ETIMEDOUT', request });
      } finally {
        clearTimeout(timer);
        within(request, timeout, abortSignal);
      }
    },
  };
}

function within(
  request: PipelineRequest,
  timeout: number,
  abortSignal: PipelineRequest['abortSignal'],
): PipelineRequest {
  return Object.assign(request, { timeout, abortSignal });
}

/** Whether the body is one that goes on for as long as it is read. */
function isEventStream({ request, status }: PipelineResponse): boolean {
  return request.enableBrowserStreams === true && status === 200;
}

/** Whether the connection ended before the answer was whole, which core takes for a body that cannot be read. */
function isBroken(error: unknown): boolean {
  return isRestError(error) && error.code === RestError.PARSE_ERROR;
}

function brokenWithin(request: PipelineRequest): RestError {
  return new RestError('The connection broke within the answer.', { code: 'ECONNRESET', request });
}
