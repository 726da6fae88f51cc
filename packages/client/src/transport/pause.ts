import type { AbortSignalLike } from '@azure/abort-controller';
import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from '@azure/core-rest-pipeline';
import type { RetryOptions } from '../options.js';
import { Bell } from '../wait.js';
import { backOff } from './retry.js';
import { retryAfterInMs } from './retry-after.js';

/** Refusals are not counted: without a pause, the calls would go round without end or rest. */
const LEAST_PAUSE_IN_MS = 100;

/**
 * The pause that all calls of one run make together when the service answers 429 to one of them. Time is the machine's
 * running time, as its clock may be set meanwhile.
 */
export class Pause {
  readonly #retry: Required<RetryOptions>;
  readonly #onPause: () => void;
  #until = 0;
  /** Which pause was the last one. */
  #turn = 0;
  /** How many pauses have followed on one another, without an answer other than 429 between them. */
  #inRow = 0;

  /** @param onPause Hears of each pause, and of each time that one grows longer. */
  constructor(retry: Required<RetryOptions>, onPause: () => void) {
    this.#retry = retry;
    this.#onPause = onPause;
  }

  /** When the pause ends; undefined while there is none. */
  get until(): Date | undefined {
    const left = this.#left();
    return left > 0 ? new Date(Date.now() + left) : undefined;
  }

  /** Sends a request of the run once there is no pause, and again after each pause that it brings about itself. */
  async send(request: PipelineRequest, next: SendRequest): Promise<PipelineResponse> {
    for (;;) {
      await this.#over(request.abortSignal);
      const turn = this.#turn;
      const response = await next(request);
      if (response.status !== 429) {
        if (turn === this.#turn) this.#inRow = 0;
        return response;
      }
      if (!this.#begin(turn, response) || this.#retry.maxRetries === 0) return response;
    }
  }

  /** Whether there is to be a pause: not where the service asks for a longer one than the client is to wait. */
  #begin(turn: number, response: PipelineResponse): boolean {
    const asked = retryAfterInMs(response.headers);
    if (asked !== undefined && asked > this.#retry.maxRetryDelayInMs) return false;
    // Requests that were sent before the pause are refused one after the other: that is one refusal, not many.
    const isFirst = turn === this.#turn;
    if (isFirst) this.#turn += 1;
    // To come back at once is no pause.
    if (asked !== undefined && asked > 0) this.#extend(asked);
    else if (isFirst) this.#extend(backOff(this.#inRow, this.#retry));
    if (isFirst) this.#inRow += 1;
    return true;
  }

  #extend(ms: number): void {
    const until = performance.now() + Math.max(ms, LEAST_PAUSE_IN_MS);
    if (until <= this.#until) return;
    this.#until = until;
    this.#onPause();
  }

  /** Whole milliseconds, as timers have them. */
  #left(): number {
    return Math.round(this.#until - performance.now());
  }

  async #over(abortSignal: AbortSignalLike | undefined): Promise<void> {
    for (let left = this.#left(); left > 0; left = this.#left()) {
      await new Bell().wait(left, abortSignal);
    }
  }
}

/** Which requests belong to a run, and to which. */
export type Pauses = WeakMap<PipelineRequest, Pause>;

/** Stands inside the retries, which therefore neither see nor count a 429 after which the run has paused. */
export function pausePolicy(pauses: Pauses): PipelinePolicy {
  return {
    name: 'pausePolicy',
    sendRequest(request, next) {
      return pauses.get(request)?.send(request, next) ?? next(request);
    },
  };
}
