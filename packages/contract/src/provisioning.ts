import { type Static, Type } from 'typebox';
import { FaultDatum } from './fault.js';
import { GUID_PATTERN } from './guid.js';
import { DOMAIN_PATTERN, EMAIL_PATTERN, READABLE_PATTERN } from './printable.js';
import { VALIDATION_CODE_PATTERN } from './qualification.js';

/** An ISO 3166-1 alpha-2 code. */
export const COUNTRY_PATTERN = '^[A-Z]{2}$';

const text = (maxLength: number, description?: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: READABLE_PATTERN,
    ...(description === undefined ? {} : { description }),
  });

const guid = (description: string) => Type.String({ pattern: GUID_PATTERN, description });

const closed = { additionalProperties: false } as const;

const partnerMembers = {
  name: text(256),
  active: Type.Optional(
    Type.Boolean({ description: 'One that is not is treated as if it were not registered. As it was when absent.' }),
  ),
};

/** A partner as an operator registers it. */
export const PartnerRecord = Type.Object({ tenantId: guid("The partner's tenant id."), ...partnerMembers }, closed);
export type PartnerRecord = Static<typeof PartnerRecord>;

/** A partner as an operator sets it under its tenant id. */
export const PartnerUpdate = Type.Object(partnerMembers, { ...closed, title: 'PartnerUpdate' });
export type PartnerUpdate = Static<typeof PartnerUpdate>;

/** A partner as it is registered. */
export const RegisteredPartner = Type.Object(
  { tenantId: Type.String(), name: Type.String(), active: Type.Boolean() },
  { title: 'RegisteredPartner', description: 'A partner.' },
);
export type RegisteredPartner = Static<typeof RegisteredPartner>;

const customerMembers = {
  companyName: text(256),
  domain: Type.String({
    minLength: 1,
    maxLength: 253,
    pattern: DOMAIN_PATTERN,
    description: "The customer's default domain.",
    examples: ['fabrikam.example.com'],
  }),
  country: Type.Optional(Type.String({ pattern: COUNTRY_PATTERN, description: 'ISO 3166-1 alpha-2.' })),
  email: Type.Optional(Type.String({ minLength: 1, maxLength: 320, pattern: EMAIL_PATTERN })),
  relationshipToPartner: Type.Optional(text(64, 'reseller when absent.')),
  relationshipEnded: Type.Optional(
    Type.Boolean({ description: 'Whether the partner may act for the customer no longer. As it was when absent.' }),
  ),
};

/** A customer as an operator's own systems hand it over: a line of an import. */
export const CustomerRecord = Type.Object({ id: guid('The customer tenant id.'), ...customerMembers }, closed);
export type CustomerRecord = Static<typeof CustomerRecord>;

/** A customer as an operator sets it under its id: what is absent is forgotten, but for `relationshipEnded`. */
export const CustomerUpdate = Type.Object(customerMembers, { ...closed, title: 'CustomerUpdate' });
export type CustomerUpdate = Static<typeof CustomerUpdate>;

/** A customer as an operator sees it. */
export const RegisteredCustomer = Type.Object(
  {
    id: Type.String(),
    companyName: Type.String(),
    domain: Type.String(),
    country: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    relationshipToPartner: Type.String(),
    relationshipEnded: Type.Boolean(),
  },
  { title: 'RegisteredCustomer', description: 'A customer of the partner.' },
);
export type RegisteredCustomer = Static<typeof RegisteredCustomer>;

const codeMembers = {
  organizationName: text(256),
  maxCreates: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  remainingCreates: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'All that were not used when absent.' }),
  ),
};
const validationId = Type.String({ minLength: 1, maxLength: 64, pattern: VALIDATION_CODE_PATTERN });

/** A validation code as an operator adds it. */
export const ValidationCodeRecord = Type.Object({ validationId, ...codeMembers }, closed);
export type ValidationCodeRecord = Static<typeof ValidationCodeRecord>;

/** A validation code as an operator sets it under its own value. */
export const ValidationCodeUpdate = Type.Object(codeMembers, { ...closed, title: 'ValidationCodeUpdate' });
export type ValidationCodeUpdate = Static<typeof ValidationCodeUpdate>;

/** A validation code as an operator sees it. */
export const RegisteredValidationCode = Type.Object(
  {
    validationId: Type.String(),
    organizationName: Type.String(),
    maxCreates: Type.Integer(),
    remainingCreates: Type.Integer(),
  },
  { title: 'RegisteredValidationCode', description: 'A validation code of the partner.' },
);
export type RegisteredValidationCode = Static<typeof RegisteredValidationCode>;

/** The path parameters of every route below one partner. */
export const PartnerParams = Type.Object({ tenantId: guid("The partner's tenant id, a GUID.") });
export type PartnerParams = Static<typeof PartnerParams>;

/** The path parameters of every route below one partner's customer. */
export const PartnerCustomerParams = Type.Object({
  ...PartnerParams.properties,
  customerId: guid('The customer tenant id, a GUID.'),
});
export type PartnerCustomerParams = Static<typeof PartnerCustomerParams>;

/** The path parameters of one partner's validation code. */
export const ValidationCodeParams = Type.Object({ ...PartnerParams.properties, validationId });
export type ValidationCodeParams = Static<typeof ValidationCodeParams>;

/** The media type of an import and of its answer: a JSON object a line. */
export const NDJSON_TYPE = 'application/x-ndjson';
/** Lines that one import takes. */
export const MAX_IMPORT_LINES = 1_000_000;
/** Bytes that one line of an import may have. */
export const MAX_IMPORT_LINE_BYTES = 65_536;

const line = Type.Integer({ minimum: 1, description: 'The line of the import, from 1.' });

/** What became of one line of an import. */
export const ImportResult = Type.Union(
  [
    Type.Object({ line, id: Type.String(), result: Type.Enum(['created', 'updated', 'unchanged']) }),
    Type.Object({ line, result: Type.Literal('refused'), problems: Type.Array(FaultDatum) }),
    Type.Object({
      line,
      id: Type.String(),
      result: Type.Literal('failed'),
      code: Type.Literal('ServiceUnavailable'),
    }),
  ],
  { title: 'ImportResult', description: 'A line each, in order. Blank lines have none.' },
);
export type ImportResult = Static<typeof ImportResult>;
