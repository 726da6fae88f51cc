import { filterFields, GUID_PATTERN, MAX_PAGE_SIZE, PRINTABLE } from '@vetted/contract';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

const text = (maxLength: number) => Type.String({ maxLength, pattern: `^${PRINTABLE}*$` });

/** What a continuation token carries. It grants nothing: a forged one shows its bearer's own customers, as any query does. */
const Position = Type.Object(
  {
    size: Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE }),
    filter: Type.Optional(Type.Object({ field: Type.Enum([...filterFields]), startsWith: text(256) })),
    after: Type.Optional(Type.Object({ nameKey: text(4096), id: Type.String({ pattern: GUID_PATTERN }) })),
  },
  { additionalProperties: false },
);

/** Where a listing stands. */
export type Position = Static<typeof Position>;

export function writeContinuationToken(
  position: {
    [Member in keyof Position]: Position[Member] | undefined;
  },
): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position a token stands for, or undefined if it is no token of ours. */
export function readContinuationToken(token: string): Position | undefined {
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Value.Check(Position, position) ? position : undefined;
  } catch {
    return undefined;
  }
}
