import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { headers } from '@vetted/contract';

/**
 * The answer of a call, as `onResponse` is told it. It is what the service sent: the body may hold personal data.
 *
 * @see https://learn.microsoft.com/partner-center/developer/headers
 * @example
 * ```ts
 * import type { CallResponse, PartnerCenterClientOptions } from '@vetted/client';
 *
 * const note = ({ method, path, statusCode, requestId, correlationId }: CallResponse) =>
 *   console.log(method, path, statusCode, `MS-RequestId ${requestId} MS-CorrelationId ${correlationId}`);
 * export const options: PartnerCenterClientOptions = { onResponse: note };
 * ```
 */
export interface CallResponse {
  /** The HTTP method of the call. */
  readonly method: string;
  /** The path of the call, without its query: that may hold a customer's name. */
  readonly path: string;
  /** The HTTP status of the answer. */
  readonly statusCode: number;
  /** The headers of the answer, by their lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** `MS-RequestId` of the answer, else the one sent. */
  readonly requestId: string | undefined;
  /** `MS-CorrelationId` of the answer, else the one sent. */
  readonly correlationId: string | undefined;
  /**
   * Whether the token's user has passed multi-factor authentication, where the call asked with `validateMfa`; undefined
   * where the service does not say.
   */
  readonly isMfaCompliant: boolean | undefined;
  /** The body as it arrived; undefined where the answer is a stream of events. */
  readonly bodyAsText: string | undefined;
}

/** What `onResponse` is told of an answer. */
export function callResponseOf(response: PipelineResponse): CallResponse {
  const { request } = response;
  return {
    method: request.method,
    path: new URL(request.url).pathname,
    statusCode: response.status,
    headers: response.headers.toJSON(),
    requestId: response.headers.get(headers.requestId) ?? request.headers.get(headers.requestId),
    correlationId: response.headers.get(headers.correlationId) ?? request.headers.get(headers.correlationId),
    isMfaCompliant: truthOf(response.headers.get(headers.isMfaCompliant)),
    bodyAsText: response.bodyAsText ?? undefined,
  };
}

function truthOf(text: string | undefined): boolean | undefined {
  const told = text?.toLowerCase();
  return told === 'true' ? true : told === 'false' ? false : undefined;
}
