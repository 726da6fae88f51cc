/** The time by a sandbox's clock. */
export interface ClockReading {
  /** An ISO 8601 text in UTC. */
  now: string;
}

/** The time by a sandbox's clock after it was moved. */
export interface ClockAdvanced extends ClockReading {
  /** By how much it was moved: the duration that was asked for. */
  advanced: string;
}

/**
 * Which requests go wrong in a sandbox, and how: those below `/v1`, `/vetting/v1` and `/webhooks/v1`. The first rule that
 * matches and fires applies.
 *
 * @example
 * ```ts
 * import type { FaultRule } from '@vetted/client';
 *
 * export const busyTwice: FaultRule = { method: 'POST', path: '/v1/customers/*', status: 429, retryAfter: 2, times: 2 };
 * export const lostAnswer: FaultRule = { method: 'POST', dropConnection: 'after', times: 1 };
 * ```
 */
export interface FaultRule {
  /** Default: any. */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The whole path without its query; `*` stands for anything. Default: any. */
  path?: string;
  /** The status that is answered before anything else happens, 400 to 599. */
  status?: number;
  /** The `Retry-After` of that answer, in seconds, 0 to 86,400. Default: 1 with 429, else none. */
  retryAfter?: number;
  /** How long the request waits first, in milliseconds by the real clock, 0 to 60,000. */
  delayMs?: number;
  /**
   * Cuts the connection before the request has an effect (`true`, `before`), or lets it have its effect and cuts instead
   * of answering (`after`).
   */
  dropConnection?: true | 'before' | 'after';
  /** How many requests it is for, 1 to 1,000,000. Default: all. */
  times?: number;
  /** How often it fires on a request that it matches, 0 to 1. Default: 1. */
  probability?: number;
}

/** A customer as it is added to a sandbox, which gives it its id. */
export interface NewCustomer {
  /** The customer's name. */
  companyName: string;
  /** The customer's default domain. */
  domain: string;
  /** The customer's country, two letters. */
  country?: string;
}
