import { MAX_PAGE_SIZE, PRINTABLE, ReviewsQuery } from '@vetted/contract';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

const { status, qualification, partner, search, sort } = ReviewsQuery.properties;
const printable = (maxLength: number) => Type.String({ maxLength, pattern: `^${PRINTABLE}*$` });

/** What a continuation token carries: the whole query and the place. It grants nothing that its bearer's role does not. */
const Position = Type.Object(
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

export function writeContinuationToken(position: Position): string {
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
