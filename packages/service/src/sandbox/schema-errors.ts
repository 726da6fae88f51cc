import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** What is wrong with a value, by member; never the value itself, which may be a secret. Empty if nothing is. */
export function wrongMembers(schema: TSchema, value: unknown): { missing: string[]; invalid: string[] } {
  const missing = new Set<string>();
  const invalid = new Set<string>();
  for (const error of Value.Errors(schema, value)) {
    const parent = error.instancePath.slice(1);
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) missing.add(parent === '' ? name : `${parent}/${name}`);
    } else {
      invalid.add(parent);
    }
  }
  return { missing: [...missing], invalid: [...invalid] };
}
