import { AbortError, type AbortSignalLike } from '@azure/abort-controller';
import { MAX_DELAY_IN_MS } from './options.js';

export function abortError(): AbortError {
  return new AbortError('The operation was aborted.');
}

export function throwIfAborted(...signals: readonly (AbortSignalLike | undefined)[]): void {
  if (signals.some((signal) => signal?.aborted)) throw abortError();
}

/** Calls back once when a signal is aborted, also where it was already. The answer takes it back. */
export function onAbort(signal: AbortSignalLike | undefined, callback: () => void): () => void {
  if (signal?.aborted) callback();
  else signal?.addEventListener('abort', callback);
  return () => signal?.removeEventListener('abort', callback);
}

/** The outcome of a promise, for one who waits for it no longer than until the signal is aborted. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let release = () => {};
  const aborted = new Promise<never>((_, reject) => {
    release = onAbort(signal, () => reject(abortError()));
  });
  return Promise.race([promise, aborted]).finally(release);
}

/** A wait that can be cut short. A ring while nobody waits cuts the next wait short. */
export class Bell {
  #isRung = false;
  #wake = (): void => {};

  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  /** Waits for the time, if there is any, or for a ring. Rejects with an AbortError as soon as the signal is aborted. */
  async wait(ms: number, signal: AbortSignalLike | undefined): Promise<void> {
    throwIfAborted(signal);
    if (!this.#isRung && ms > 0) await this.#ringOrTime(ms, signal);
    this.#isRung = false;
  }

  #ringOrTime(ms: number, signal: AbortSignalLike | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        release();
        this.#wake = () => {};
        settle();
      };
      const timer = setTimeout(() => end(resolve), Math.min(ms, MAX_DELAY_IN_MS));
      const release = onAbort(signal, () => end(() => reject(abortError())));
      this.#wake = () => end(resolve);
    });
  }
}
