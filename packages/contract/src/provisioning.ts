import { type Static, Type } from 'typebox';
import { GUID_PATTERN } from './guid.js';
import { READABLE_PATTERN } from './printable.js';
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

/** A partner as an operator registers it. */
export const PartnerRecord = Type.Object(
  { tenantId: guid("The partner's tenant id."), name: text(256) },
  { additionalProperties: false },
);
export type PartnerRecord = Static<typeof PartnerRecord>;

/** A customer as an operator's own systems hand it over: a line of an import. */
export const CustomerRecord = Type.Object(
  {
    id: guid('The customer tenant id.'),
    companyName: text(256),
    domain: text(253, "The customer's default domain."),
    country: Type.Optional(Type.String({ pattern: COUNTRY_PATTERN, description: 'ISO 3166-1 alpha-2.' })),
    email: Type.Optional(text(320)),
    relationshipToPartner: Type.Optional(text(64, 'reseller when absent.')),
    relationshipEnded: Type.Optional(
      Type.Boolean({ description: 'Whether the partner may act for the customer no longer. As it was when absent.' }),
    ),
  },
  { additionalProperties: false },
);
export type CustomerRecord = Static<typeof CustomerRecord>;

/** A validation code as an operator adds it. */
export const ValidationCodeRecord = Type.Object(
  {
    organizationName: text(256),
    validationId: Type.String({ minLength: 1, maxLength: 64, pattern: VALIDATION_CODE_PATTERN }),
    maxCreates: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    remainingCreates: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'All that were not used when absent.' }),
    ),
  },
  { additionalProperties: false },
);
export type ValidationCodeRecord = Static<typeof ValidationCodeRecord>;
