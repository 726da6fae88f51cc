import { type PipelinePolicy, type PipelineRequest, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { onAbort } from '../wait.js';
import { type BodyStream, textOf } from './body.js';

/** Every status: the answer is handed over at its headers, and this policy reads the body. */
export const everyStatus: Set<number> = new Set([Number.POSITIVE_INFINITY]);

/**
 * Ends a try that takes longer than `request.timeout`, up to the end of the answer's body; for a stream of events, up to
 * its headers. Core's own timer would stop at the headers, look like an abort by the caller, and run on after a try that
 * failed, so that a program could not end before it.
 */
export function attemptTimeoutPolicy(): PipelinePolicy {
  return {
    name: 'attemptTimeoutPolicy',
    async sendRequest(request, next) {
      const { timeout, abortSignal } = request;
      const controller = new AbortController();
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
        await readText(response);
        release();
        return response;
      } catch (error) {
        release();
        if (!isOver) throw error;
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

async function readText(response: PipelineResponse): Promise<void> {
  const stream = response.readableStreamBody;
  if (stream === undefined) return;
  response.bodyAsText = await textOf(stream as unknown as BodyStream);
  // Through its socket, the stream holds the request's headers, and an error holds the response.
  delete response.readableStreamBody;
}
