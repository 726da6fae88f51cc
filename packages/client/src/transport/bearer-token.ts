import { AbortError, type AbortSignalLike } from '@azure/abort-controller';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { TokenCache } from './token-cache.js';

/** Carries a credential's error past the retries, which would take some for a failed connection of the service's. */
export class CredentialFailure {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/**
 * Authorises every try. Core's policy refuses http outright; a service on this machine needs it, and the client has
 * checked its base URL already.
 */
export function bearerTokenPolicy(tokens: TokenCache): PipelinePolicy {
  return {
    name: 'bearerTokenPolicy',
    async sendRequest(request, next) {
      const found = tokens.get();
      const token = found instanceof Promise ? await granted(found, request.abortSignal) : found;
      request.headers.set('Authorization', `Bearer ${token.token}`);
      return next(request);
    },
  };
}

async function granted<T>(token: Promise<T>, abortSignal: AbortSignalLike | undefined): Promise<T> {
  const failing = token.catch((reason: unknown) => {
    throw new CredentialFailure(reason);
  });
  if (abortSignal === undefined) return failing;
  if (abortSignal.aborted) throw new AbortError('The operation was aborted.');
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(new AbortError('The operation was aborted.'));
    abortSignal.addEventListener('abort', abort);
    failing.then(resolve, reject).finally(() => abortSignal.removeEventListener('abort', abort));
  });
}
