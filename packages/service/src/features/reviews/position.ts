import { MAX_PAGE_SIZE, PRINTABLE, ReviewsQuery } from '@vetted/contract';
import { type Static, Type } from 'typebox';

const { status, qualification, partner, search, sort } = ReviewsQuery.properties;
const printable = (maxLength: number) => Type.String({ maxLength, pattern: `^${PRINTABLE}*$` });

/** What a continuation token carries: the whole query and the place. It grants nothing that its bearer's role does not. */
export const Position = Type.Object(
  {
    status,
    qualification,
    partner,
    search,
    sort: Type.Enum([...sort.enum]),
    size: Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE }),
    after: Type.Object({ key: printable(4096), id: printable(64) }),
  },
  { additionalProperties: false },
);

/** Where a listing goes on. */
export type Position = Static<typeof Position>;
