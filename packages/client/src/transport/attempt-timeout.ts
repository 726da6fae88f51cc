import { type PipelinePolicy, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { type BodyStream, textOf } from './body.js';

/** Every status: the answer is handed over at its headers, and this policy reads the body. */
export const everyStatus: Set<number> = new Set([Number.POSITIVE_INFINITY]);

/**
 * Ends a try that takes longer than `request.timeout`. On Node.js, core's own timer stops at the answer's headers and
 * looks like an abort by the caller; this policy reads the body under the same limit, and a try that was ended can be
 * tried again. (A signal of our own for every try would do as well, and cost a fifth of the calls per second.)
 */
export function attemptTimeoutPolicy(): PipelinePolicy {
  return {
    name: 'attemptTimeoutPolicy',
    async sendRequest(request, next) {
      const deadline = Date.now() + request.timeout;
      try {
        const response = await next(request);
        const stream = response.readableStreamBody;
        if (stream === undefined || isEventStream(response)) return response;
        return await withText(response, stream as unknown as BodyStream, deadline);
      } catch (error) {
        if (!isAbort(error) || request.abortSignal?.aborted) throw error;
        const message = `There was no complete answer within ${request.timeout} ms.`;
        throw new RestError(message, { code: 'ETIMEDOUT', request });
      }
    },
  };
}

/** Whether the body is one that goes on for as long as it is read. */
function isEventStream({ request, status }: PipelineResponse): boolean {
  return request.enableBrowserStreams === true && status === 200;
}

async function withText(response: PipelineResponse, stream: BodyStream, deadline: number): Promise<PipelineResponse> {
  response.bodyAsText = await textOf(stream, Math.max(1, deadline - Date.now()));
  // Through its socket, the stream holds the request's headers, and an error holds the response.
  delete response.readableStreamBody;
  return response;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
