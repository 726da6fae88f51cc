import { Durations } from './durations.js';
import { RequestCounts } from './request-counts.js';

/** How often a token that was not known was looked at, and what came of it. */
export interface TokenCounts {
  verified: number;
  refused: number;
}

/** Attempts to deliver a webhook, by what came of them. */
export interface AttemptCounts {
  delivered: number;
  failed: number;
  gone: number;
}

/** Everything that is counted while the service works. Counting is an addition; asking for it is what costs. */
export class ServiceCounts {
  readonly requests = new RequestCounts();
  readonly tokens: TokenCounts = { verified: 0, refused: 0 };
  readonly attempts: AttemptCounts = { delivered: 0, failed: 0, gone: 0 };
  /** From asking for a transaction to its beginning: for a connection, and on SQLite for the write lock. */
  readonly transactionWaits = new Durations();
  /** From its beginning to its end. */
  readonly transactions = new Durations();
}
