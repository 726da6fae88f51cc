import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { headers } from '@vetted/contract';
import { isPartnerCenterError } from '../errors.js';

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

/** What a log or a trace may tell of a failure: status and code, or its kind, but no text, which may be personal. */
export function shownFailure(error: unknown): { type: string; text: string } {
  if (!isPartnerCenterError(error)) {
    const name = error instanceof Error ? error.name : typeof error;
    return { type: name, text: name };
  }
  const { name, statusCode, code } = error;
  if (statusCode === undefined) return { type: code ?? name, text: code ?? name };
  const isRefusal = statusCode < 200 || statusCode >= 300;
  return {
    type: isRefusal ? String(statusCode) : (code ?? name),
    text: code === undefined ? String(statusCode) : `${statusCode} (${code})`,
  };
}
