import type { AbortSignalLike } from '@azure/abort-controller';
import { isPartnerCenterError, PartnerCenterError } from './errors.js';
import type { Qualification } from './models.js';
import { isSame, type PollerState, writeState } from './poller-state.js';
import type { Pace } from './polling-pace.js';
import type { QualificationOperationState, QualificationPoller } from './qualification-poller.js';
import { isPassingFailure } from './transport/retry.js';
import { abortable, Bell, onAbort, throwIfAborted } from './wait.js';

/** What a poller works with. */
export interface PollerWork {
  /** Whether there was a request: what does not show then does not show yet. */
  readonly isRequested: boolean;
  /** Sends the request; absent where it was made before. */
  readonly submit?: (() => Promise<Qualification>) | undefined;
  /** Looks. `asked` hears how long the service asks to stay away, if it does. */
  readonly look: (abortSignal: AbortSignal, asked: (ms: number) => void) => Promise<Qualification[]>;
  /** Rings when it is time to look; absent where nothing can tell. */
  readonly watch?: ((ring: () => void) => () => void) | undefined;
  readonly pace: Pace;
  /** Ends the waiting for good. */
  readonly abortSignal: AbortSignalLike | undefined;
}

/** The looks that all who wait share. */
interface Watching {
  readonly decision: Promise<Qualification>;
  readonly controller: AbortController;
  waiters: number;
}

export class DecisionPoller implements QualificationPoller {
  readonly [Symbol.toStringTag] = 'QualificationPoller';
  readonly #work: PollerWork;
  readonly #submitted: Promise<void>;
  readonly #callbacks = new Set<(state: QualificationOperationState) => void>();
  readonly #bell = new Bell();
  #state: PollerState;
  #isRequested: boolean;
  /** Whether this poller has reached the service. */
  #hasReached = false;
  /** Whether the service has told of a change that no look has seen yet. */
  #isTold = false;
  #watching: Watching | undefined;

  constructor(work: PollerWork, state: PollerState) {
    this.#work = work;
    this.#state = state;
    this.#isRequested = work.isRequested || state.seen !== undefined;
    this.#submitted = this.#submit();
    // Each call of the poller rejects with it; a program that makes none has chosen not to hear of it.
    this.#submitted.catch(() => {});
  }

  get isDone(): boolean {
    return this.result !== undefined;
  }

  get result(): Qualification | undefined {
    const { seen } = this.#state;
    return seen === undefined || isInReview(seen) ? undefined : seen;
  }

  get operationState(): QualificationOperationState | undefined {
    const { customerId, seen } = this.#state;
    if (seen === undefined) return undefined;
    const { result } = this;
    const status = result === undefined ? 'running' : 'succeeded';
    return { status, customerId, qualification: seen, ...(result === undefined ? {} : { result }) };
  }

  submitted(): Promise<void> {
    return this.#submitted;
  }

