import {
  type PipelinePolicy,
  type RetryInformation,
  type RetryModifiers,
  retryPolicy,
} from '@azure/core-rest-pipeline';
import { isPartnerCenterError } from '../errors.js';
import type { RetryOptions } from '../options.js';
import { retryAfterInMs } from './retry-after.js';

/** What a connection fails with when another try may succeed; a bad certificate, for one, is not among them. */
const passingFailures: ReadonlySet<string | undefined> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'PARSE_ERROR',
  'REQUEST_SEND_ERROR',
]);

/**
 * Tries a failed call again. Core's own strategies would wait for any `Retry-After`, however long, and would not try
 * again after a 429 without one; hence a strategy of our own in core's policy.
 */
export function callRetryPolicy(options: Required<RetryOptions>): PipelinePolicy {
  return retryPolicy([{ name: 'callRetryStrategy', retry: (state) => nextTry(state, options) }], {
    maxRetries: options.maxRetries,
  });
}

function nextTry(state: RetryInformation, options: Required<RetryOptions>): RetryModifiers {
  const { response, responseError, retryCount } = state;
  if (response === undefined ? !passingFailures.has(responseError?.code) : !isPassingStatus(response.status)) {
    return { skipStrategy: true };
  }
  const asked = response === undefined ? undefined : retryAfterInMs(response.headers);
  if (asked === undefined) return { retryAfterInMs: backOff(retryCount, options) };
  return asked > options.maxRetryDelayInMs ? { skipStrategy: true } : { retryAfterInMs: asked };
}

/** Whether what a call rejected with may be over at another time. */
export function isPassingFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isPartnerCenterError(error) && error.statusCode !== undefined) return isPassingStatus(error.statusCode);
  return passingFailures.has((error as { code?: string }).code) || isPassingFailure(error.cause);
}

function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Doubles with every try; half of it is random, so that callers that failed together do not return together. */
export function backOff(retryCount: number, options: Required<RetryOptions>): number {
  const longest = Math.min(options.maxRetryDelayInMs, options.retryDelayInMs * 2 ** retryCount);
  return (longest / 2) * (1 + Math.random());
}
