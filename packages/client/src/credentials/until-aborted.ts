import { AbortError, type AbortSignalLike } from '@azure/abort-controller';

/** What `work` resolves with, unless the caller aborts first: then its waiting ends, and the work goes on for others. */
export function untilAborted<T>(work: () => Promise<T>, abortSignal: AbortSignalLike | undefined): Promise<T> {
  if (abortSignal === undefined) return work();
  if (abortSignal.aborted) return Promise.reject(new AbortError('The operation was aborted.'));
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(new AbortError('The operation was aborted.'));
    abortSignal.addEventListener('abort', abort);
    work()
      .then(resolve, reject)
      .finally(() => abortSignal.removeEventListener('abort', abort));
  });
}
