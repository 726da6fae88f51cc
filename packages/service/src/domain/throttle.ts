/** How many requests one period admits. */
export interface ThrottleLimits {
  /** GET and HEAD, of one partner. */
  readonly reads: number;
  /** All other requests of one partner. */
  readonly writes: number;
  /** GET and HEAD of one partner about one customer. */
  readonly customerReads: number;
  /** All other requests of one partner about one customer. */
  readonly customerWrites: number;
}

/** The period that limits count in. */
export const THROTTLE_PERIOD_IN_MS = 10_000;

/** Who used how much of what. */
export interface ThrottleUse {
  readonly partnerId: string;
  /** Empty where all requests of the partner count. */
  readonly customerId: string;
  readonly kind: 'read' | 'write';
  /** The number of the period, counted from 1970. */
  readonly period: number;
  readonly count: number;
}

/** Where the processes that share a database add up what they let through. */
export interface ThrottleLedger {
  /** Adds each use; gives for each what all processes together have used by now. */
  add(uses: readonly ThrottleUse[]): Promise<readonly number[]>;
  /** Forgets the periods before this one. */
  forget(before: number): Promise<void>;
}
