import { filterFields, GUID_PATTERN, MAX_PAGE_SIZE, PRINTABLE } from '@vetted/contract';
import { type Static, Type } from 'typebox';

const text = (maxLength: number) => Type.String({ maxLength, pattern: `^${PRINTABLE}*$` });

/** What a continuation token carries. It grants nothing: a forged one shows its bearer's own customers, as any query does. */
export const Position = Type.Object(
  {
    size: Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE }),
    filter: Type.Optional(Type.Object({ field: Type.Enum([...filterFields]), startsWith: text(256) })),
    /** Counted for the first page. */
    totalCount: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    after: Type.Optional(Type.Object({ nameKey: text(4096), id: Type.String({ pattern: GUID_PATTERN }) })),
  },
  { additionalProperties: false },
);

/** Where a listing stands. */
export type Position = Static<typeof Position>;
