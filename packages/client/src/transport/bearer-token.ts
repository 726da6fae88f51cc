import { AbortError, type AbortSignalLike } from '@azure/abort-controller';
import type { AccessToken } from '@azure/core-auth';
import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
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
 */
export function bearerTokenPolicy(tokens: TokenCache): PipelinePolicy {
  const renewed = new WeakSet<PipelineRequest>();
  return {
    name: 'bearerTokenPolicy',
    async sendRequest(request, next) {
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

/** What comes of a token that is asked for, as long as the caller waits for it. */
function granted<T>(token: Promise<T>, abortSignal: AbortSignalLike | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AbortError('The operation was aborted.'));
    if (abortSignal?.aborted) abort();
    abortSignal?.addEventListener('abort', abort);
    // Also where nobody waits any more, so that the failure of a token is never an unhandled one.
    token
      .then(resolve, (reason: unknown) => reject(new CredentialFailure(reason)))
      .finally(() => abortSignal?.removeEventListener('abort', abort));
  });
}
