/** Upper bounds in seconds: from what SQLite answers in to what the limits of the database allow. */
export const bounds: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/**
 * How long something took, counted by buckets. prom-client's histogram takes a microsecond for an observation, a good
 * part of what a whole request takes; this one takes an addition, and the rest is done when somebody asks.
 */
export class Durations {
  /** One a bound, and one for what lies above all; each only for itself. */
  readonly #buckets = new Float64Array(bounds.length + 1);
  #sum = 0;

  observe(seconds: number): void {
    let bucket = 0;
    while (seconds > (bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#sum += seconds;
  }

  /** Seconds in all. */
  get sum(): number {
    return this.#sum;
  }

  /** How many took at most so long, for each of the bounds; the last number counts all. */
  cumulated(): readonly number[] {
    let count = 0;
    return Array.from(this.#buckets, (own) => {
      count += own;
      return count;
    });
  }
}
