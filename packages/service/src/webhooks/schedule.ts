const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Before each of the ten attempts; 75 hours and a half in all. */
const delays: readonly number[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** The share of a delay that chance may add, so that what failed together does not come again together. */
const JITTER = 0.1;

/**
 * Milliseconds from one attempt's failure to the next attempt, or undefined if there is to be none.
 * @param attempt how many attempts have failed: 1 to 10, and 0 before the first
 * @param random gives numbers from 0 up to 1
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
 */
export function retryDelayInMs(attempt: number, random: () => number = Math.random): number | undefined {
  const delay = delays[attempt];
  return delay === undefined ? undefined : Math.round(delay * (1 + JITTER * random()));
}
