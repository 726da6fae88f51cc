import { type Static, Type } from 'typebox';
import { Customer, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './customer.js';
import { READABLE_PATTERN } from './printable.js';
import { Qualification, qualificationNames, vettingStatuses } from './qualification.js';

/** What of a customer needs attention. */
export const customerAttentions = ['Resubmittable', 'Overdue'] as const;
export type CustomerAttention = (typeof customerAttentions)[number];

/** The query of the listing of a partner's customers with their qualifications. */
export const CustomerQualificationsQuery = Type.Object(
  {
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        pattern: READABLE_PATTERN,
        description: 'What a company name or a domain begins with, in any letter case, or a whole customer tenant id.',
        examples: ['Fabrikam'],
      }),
    ),
    qualification: Type.Optional(
      Type.Enum([...qualificationNames], { description: 'Customers that have it, in whatever status.' }),
    ),
    vettingStatus: Type.Optional(
      Type.Enum([...vettingStatuses], {
        description: 'Customers that have a qualification in it: the one that is asked for, or any.',
      }),
    ),
    attention: Type.Optional(
      Type.Enum([...customerAttentions], {
        description:
          'Resubmittable: Education is denied, and may be requested again at present. Overdue: a review is open after ' +
          'its due date.',
      }),
    ),
    size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_PAGE_SIZE,
        description: `Customers a page, 1 to ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} when absent.`,
      }),
    ),
    continuationToken: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 8192,
        description: 'From the page before. It carries the whole query; what stands beside it must agree with it.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type CustomerQualificationsQuery = Static<typeof CustomerQualificationsQuery>;

/** A customer and its qualifications: none is an empty array. */
export const CustomerWithQualifications = Type.Object(
  { customer: Customer, qualifications: Type.Array(Qualification) },
  { title: 'CustomerWithQualifications' },
);
export type CustomerWithQualifications = Static<typeof CustomerWithQualifications>;

/** One page of a partner's customers with their qualifications. `continuationToken` is absent on the last page. */
export const CustomerWithQualificationsCollection = Type.Object(
  {
    items: Type.Array(CustomerWithQualifications),
    totalCount: Type.Integer({ description: 'How many customers match, on all pages: as it was for the first.' }),
    continuationToken: Type.Optional(Type.String()),
  },
  {
    title: 'CustomerWithQualificationsCollection',
    description: 'One page of customers with their qualifications, sorted by company name.',
  },
);
export type CustomerWithQualificationsCollection = Static<typeof CustomerWithQualificationsCollection>;
