/** A turn of the event loop that takes longer has more requests in it than can be answered in good time. */
const LONG_TURN_IN_MS = 20;
/** How long turns are long before requests are refused: a burst passes by itself. */
const PATIENCE_IN_MS = 2_000;

export interface OverloadOptions {
  /** Milliseconds of a clock that only goes on. Default the machine's. */
  readonly now?: () => number;
  /** Hears when requests begin to be refused, and when no longer. */
  readonly onChange: (isOver: boolean) => void;
}

/**
 * Tells when more comes than can be done. Requests that have come wait in the system's buffers for their turn, which lasts
 * the longer the more there are; so how long the present one has lasted is how long the request at hand has waited, and
 * at the price of a clock. `@fastify/under-pressure` knows the mean delay of the second before: it begins to refuse when
 * all wait already, and refuses for the rest of a second those that could be answered.
 */
export class Overload {
  readonly #now: () => number;
  readonly #onChange: (isOver: boolean) => void;
  #turnBegan: number | undefined;
  /** Since when every turn has been long. */
  #longSince: number | undefined;
  #isOver = false;

  constructor({ now = () => performance.now(), onChange }: OverloadOptions) {
    this.#now = now;
    this.#onChange = onChange;
  }

  /** Whether a request that comes now is refused. To be asked at every request: the first of a turn begins it. */
  refuses(): boolean {
    const now = this.#now();
    if (this.#turnBegan === undefined) {
      this.#turnBegan = now;
      setImmediate(this.#endTurn);
      return false;
    }
    if (now - this.#turnBegan < LONG_TURN_IN_MS) return false;
    this.#longSince ??= this.#turnBegan;
    if (now - this.#longSince < PATIENCE_IN_MS) return false;
    this.#change(true);
    return true;
  }

  readonly #endTurn = (): void => {
    const wasLong = this.#now() - (this.#turnBegan ?? 0) >= LONG_TURN_IN_MS;
    this.#turnBegan = undefined;
    if (wasLong) return;
    this.#longSince = undefined;
    this.#change(false);
  };

  #change(isOver: boolean): void {
    if (isOver === this.#isOver) return;
    this.#isOver = isOver;
    this.#onChange(isOver);
  }
}
