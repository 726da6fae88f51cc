import type { HttpHeaders } from '@azure/core-rest-pipeline';

/** How long an answer asks to wait, in milliseconds: `Retry-After` is a number of seconds or a date. */
export function retryAfterInMs(headers: HttpHeaders): number | undefined {
  const value = headers.get('Retry-After');
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
