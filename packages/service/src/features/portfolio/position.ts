import { CustomerQualificationsQuery, GUID_PATTERN, MAX_PAGE_SIZE, PRINTABLE } from '@vetted/contract';
import { type Static, Type } from 'typebox';

const { search, qualification, vettingStatus, attention } = CustomerQualificationsQuery.properties;

/** What a continuation token carries: the whole query and the place. It grants nothing: who asks sees its own customers. */
export const Position = Type.Object(
  {
    search,
    qualification,
    vettingStatus,
    attention,
    size: Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE }),
    /** Counted for the first page. */
    totalCount: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    after: Type.Object(
      {
        nameKey: Type.String({ maxLength: 4096, pattern: `^${PRINTABLE}*$` }),
        id: Type.String({ pattern: GUID_PATTERN }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

/** Where a listing goes on. */
export type Position = Static<typeof Position>;
