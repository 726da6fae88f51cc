import { pathOf } from '@vetted/contract';

/**
 * The path of a resource, its ids URL-encoded. Whether an id is a GUID is the service's to say; with one of those that
 * are refused here, the URL would be another resource's.
 */
export function resourcePath(template: string, ids: Readonly<Record<string, string>>): string {
  for (const [name, id] of Object.entries(ids)) {
    if (typeof id !== 'string') throw new TypeError(`${name} must be a string, not ${typeof id}.`);
    if (id === '' || id === '.' || id === '..') {
      throw new RangeError(`"${id}" is no ${name}: the address would be another resource's.`);
    }
  }
  return pathOf(template, ids);
}
