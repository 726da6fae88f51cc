import type { AbortSignalLike } from '@azure/abort-controller';
import type { AccessToken } from '@azure/core-auth';
import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
import { abortable } from '../wait.js';
import { demandedClaims } from './claims-challenge.js';
import { logger } from './logger.js';
import type { TokenCache } from './token-cache.js';

/** Carries a credential's error past the retries, which would take some for a failed connection of the service's. */
export class CredentialFailure {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/**
 * Authorises every try. A call whose token is refused is sent once more with another token; the retries, which stand
 * outside, see one try. Core's policy refuses http outright; a service on this machine needs it, and the client has
 * checked its base URL already.
 *
 * @param tokenless The requests that go without a token.
 */
export function bearerTokenPolicy(tokens: TokenCache, tokenless: WeakSet<PipelineRequest>): PipelinePolicy {
  const renewed = new WeakSet<PipelineRequest>();
  return {
    name: 'bearerTokenPolicy',
    async sendRequest(request, next) {
      if (tokenless.has(request)) return next(request);
      const found = tokens.get();
      const token = found instanceof Promise ? await granted(found, request.abortSignal) : found;
      authorize(request, token);
      const response = await next(request);
      if (response.status !== 401 || renewed.has(request)) return response;
      renewed.add(request);
      const another = await granted(tokens.insteadOf(token, demandedClaims(response.headers)), request.abortSignal);
      if (another === undefined) return response;
      logger.info('The access token was refused. Sending the request again with another one:', request.requestId);
      authorize(request, another);
      return next(request);
    },
  };
}

function authorize(request: PipelineRequest, token: AccessToken): void {
  request.headers.set('Authorization', `Bearer ${token.token}`);
}

/** The outcome for one who waits for it no longer than until the signal is aborted. */
function granted<T>(token: Promise<T>, abortSignal: AbortSignalLike | undefined): Promise<T> {
  const failing = token.catch((reason: unknown) => {
    throw new CredentialFailure(reason);
  });
  return abortable(failing, abortSignal);
}
