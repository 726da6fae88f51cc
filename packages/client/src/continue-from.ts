import { isOfCustomers, type PagePlace } from './page-token.js';
import { parseJson } from './transport/json.js';

/** Where a run over all customers has come to: a page of theirs, and the last customer of it that was handed over. */
export interface RunPlace {
  readonly page: PagePlace;
  readonly customerId: string;
}

/** Writes a place as the text that callers keep and give back. */
export function writeContinueFrom({ page, customerId }: RunPlace): string {
  return JSON.stringify([page.path, page.continuationToken ?? null, customerId]);
}

/**
 * Reads a text that a caller gives back, from a file perhaps that others can write. It can only name a page of the
 * customers, and what goes into a header must be fit for one.
 */
export function readContinueFrom(text: string): RunPlace {
  if (typeof text !== 'string') throw new TypeError(`continueFrom must be a string, not ${typeof text}.`);
  const parts = parseJson(text);
  const [path, continuationToken, customerId] = Array.isArray(parts) && parts.length === 3 ? (parts as unknown[]) : [];
  if (
    typeof path !== 'string' ||
    !isOfCustomers(path) ||
    !(continuationToken === null || isHeaderText(continuationToken)) ||
    typeof customerId !== 'string'
  ) {
    throw new RangeError('This is no continueFrom of client.qualifications.list(); take it from one of its items.');
  }
  return { page: { path, continuationToken: continuationToken ?? undefined }, customerId };
}

function isHeaderText(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
}
