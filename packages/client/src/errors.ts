import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';

/** What is known about a failed call. Everything is optional: a connection that fails has no status. */
export interface PartnerCenterErrorDetails {
  /** The HTTP status of the answer. */
  readonly statusCode?: number | undefined;
  /** The service's error code, or the system's for a connection (`ECONNREFUSED`). */
  readonly code?: string | undefined;
  /** The service's own text. */
  readonly description?: string | undefined;
  /** What the service adds to its text. */
  readonly data?: readonly unknown[] | undefined;
  /** The `MS-RequestId` of the call. */
  readonly requestId?: string | undefined;
  /** The `MS-CorrelationId` of the call. */
  readonly correlationId?: string | undefined;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterInMs?: number | undefined;
  /** The request, without what must not be shown. */
  readonly request?: PipelineRequest | undefined;
  /** The answer. */
  readonly response?: PipelineResponse | undefined;
  /** The error underneath. */
  readonly cause?: unknown;
}

const NAME = 'PartnerCenterError';

/**
 * The one error of a call that the service refused or that did not reach it.
 *
 * Tell it with {@link isPartnerCenterError}, which also knows an error of another copy of this package. An aborted call
 * rejects with an `AbortError` instead, and a credential that gives no token with that credential's own error.
 * Neither the error nor what hangs off it holds the access token, the request's body or what was searched for. It does
 * hold what the service said in refusing: that is what support needs.
 *
 * @see https://learn.microsoft.com/partner-center/developer/error-codes
 * @example
 * ```ts
 * import { isPartnerCenterError, type PartnerCenterClient } from '@vetted/client';
 *
 * export async function isKnown(client: PartnerCenterClient, customerId: string): Promise<boolean> {
 *   try {
 *     await client.customers.byId(customerId).get();
 *     return true;
 *   } catch (error) {
 *     if (isPartnerCenterError(error) && error.statusCode === 404) return false;
 *     throw error;
 *   }
 * }
 * ```
 */
export class PartnerCenterError extends Error {
  /** Always `PartnerCenterError`. */
  override readonly name = NAME;
  /** The HTTP status of the answer; undefined when there was none. */
  declare readonly statusCode: number | undefined;
  /**
   * The service's error code as text; the system's where the connection failed (`ECONNREFUSED`, `ETIMEDOUT`);
   * `InvalidResponse` where the answer was not what was asked for; `NotRequested` where a poller has nothing to wait for;
   * undefined where the service names none.
   */
  declare readonly code: string | undefined;
  /**
   * The service's own text; undefined where it sent none that a person can read. `message` always says something, and
   * names the members at fault where `data` does.
   */
  declare readonly description: string | undefined;
  /** What the service adds, such as the members at fault (`{ name, reason }`); empty where it adds nothing. */
  readonly data: readonly unknown[];
  /** `MS-RequestId` of the answer, else the one sent: what Microsoft's support asks for. */
  declare readonly requestId: string | undefined;
  /** `MS-CorrelationId` of the answer, else the one sent. */
  declare readonly correlationId: string | undefined;
  /** How long the service asks to wait before another try, in milliseconds; undefined where it does not say. */
  declare readonly retryAfterInMs: number | undefined;
  /** The request, without its access token, its body and the values of its query. Not enumerable. */
  declare readonly request: PipelineRequest | undefined;
  /** The answer, if there was one; without its body where the call succeeded. Not enumerable. */
  declare readonly response: PipelineResponse | undefined;

  /** The client makes these; a program makes one in its tests. */
  constructor(message: string, details: PartnerCenterErrorDetails = {}) {
    const { request, response, cause, data, ...told } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.data = data ?? [];
    for (const [name, value] of Object.entries(told)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
    Object.defineProperty(this, 'request', { value: request });
    Object.defineProperty(this, 'response', { value: response });
  }
}

/**
 * Whether something caught is a {@link PartnerCenterError}, told by its name: it also holds for an error of the
 * CommonJS copy of this package in a program that loads both.
 *
 * @example
 * ```ts
 * import { isPartnerCenterError } from '@vetted/client';
 *
 * export function explain(error: unknown): string {
 *   return isPartnerCenterError(error) ? `${error.message} (MS-CorrelationId ${error.correlationId})` : String(error);
 * }
 * ```
 */
export function isPartnerCenterError(error: unknown): error is PartnerCenterError {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === NAME;
}
