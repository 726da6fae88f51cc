import { type Static, Type } from 'typebox';

/**
 * A Government Community Cloud validation code of a partner.
 * @see https://learn.microsoft.com/partner-center/developer/get-a-partner-s-validation-codes
 */
export const ValidationCode = Type.Object(
  {
    partnerId: Type.String(),
    organizationName: Type.String(),
    validationId: Type.String(),
    maxCreates: Type.Integer({ description: 'How many customers the code can qualify in all.' }),
    remainingCreates: Type.Integer({ description: 'How many of these are left.' }),
    eTag: Type.String(),
  },
  { title: 'ValidationCode' },
);
export type ValidationCode = Static<typeof ValidationCode>;
