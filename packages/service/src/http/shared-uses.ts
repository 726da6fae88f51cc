import { setTimeout } from 'node:timers/promises';
import type { ThrottleLedger, ThrottleUse } from '../domain/throttle.js';

/** A request waits no longer than this to hear what other processes let through: as long as for any connection. */
const WAIT_LIMIT_IN_MS = 5_000;
/** PostgreSQL takes 65,535 parameters a statement, and each use has five. */
const MAX_USES_A_STATEMENT = 1_000;
/** Periods that pass between two sweeps of the ledger. */
const SWEEP_EVERY = 6;

interface Waiting {
  readonly use: ThrottleUse;
  readonly resolve: (total: number | undefined) => void;
}

/**
 * Tells other processes what this one lets through. One statement runs at a time, with all that has come up during the
 * one before, so that the busiest partner costs the database no more than a statement's time allows.
 */
export class SharedUses {
  readonly #ledger: ThrottleLedger;
  readonly #onError: (error: unknown) => void;
  readonly #waiting: Waiting[] = [];
  #running = false;
  #sweptAt = 0;

  constructor(ledger: ThrottleLedger, onError: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#onError = onError;
  }

  /** Adds a use. Resolves to what all processes have used together, to undefined where the database does not say in time. */
  add(use: ThrottleUse): Promise<number | undefined> {
    const given = new AbortController();
    const told = new Promise<number | undefined>((resolve) => {
      this.#waiting.push({ use, resolve });
    }).finally(() => given.abort());
    if (!this.#running) void this.#run();
    const late = setTimeout(WAIT_LIMIT_IN_MS, undefined, { signal: given.signal }).catch(() => told);
    return Promise.race([told, late]);
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_USES_A_STATEMENT);
      await this.#sweep(batch[0]?.use.period ?? 0);
      const totals = await this.#tell(batch.map(({ use }) => use));
      for (const [index, { resolve }] of batch.entries()) resolve(totals[index]);
    }
    this.#running = false;
  }

  async #tell(uses: readonly ThrottleUse[]): Promise<readonly (number | undefined)[]> {
    try {
      return await this.#ledger.add(uses);
    } catch (error) {
      this.#onError(error);
      return [];
    }
  }

  async #sweep(period: number): Promise<void> {
    if (period < this.#sweptAt + SWEEP_EVERY) return;
    this.#sweptAt = period;
    try {
      await this.#ledger.forget(period - 1);
    } catch (error) {
      this.#onError(error);
    }
  }
}
