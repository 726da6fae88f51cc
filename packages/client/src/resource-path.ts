import { pathOf } from '@vetted/contract';

/**
 * The path of a resource, its ids URL-encoded. Whether an id is a GUID is the service's to say; with one of those that
 * are refused here, the URL would be another resource's.
 */
export function resourcePath(template: string, ids: Readonly<Record<string, string>>): string {
  for (const name in ids) refuseForeignId(name, ids[name]);
  return pathOf(template, ids);
}

/** Throws a TypeError for an id that is no string, and a RangeError for one that would lead elsewhere. */
export function refuseForeignId(name: string, id: unknown): void {
  if (typeof id !== 'string') throw new TypeError(`${name} must be a string, not ${typeof id}.`);
  if (id === '' || id === '.' || id === '..') {
    throw new RangeError(`"${id}" is no ${name}: the address would be another resource's.`);
  }
}
