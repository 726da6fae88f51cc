import fc from 'fast-check';
import type { Schema } from './description.js';

/** What programs trip over. */
export const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\n',
    '\ud800',
    '\u202e',
    '\ufeff',
    "' or 1=1 --",
    '../../etc/passwd',
    '<b>',
    '%00',
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'null', 'NaN', '-0', '1e400', 'é'.repeat(300)),
  fc.string({ unit: 'binary', maxLength: 24 }),
  fc.string({ unit: 'grapheme', maxLength: 24 }),
);

/** What members mean that are no more than text to their schema, so that some requests get through. */
const likely: Readonly<Record<string, readonly unknown[]>> = {
  WebhookUrl: ['http://127.0.0.1:1/hook', 'http://localhost:1/', 'http://192.0.2.1/', 'https://127.0.0.1:1', 'ftp://x'],
  advance: ['PT1S', 'P1D', 'P3W', '-P1D', 'P9999Y', 'PT0S'],
  validationCode: ['12345', '987654'],
  code: ['12345', '987654'],
  website: ['litware.example.edu', 'https://x.example'],
  domain: ['litware.example.edu', 'a.example.com'],
  email: ['a@b.example'],
  filter: [
    '{"Field":"CompanyName","Value":"l","Operator":"starts_with"}',
    '{"Field":"Domain","Value":"","Operator":"x"}',
  ],
  path: ['/v1/customers/*', '*'],
};

/** A value for a member or parameter of this name. */
export function memberFor(name: string, schema: Schema): fc.Arbitrary<unknown> {
  const meant = likely[name];
  return meant === undefined ? valueFor(schema) : fc.oneof(fc.constantFrom(...meant), valueFor(schema));
}

/** A value that a schema takes, as far as the schema's own words can tell. */
export function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valueFor));
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length === 0) return fc.jsonValue({ maxDepth: 1 });
  return fc.oneof(...types.map((type) => typedValue(type, schema)));
}

function typedValue(type: string, schema: Schema): fc.Arbitrary<unknown> {
  const { minimum, maximum } = schema;
  if (type === 'string') return textOf(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'array') return listOf(schema);
  if (type === 'object') return objectOf(schema);
  if (type === 'integer') return fc.integer({ min: minimum ?? -1000, max: maximum ?? 1000 });
  if (type === 'number') return fc.double({ min: minimum ?? -1000, max: maximum ?? 1000, noNaN: true });
  throw new Error(`The description has a type that is not known here: ${type}.`);
}

function textOf({ pattern, minLength = 0, maxLength = 64 }: Schema): fc.Arbitrary<string> {
  const plain = fc.string({
    unit: 'grapheme-ascii',
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, 40)),
  });
  const word = fc.string({
    unit: fc.constantFrom(...'abcdefgh12345'),
    minLength: Math.max(minLength, 1),
    maxLength: 12,
  });
  const matching = pattern === undefined ? [] : matchOf(pattern);
  return fc.oneof(word, plain, ...matching.map((text) => text.filter(({ length }) => length <= maxLength)));
}

/** Texts of a pattern, where fast-check can read it. */
function matchOf(pattern: string): fc.Arbitrary<string>[] {
  if (/\\p\{|\(\?[=!<]/.test(pattern)) return [];
  return [fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' })];
}

function listOf({ items = {}, minItems = 0, maxItems = 4 }: Schema): fc.Arbitrary<unknown[]> {
  return fc.array(valueFor(items), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 4)) });
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> {
  const values = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, memberFor(name, schema)]),
  );
  return fc.record(values, { requiredKeys: [...required] });
}
