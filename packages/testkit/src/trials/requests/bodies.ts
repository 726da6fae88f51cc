import fc from 'fast-check';
import type { Operation, Schema } from './description.js';
import { hostileText, valueFor } from './values.js';

export interface Body {
  readonly type: string;
  readonly text: string;
}

/** How a body is spoilt: at a member, if it has any. */
type Change = (value: unknown, at: number) => unknown;

const withMember =
  (name: string, member: unknown): Change =>
  (value) =>
    isObject(value) ? Object.fromEntries([...Object.entries(value), [name, member]]) : [value, member];
const atMember =
  (change: (member: unknown) => unknown): Change =>
  (value, at) => {
    if (!isObject(value)) return change(value);
    const names = Object.keys(value);
    const name = names[at % Math.max(names.length, 1)];
    return name === undefined ? change(value) : { ...value, [name]: change(value[name]) };
  };
const withoutMember: Change = (value, at) => {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.filter((_, index) => index !== at % Math.max(entries.length, 1)));
};

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>((value) => value),
  fc.constant(withoutMember),
  fc.tuple(hostileText, fc.jsonValue({ maxDepth: 1 })).map(([name, value]) => withMember(name, value)),
  fc.jsonValue({ maxDepth: 1 }).map((value) => atMember(() => value)),
  hostileText.map((text) => atMember(() => text)),
  fc.constantFrom(1_000, 60_000, 70_000).map((length) => atMember(() => 'x'.repeat(length))),
  fc.constant(atMember((member) => [member])),
  fc.constant(atMember((member) => `${JSON.stringify(member)}\u0000`)),
);

/** What is done to the text of a body: mostly nothing. */
const spoil: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((text: string) => text) },
  { weight: 1, arbitrary: fc.nat({ max: 40 }).map((length) => (text: string) => text.slice(0, length)) },
  { weight: 1, arbitrary: fc.constant((text: string) => text.replace(/^\{/, '{"__proto__":{"polluted":1},')) },
  { weight: 1, arbitrary: fc.constant((text: string) => `${text}${text}`) },
  { weight: 1, arbitrary: fc.constant((text: string) => `\ufeff${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('[', '{"a":', '"').map((open) => () => open.repeat(2_000)) },
);

/** What the operation takes, or nearly. */
export function bodyOf({ body }: Operation): fc.Arbitrary<Body | undefined> {
  if (body === undefined) return fc.constant(undefined);
  const { type, schema } = body;
  const text = type === 'application/json' ? jsonOf(schema) : linesOf();
  const types = ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', `${type}; charset=latin1`, '{}'];
  const anyType = fc.oneof(
    { weight: 12, arbitrary: fc.constant(type) },
    { weight: 1, arbitrary: fc.constantFrom(...types) },
  );
  return fc.oneof(
    { weight: 15, arbitrary: fc.record({ type: anyType, text }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

function jsonOf(schema: Schema): fc.Arbitrary<string> {
  const changes = fc.array(fc.tuple(change, fc.nat({ max: 8 })), { maxLength: 2 });
  return fc
    .tuple(valueFor(schema), changes, spoil)
    .map(([value, list, spoilt]) =>
      spoilt(JSON.stringify(list.reduce((changed, [apply, at]) => apply(changed, at), value)) ?? ''),
    );
}

const customer: Schema = {
  type: 'object',
  required: ['id', 'companyName', 'domain'],
  properties: {
    id: { enum: ['60a362c4-b391-4270-91d4-7f8392b1c007', '8b1f6c2e-3d4a-4b5c-9d6e-7f8091a2b3c4', 'x'] },
    companyName: { type: 'string', minLength: 1 },
    domain: { enum: ['a.example.com', 'b.example.edu', '-'] },
    country: { type: 'string', pattern: '^[A-Z]{2}$' },
    relationshipEnded: { type: 'boolean' },
  },
};

function linesOf(): fc.Arbitrary<string> {
  return fc.array(fc.oneof(jsonOf(customer), fc.constant('')), { maxLength: 4 }).map((lines) => lines.join('\n'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
