// Not the whole contract: its schemas take a quarter of a second to load.
import { isGuid } from '@vetted/contract/guid';
import { InvalidArgumentError } from 'commander';

const msPerUnit: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A GUID; `what` begins the complaint: `A review's id`. */
export function guid(what: string): (text: string) => string {
  return (text) => {
    if (isGuid(text)) return text;
    throw new InvalidArgumentError(`${what} is a GUID.`);
  };
}

/** A customer tenant id. */
export const customerTenantId = guid('A customer tenant id');

/** A duration such as 30s, 15m, 2h or 3d, in milliseconds, within bounds that are durations too. */
export function duration(min: string, max: string): (text: string) => number {
  return (text) => {
    const value = inMilliseconds(text);
    if (value !== undefined && value >= (inMilliseconds(min) ?? 0) && value <= (inMilliseconds(max) ?? 0)) return value;
    throw new InvalidArgumentError(`It must be a duration such as 30s, 15m, 2h or 3d, from ${min} to ${max}.`);
  };
}

function inMilliseconds(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const factor = msPerUnit[unit];
  return factor === undefined ? undefined : Number(count) * factor;
}

/** A whole number, at least 1. */
export function countingNumber(text: string): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number, at least 1.');
}

/** One of these names, in any letter case. */
export function oneOf<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    const name = names.find((one) => one.toLowerCase() === text.toLowerCase());
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.`);
  };
}

/** What `find` makes of a name: one of several that a thing goes by, of which `choices` are the short ones. */
export function named<T>(find: (text: string) => T | undefined, choices: readonly string[]): (text: string) => T {
  return (text) => {
    const found = find(text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
  };
}
