import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { headers } from '@vetted/contract';

/** The query parameters whose values logs, errors and traces show. Others may hold a name that was searched for. */
export const shownParameters: ReadonlySet<string> = new Set(['size', 'seekOperation', 'status', 'qualification']);

/** An address without the values of its query that must not be shown. */
export function shownUrl(url: string): string {
  if (!url.includes('?')) return url;
  const shown = new URL(url);
  for (const name of new Set(shown.searchParams.keys())) {
    if (!shownParameters.has(name)) shown.searchParams.set(name, 'REDACTED');
  }
  return shown.href;
}

/**
 * A request as an error may hold it: a new one, since on the one that was sent hang the token, the body, the proxy's
 * password and, through the agent, connections with the headers of other requests.
 */
export function shownRequest(request: PipelineRequest): PipelineRequest {
  const shown = createHttpHeaders(request.headers.toJSON({ preserveCase: true }));
  shown.delete('Authorization');
  shown.delete(headers.continuationToken);
  return createPipelineRequest({
    url: shownUrl(request.url),
    method: request.method,
    headers: shown,
    timeout: request.timeout,
    requestId: request.requestId,
    allowInsecureConnection: request.allowInsecureConnection ?? false,
  });
}

/** The answer to a request as an error may hold it. */
export function shownResponse(response: PipelineResponse, request: PipelineRequest, body: boolean): PipelineResponse {
  const { status, headers: answered, bodyAsText } = response;
  return { status, headers: answered, request, ...(body && bodyAsText !== undefined ? { bodyAsText } : {}) };
}
