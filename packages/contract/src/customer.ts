import { type Static, Type } from 'typebox';
import { GUID_PATTERN } from './guid.js';
import { PRINTABLE } from './printable.js';

const Header = Type.Object({ key: Type.String(), value: Type.String() });

/** A link to a resource. `uri` is relative to the service's root and version: `/customers?size=100`. */
export const Link = Type.Object(
  { uri: Type.String(), method: Type.Literal('GET'), headers: Type.Array(Header) },
  { title: 'Link' },
);
export type Link = Static<typeof Link>;

export const CustomerCompanyProfile = Type.Object(
  {
    tenantId: Type.String({ pattern: GUID_PATTERN }),
    domain: Type.String(),
    companyName: Type.String(),
    address: Type.Optional(Type.Object({ country: Type.String() })),
    email: Type.Optional(Type.String()),
    attributes: Type.Object({ objectType: Type.Literal('CustomerCompanyProfile') }),
  },
  { title: 'CustomerCompanyProfile' },
);
export type CustomerCompanyProfile = Static<typeof CustomerCompanyProfile>;

/**
 * A customer of a partner. `id` is the customer tenant id.
 * @see https://learn.microsoft.com/partner-center/developer/customer-resources
 */
export const Customer = Type.Object(
  {
    id: Type.String({ pattern: GUID_PATTERN }),
    companyProfile: CustomerCompanyProfile,
    relationshipToPartner: Type.String({ examples: ['reseller'] }),
    links: Type.Object({ self: Link }),
    attributes: Type.Object({ objectType: Type.Literal('Customer') }),
  },
  { title: 'Customer', description: 'One customer.' },
);
export type Customer = Static<typeof Customer>;

/**
 * One page of a partner's customers. `links.next` and `continuationToken` are absent on the last page.
 * @see https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers
 */
export const CustomerCollection = Type.Object(
  {
    totalCount: Type.Integer({ description: 'How many customers match, on all pages.' }),
    items: Type.Array(Customer),
    links: Type.Object({ self: Link, next: Type.Optional(Link) }),
    continuationToken: Type.Optional(Type.String()),
    attributes: Type.Object({ objectType: Type.Literal('Collection') }),
  },
  { title: 'CustomerCollection', description: 'One page of customers.' },
);
export type CustomerCollection = Static<typeof CustomerCollection>;

export const DEFAULT_PAGE_SIZE = 100;
export const MAX_PAGE_SIZE = 500;

/** The query of a listing. The .NET SDK sends `size=0` for "no size of my own"; it means the default. */
export const CustomersQuery = Type.Object(
  {
    size: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_PAGE_SIZE,
        description: `Customers a page, 1 to ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} when absent or 0.`,
      }),
    ),
    filter: Type.Optional(
      Type.String({
        maxLength: 1024,
        description:
          'A JSON object, URL-encoded: {"Field":"CompanyName"|"Domain","Value":"Fab","Operator":"starts_with"}.',
      }),
    ),
    seekOperation: Type.Optional(
      Type.Enum(['Next'], { description: 'Next, with the header MS-ContinuationToken: the page after the last one.' }),
    ),
  },
  { additionalProperties: false },
);
export type CustomersQuery = Static<typeof CustomersQuery>;

/** What a listing can be filtered by. */
export const filterFields = ['CompanyName', 'Domain'] as const;
export type FilterField = (typeof filterFields)[number];

/**
 * The `filter` of a listing, once parsed; names and values of the enumerations in their canonical case.
 * @see https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers-filtered-by-a-search-field
 */
export const CustomersFilter = Type.Object(
  {
    Field: Type.Enum([...filterFields]),
    Value: Type.String({ minLength: 1, maxLength: 256, pattern: `^${PRINTABLE}+$` }),
    Operator: Type.Enum(['starts_with']),
  },
  { additionalProperties: false },
);
export type CustomersFilter = Static<typeof CustomersFilter>;

/** The path parameters of every route below one customer. */
export const CustomerParams = Type.Object({
  customerId: Type.String({
    pattern: GUID_PATTERN,
    description: 'The customer tenant id, a GUID.',
    examples: ['1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02'],
  }),
});
export type CustomerParams = Static<typeof CustomerParams>;
