import { type FaultDatum, type FaultName, faults } from '@vetted/contract';

/** A fault the caller gets: thrown by rules and services, written by the one error handler. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fault: FaultName;
  readonly data: readonly FaultDatum[];

  constructor(fault: FaultName, data: readonly FaultDatum[] = []) {
    super(faults[fault].description);
    this.fault = fault;
    this.data = data;
  }
}

/** What a path names by this parameter is not there. */
export function missing(name: string, reason: string): Refusal {
  return new Refusal('ResourceNotFound', [{ name, reason }]);
}

/** The store cannot be reached or does not answer in time; the caller may try again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The caller asked too often, and may ask again after this many seconds. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  readonly retryAfterInSeconds: number;

  constructor(retryAfterInSeconds: number) {
    super(`Rate limit is exceeded. Try again in ${retryAfterInSeconds} seconds.`);
    this.retryAfterInSeconds = retryAfterInSeconds;
  }
}