  async serialize(): Promise<string> {
    await this.#submitted;
    return writeState(this.#state);
  }

  onProgress(callback: (state: QualificationOperationState) => void): () => void {
    if (typeof callback !== 'function') throw new TypeError(`callback must be a function, not ${typeof callback}.`);
    // The same callback may be given twice.
    const own = (state: QualificationOperationState) => callback(state);
    this.#callbacks.add(own);
    return () => void this.#callbacks.delete(own);
  }

  async poll(options: { abortSignal?: AbortSignalLike } = {}): Promise<QualificationOperationState> {
    if (this.isDone) return this.#told();
    const controller = new AbortController();
    const releases = [options.abortSignal, this.#work.abortSignal].map((signal) =>
      onAbort(signal, () => controller.abort()),
    );
    try {
      throwIfAborted(controller.signal);
      await abortable(this.#submitted, controller.signal);
      return this.isDone ? this.#told() : await this.#look(controller.signal);
    } finally {
      for (const release of releases) release();
    }
  }

  async pollUntilDone({ abortSignal }: { abortSignal?: AbortSignalLike } = {}): Promise<Qualification> {
    if (this.result !== undefined) return this.result;
    throwIfAborted(abortSignal, this.#work.abortSignal);
    this.#watching ??= this.#startWatching();
    const watching = this.#watching;
    watching.waiters += 1;
    try {
      return await abortable(watching.decision, abortSignal);
    } finally {
      watching.waiters -= 1;
      if (watching.waiters === 0) {
        if (this.#watching === watching) this.#watching = undefined;
        watching.controller.abort();
      }
    }
  }

  // biome-ignore lint/suspicious/noThenProperty: A poller can be awaited, as those of @azure/core-lro can.
  then<A = Qualification, B = never>(
    onDone?: ((decided: Qualification) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.pollUntilDone().then(onDone, onFailed);
  }

  catch<B = never>(onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<Qualification | B> {
    return this.pollUntilDone().catch(onFailed);
  }

  finally(onEnd?: (() => void) | null): Promise<Qualification> {
    return this.pollUntilDone().finally(onEnd);
  }

  async #submit(): Promise<void> {
    if (this.#work.submit === undefined) return;
    const seen = await this.#work.submit();
    this.#state = { ...this.#state, seen };
    this.#hasReached = true;
    this.#work.pace.looked('new');
  }

  #startWatching(): Watching {
    const controller = new AbortController();
    const release = onAbort(this.#work.abortSignal, () => controller.abort());
    const decision = this.#untilDecided(controller.signal).finally(release);
    // Those who wait hear of it; once nobody does, there is nobody to tell.
    decision.catch(() => {});
    return { decision, controller, waiters: 0 };
  }

  async #untilDecided(signal: AbortSignal): Promise<Qualification> {
    await abortable(this.#submitted, signal);
    if (this.result !== undefined) return this.result;
    const leave = this.#work.watch?.(() => {
      this.#isTold = true;
      this.#bell.ring();
    });
    try {
      while (this.result === undefined) {
        await this.#bell.wait(this.#work.pace.leftInMs(), signal);
        if (this.result === undefined) await this.#lookOrGoOn(signal);
      }
      return this.result;
    } finally {
      leave?.();
    }
  }

  async #lookOrGoOn(signal: AbortSignal): Promise<void> {
    const isTold = this.#isTold;
    this.#isTold = false;
    try {
      await this.#look(signal);
    } catch (error) {
      if (signal.aborted || !this.#hasReached || !isPassingFailure(error)) throw error;
      const asked = isPartnerCenterError(error) ? error.retryAfterInMs : undefined;
      this.#isTold ||= isTold;
      if (this.#isTold) this.#work.pace.missed(asked);
      else this.#work.pace.looked('unchanged', asked);
    }
  }

  async #look(abortSignal: AbortSignal): Promise<QualificationOperationState> {
    let askedInMs = 0;
    const all = await this.#work.look(abortSignal, (ms) => {
      askedInMs = ms;
    });
    const found = all.find(({ qualification }) => isSame(qualification, this.#state.name));
    if (found === undefined && !this.#isRequested) throw notRequested(this.#state);
    const isNew = !this.#hasReached || JSON.stringify(found) !== JSON.stringify(this.#state.seen);
    this.#work.pace.looked(isNew ? 'new' : 'unchanged', askedInMs);
    this.#hasReached = true;
    this.#isRequested = true;
    this.#state = { ...this.#state, seen: found ?? this.#state.seen };
    // One who waits while another has looked.
    if (this.isDone) this.#bell.ring();
    const state = this.#told();
    for (const callback of [...this.#callbacks]) callback(state);
    return state;
  }

  #told(): QualificationOperationState {
    const state = this.operationState;
    if (state === undefined) throw notRequested(this.#state);
    return state;
  }
}

function isInReview({ vettingStatus }: Qualification): boolean {
  return vettingStatus !== undefined && isSame(vettingStatus, 'InReview');
}

function notRequested({ customerId, name }: PollerState): PartnerCenterError {
  const message = `Customer ${customerId} has no ${name} qualification, so there is no decision to wait for: request it first.`;
  return new PartnerCenterError(message, { code: 'NotRequested' });
}
