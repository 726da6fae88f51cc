import { type Static, Type } from 'typebox';
import { GUID_PATTERN } from './guid.js';

/** What the service makes of a caller's token. `partner` is absent where the tenant is no registered partner. */
export const CallerInformation = Type.Object(
  {
    tenantId: Type.String({ pattern: GUID_PATTERN, description: 'The tenant that the token was issued in.' }),
    subject: Type.String({
      pattern: GUID_PATTERN,
      description: "The object id of the user, or of the application's service principal.",
    }),
    kind: Type.Enum(['app', 'app+user'], { description: 'Whether an application calls for itself or for a user.' }),
    roles: Type.Array(Type.String(), {
      description: 'The roles that count here: Vetting.Review, Vetting.Administer. None outside an operator tenant.',
    }),
    mfa: Type.Boolean({ description: 'Whether the user passed multi-factor authentication.' }),
    partner: Type.Optional(
      Type.Object({ name: Type.String() }, { description: 'Absent where the tenant is no registered partner.' }),
    ),
  },
  { title: 'CallerInformation', description: 'Who calls, as the service sees it.' },
);
export type CallerInformation = Static<typeof CallerInformation>;
