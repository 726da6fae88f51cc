import { ConfigError } from './config.js';
import type { ThrottleLimits } from './domain/throttle.js';

/**
 * More than an honest integration sends: a partner that reads all of its customers, eight at a time, stays below. Partner
 * Center documents no figures of its own.
 */
export const DEFAULT_THROTTLE: ThrottleLimits = {
  reads: 40_000,
  writes: 10_000,
  customerReads: 1_000,
  customerWrites: 100,
};

/** What may be said of the throttle: that there is none, or limits that differ from the default ones. */
export type ThrottleOption = 'off' | Partial<ThrottleLimits>;

const MAX_LIMIT = 1_000_000_000;
const names: ReadonlyMap<string, keyof ThrottleLimits> = new Map([
  ['reads', 'reads'],
  ['writes', 'writes'],
  ['customer-reads', 'customerReads'],
  ['customer-writes', 'customerWrites'],
]);
const allowed = `off, or some of ${[...names.keys()]
  .map((name) => `${name}=<n>`)
  .join(',')}, each a whole number of requests in ten seconds from 1 to ${MAX_LIMIT}`;

/** Reads `off`, or `reads=…,customer-writes=…`. Throws a ConfigError that names the setting, its value and what is allowed. */
export function readThrottle(setting: string, text: string | undefined): ThrottleOption | undefined {
  if (text === undefined || text === 'off') return text;
  const limits = text.split(',').map((item) => /^\s*([a-z-]+)=(\d{1,10})\s*$/.exec(item));
  const entries = limits.map((limit) => [names.get(limit?.[1] ?? ''), Number(limit?.[2])] as const);
  const given = new Set(entries.map(([name]) => name));
  if (given.has(undefined) || given.size < entries.length) throw wrong(setting, text);
  return checked(setting, text, Object.fromEntries(entries));
}

/** The limits to go by; undefined where there are none. A sandbox has none unless it is told some. */
export function parseThrottle(option: ThrottleOption | undefined, sandbox: boolean): ThrottleLimits | undefined {
  if (option === 'off' || (option === undefined && sandbox)) return undefined;
  return { ...DEFAULT_THROTTLE, ...checked('throttle', JSON.stringify(option), option ?? {}) };
}

function checked(setting: string, text: string, limits: Partial<ThrottleLimits>): Partial<ThrottleLimits> {
  const isLimit = (limit: unknown) => Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= MAX_LIMIT;
  if (typeof limits === 'object' && limits !== null && Object.values(limits).every(isLimit)) return limits;
  throw wrong(setting, text);
}

function wrong(setting: string, text: string): ConfigError {
  return new ConfigError(`${setting}: "${text}" is not ${allowed}.`);
}
