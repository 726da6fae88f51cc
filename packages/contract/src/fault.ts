import { type Static, Type } from 'typebox';

interface FaultEntry {
  readonly status: number;
  /** What stands in the body's `code`: Partner Center's documented number, or a name of ours where it documents none. */
  readonly code: string;
  /** What happened and what to do, in one or two sentences. */
  readonly description: string;
  /** Seconds after which the same call may succeed, where waiting helps. */
  readonly retryAfterInSeconds?: number;
}

/**
 * Every fault the service can answer, by name. `docs/faults.md` documents the table and a test holds one against the other.
 * @see https://learn.microsoft.com/partner-center/developer/error-codes
 */
export const faults = {
  AuthorizationMissing: {
    status: 401,
    code: '800001',
    description: 'The request has no Authorization header. Send "Authorization: Bearer" and an access token.',
  },
  TokenInvalid: {
    status: 401,
    code: '400',
    description:
      'The access token is malformed, expired, not yet valid, badly signed, or of an unknown issuer. Get a new token.',
  },
  AudienceInvalid: {
    status: 401,
    code: '900420',
    description: 'The access token was issued for another audience. Ask for a token for Partner Center.',
  },
  MfaRequired: {
    status: 401,
    code: '900421',
    description: 'The user has not passed multi-factor authentication, which is enforced here. Sign in again with MFA.',
  },
  AppUserRequired: {
    status: 403,
    code: '900329',
    description: 'This operation needs an App+User token; the access token is app-only.',
  },
  RoleMissing: {
    status: 403,
    code: '900308',
    description: 'The caller lacks the role or the permission that this operation needs.',
  },
  PartnerUnknown: {
    status: 403,
    code: 'PartnerUnknown',
    description: "The access token's tenant is not registered as a partner with this service.",
  },
  RelationshipEnded: {
    status: 403,
    code: '20002',
    description: "The partner's relationship with this customer has ended.",
  },
  CustomerNotFound: {
    status: 404,
    code: '60003',
    description: 'This partner has no customer with this customer tenant id.',
  },
  ResourceNotFound: {
    status: 404,
    code: '1000',
    description:
      'There is no such route, or what the path names is not there: then data names it. /docs lists every path.',
  },
  CustomerIdInvalid: {
    status: 400,
    code: '900118',
    description: 'The customer tenant id is not a GUID.',
  },
  BodyInvalid: {
    status: 400,
    code: '800002',
    description: 'The body is not JSON, or not the JSON object (for a list, the JSON array) that this route takes.',
  },
  InputInvalid: {
    status: 400,
    code: '3000',
    description: 'A member of the body, a query parameter or a header is missing, unknown or wrong; data names each.',
  },
  ValidationCodeUnknown: {
    status: 400,
    code: 'ValidationCodeUnknown',
    description: "The validation code is not one of this partner's. List them at /v1/customers/all/validations.",
  },
  ValidationCodeExhausted: {
    status: 409,
    code: 'ValidationCodeExhausted',
    description: 'The validation code has no creates left.',
  },
  QualificationInReview: {
    status: 409,
    code: 'QualificationInReview',
    description: 'A review of this qualification is already open.',
  },
  QualificationApproved: {
    status: 409,
    code: 'QualificationApproved',
    description: 'The customer already has this qualification. An approval is final and cannot be requested again.',
  },
  QualificationsNotCombinable: {
    status: 409,
    code: 'QualificationsNotCombinable',
    description:
      'Education and GovernmentCommunityCloud cannot stand together, and the other one is in review or approved.',
  },
  VettingAttemptsExhausted: {
    status: 409,
    code: 'VettingAttemptsExhausted',
    description: 'This customer has used its three vetting requests.',
  },
  RequestIdReused: {
    status: 409,
    code: 'RequestIdReused',
    description: 'This MS-RequestId was used before for another request. Use a new GUID for each new request.',
  },
  ReviewDecided: {
    status: 409,
    code: 'ReviewDecided',
    description: 'This review is decided already. Get it again to see the outcome.',
  },
  ReviewNotApproved: {
    status: 409,
    code: 'ReviewNotApproved',
    description: 'Only an approval can be reopened, and this review does not stand approved.',
  },
  WebhookRegistered: {
    status: 409,
    code: 'WebhookRegistered',
    description: 'This partner has a webhook registration already. Change it with PUT, or delete it first.',
  },
  VersionStale: {
    status: 412,
    code: 'VersionStale',
    description: 'The resource has changed since the version that If-Match names. Get it again and decide anew.',
  },
  MethodNotAllowed: {
    status: 405,
    code: 'MethodNotAllowed',
    description: 'This path does not allow this method; the Allow header lists those it does.',
  },
  NotAcceptable: {
    status: 406,
    code: 'NotAcceptable',
    description:
      'The Accept header excludes everything that this route can answer; every route can answer application/json.',
  },
  PayloadTooLarge: {
    status: 413,
    code: 'PayloadTooLarge',
    description: 'The body is larger than this route accepts.',
  },
  UnsupportedMediaType: {
    status: 415,
    code: 'UnsupportedMediaType',
    description:
      'The body must be sent as application/json, or an import as application/x-ndjson, without a content encoding.',
  },
  HeadersTooLarge: {
    status: 431,
    code: 'HeadersTooLarge',
    description: "The request's headers are larger than the service accepts.",
  },
  Unforeseen: {
    status: 500,
    code: '800003',
    description: 'An unforeseen error occurred.',
  },
  ServiceUnavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    description: 'The service cannot answer for the moment. Try again after the time in the Retry-After header.',
    retryAfterInSeconds: 5,
  },
  SandboxFault: {
    status: 400,
    code: 'SandboxFault',
    description: 'A rule of this sandbox asks for this answer. DELETE /sandbox/v1/faults ends all rules.',
  },
} as const satisfies Record<string, FaultEntry>;

/** The closed union of the faults' names. */
export type FaultName = keyof typeof faults;

/** One reason within a fault: the member, parameter or header it is about, and what is wrong with it. */
export const FaultDatum = Type.Object({ name: Type.String(), reason: Type.String() });
export type FaultDatum = Static<typeof FaultDatum>;

/** The body of every error but 429, in the order in which it is written. */
export const FaultBody = Type.Object(
  {
    code: Type.String({ minLength: 1 }),
    description: Type.String({ minLength: 1, maxLength: 1024 }),
    data: Type.Optional(Type.Array(FaultDatum)),
    source: Type.Literal('Vetted'),
  },
  { title: 'Fault', description: 'What went wrong. The codes and what to do about each stand in docs/faults.md.' },
);
export type FaultBody = Static<typeof FaultBody>;

/** The body for one fault. `detail` is appended to the table's description: the correlation id of a 500, for instance. */
export function faultBody(name: FaultName, data?: readonly FaultDatum[], detail?: string): FaultBody {
  const { code, description } = faults[name];
  return {
    code,
    description: detail === undefined ? description : `${description} ${detail}`,
    ...(data === undefined || data.length === 0 ? {} : { data: [...data] }),
    source: 'Vetted',
  };
}
