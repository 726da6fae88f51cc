import { Refusal } from '../domain/refusal.js';

/** A turn of the event loop begins no request after so long: others wait meanwhile, those too that are to be refused. */
const TURN_IN_MS = 10;
/** A burst is served whole as long as its last request waits no longer. */
const BURST_IN_MS = 2_000;
/** How long requests are held without a break before it is no burst any more. */
const PATIENCE_IN_MS = 2_000;
/** How long the last request waits where it is none. */
const STANDING_IN_MS = 500;
/** A bound for memory. */
const MOST_HELD = 10_000;
/** Begun in one turn at most: making ready more than that would be in vain where each takes its time. */
const MOST_A_TURN = 200;
/** Turns without a request after which all that has come is read: a connection is accepted in one, read in the next. */
const QUIET_TURNS = 2;
/** What a request costs is measured anew so often. */
const MEASURE_IN_MS = 500;

/** What there is to know of a request that may be held. */
interface Arrival {
  readonly raw: { readonly socket: { readonly destroyed: boolean } };
  /** What is vital is neither held nor refused. */
  readonly routeOptions: { readonly config: { readonly isVital?: boolean } };
}

/** Goes on with a request, or refuses it. */
type Go = (refusal?: Refusal) => void;

interface Measuring {
  readonly began: number;
  readonly cpu: number;
  served: number;
}

export interface OverloadOptions {
  /** Milliseconds of a clock that only goes on. Default the machine's. */
  readonly now?: () => number;
  /** Milliseconds for which this process has computed. Default the machine's count. */
  readonly cpu?: () => number;
  /** Hears when requests begin to be refused, and when no longer. */
  readonly onChange: (isOver: boolean) => void;
}

/**
 * Admits what can be done in good time. The event loop reads all requests that have come before it does anything else, so
 * without this each turn would last the longer the more there are, and whoever is refused would have waited for the others.
 * Here a turn begins requests for a few milliseconds and holds the rest, in the order in which they came; what would wait
 * too long in that queue is refused at once. How long that is follows from what a request has cost this process of the
 * processor's time: one that others starve, or that waits for its disk, holds its few requests and refuses none.
 * `@fastify/under-pressure` looks at the delay of the second before: it begins to refuse when all wait already, and then
 * refuses for a second those that could be answered.
 */
export class Overload {
  readonly #now: () => number;
  readonly #cpu: () => number;
  readonly #onChange: (isOver: boolean) => void;
  readonly #busy = new Refusal('ServiceUnavailable');
  readonly #held: { readonly arrival: Arrival; readonly go: Go }[] = [];
  #turnBegan: number | undefined;
  /** Since when what has come is read and nothing begun. */
  #readingSince: number | undefined;
  #quietTurns = 0;
  /** Since when somebody has been held. */
  #heldSince = 0;
  #measuring: Measuring = { began: 0, cpu: 0, served: 0 };
  /** What one request costs, as far as is known. */
  #costInMs = 0;
  #isOver = false;

  constructor({ now = () => performance.now(), cpu = ownCpuTime, onChange }: OverloadOptions) {
    this.#now = now;
    this.#cpu = cpu;
    this.#onChange = onChange;
  }

  /** Goes on with a request at once or later, or refuses it at once. */
  admit(arrival: Arrival, go: Go): void {
    const now = this.#now();
    if (this.#fitsTurn(now) || arrival.routeOptions.config.isVital) go();
    else if (this.#isFull(now)) this.#refuse(go);
    else this.#hold(arrival, go, now);
  }

  #fitsTurn(now: number): boolean {
    this.#quietTurns = 0;
    if (this.#readingSince !== undefined || this.#held.length > 0) return false;
    if (this.#turnBegan === undefined) {
      this.#turnBegan = now;
      setImmediate(this.#endTurn);
    }
    return now - this.#turnBegan < TURN_IN_MS;
  }

  #isFull(now: number): boolean {
    const { length } = this.#held;
    if (length === 0) return false;
    const limit = now - this.#heldSince < PATIENCE_IN_MS ? BURST_IN_MS : STANDING_IN_MS;
    return length >= MOST_HELD || length * this.#costInMs > limit;
  }

  #hold(arrival: Arrival, go: Go, now: number): void {
    if (this.#held.length === 0) {
      this.#heldSince = now;
      this.#costInMs = 0;
      this.#measuring = { began: now, cpu: this.#cpu(), served: 0 };
    }
    this.#held.push({ arrival, go });
  }

  readonly #endTurn = (): void => {
    const now = this.#now();
    const wasLong = now - (this.#turnBegan ?? now) >= TURN_IN_MS;
    this.#turnBegan = undefined;
    if (wasLong) {
      this.#readingSince = now;
      setImmediate(this.#read);
    } else this.#beginTurn();
  };

  /**
   * After a long turn, all that has come meanwhile is read before anything is begun, to hold or refuse it. Node.js accepts
   * one connection in a turn, so that otherwise new connections would wait for each other's work where nobody sees them.
   */
  readonly #read = (): void => {
    this.#quietTurns += 1;
    if (this.#quietTurns <= QUIET_TURNS && this.#now() - (this.#readingSince ?? 0) < TURN_IN_MS)
      setImmediate(this.#read);
    else {
      this.#readingSince = undefined;
      this.#beginTurn();
    }
  };

  #beginTurn(): void {
    if (this.#held.length === 0) {
      this.#change(false);
      return;
    }
    this.#measure();
    // Each in an immediate of its own: all that a request does before it waits for anything is done before the next begins.
    for (let count = Math.min(this.#held.length, MOST_A_TURN); count > 0; count -= 1) setImmediate(this.#beginHeld);
    setImmediate(this.#endTurn);
  }

  readonly #beginHeld = (): void => {
    const now = this.#now();
    this.#turnBegan ??= now;
    if (now - this.#turnBegan >= TURN_IN_MS) return;
    const first = this.#held.shift();
    if (first === undefined) return;
    // Nobody reads the answer of a caller that has gone.
    if (first.arrival.raw.socket.destroyed) first.go(this.#busy);
    else {
      this.#measuring.served += 1;
      first.go();
    }
  };

  #measure(): void {
    const { began, cpu, served } = this.#measuring;
    if (served === 0) return;
    const [now, cpuNow] = [this.#now(), this.#cpu()];
    this.#costInMs = (cpuNow - cpu) / served;
    if (now - began > MEASURE_IN_MS) this.#measuring = { began: now, cpu: cpuNow, served: 0 };
  }

  #refuse(go: Go): void {
    this.#change(true);
    go(this.#busy);
  }

  #change(isOver: boolean): void {
    if (isOver === this.#isOver) return;
    this.#isOver = isOver;
    this.#onChange(isOver);
  }
}

function ownCpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
