/** What the generator is told first. */
export interface Setting {
  readonly url: string;
  readonly token: string;
  /** Customers without a qualification: each is requested one once. */
  readonly customers: readonly string[];
}

/** What it is to send for a time. */
export interface Order {
  readonly milliseconds: number;
  /** So many callers, each of whom waits for its answer; or so many requests a second, whether or not any is answered. */
  readonly load: { readonly callers: number } | { readonly perSecond: number };
}

/** What came of an order. Times are in milliseconds. */
export interface Outcome {
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What the refused waited for their answer, beyond the time by which the generator itself was late to look. */
  readonly refused: { readonly median: number; readonly p99: number; readonly longest: number };
  /** What the others waited. */
  readonly served: { readonly median: number; readonly p99: number };
  /** By how much the generator was late. */
  readonly lateness: { readonly p99: number };
  /** When the last request was sent that was refused, counted from the beginning of the order. */
  readonly lastRefusal: number | undefined;
}

export const READY = 'ready';
