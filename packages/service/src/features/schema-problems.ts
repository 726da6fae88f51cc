import { type FaultDatum, keywordReason } from '@vetted/contract';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** What is wrong with a value, member by member; the name is empty for the value itself. Empty if nothing is wrong. */
export function schemaProblems(schema: TSchema, value: unknown): FaultDatum[] {
  const errors = [...Value.Errors(schema, value)];
  const areUnknownNamed = errors.some(({ keyword }) => keyword === 'additionalProperties');
  return errors.flatMap((error) => {
    const path = error.instancePath.slice(1).replaceAll('/', '.');
    const member = (name: string) => (path === '' ? name : `${path}.${name}`);
    switch (error.keyword) {
      case 'required':
        return error.params.requiredProperties.map((name) => ({ name: member(name), reason: 'is required' }));
      case 'additionalProperties':
        return error.params.additionalProperties.map((name) => ({ name: member(name), reason: 'is unknown' }));
      case 'boolean':
        // Says of each unknown member what additionalProperties says of all; of many, TypeBox does not get that far.
        return areUnknownNamed ? [] : [{ name: path, reason: 'is unknown' }];
      default:
        return [{ name: path, reason: keywordReason(error.keyword, { ...error.params }) ?? error.message }];
    }
  });
}
