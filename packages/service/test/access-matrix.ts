/** Who calls. The partner is one of the two that every row is tried with. */
export const callers = [
  'nobody',
  'app',
  'user',
  'reviewer',
  'administrator',
  /** A user of the partner, in whose own tenant somebody gave him the operator's roles. */
  'selfAppointed',
  /** A user of a tenant that is no partner. */
  'unregistered',
] as const;
export type CallerName = (typeof callers)[number];

/** Whose the customer, the partner, the code, the review or the test event is that the path names. */
export const targets = ['own', 'anothers', 'unknown'] as const;
export type Target = (typeof targets)[number];

/** A status, and for a fault its code: `404 60003`. */
type Expected = `${number}` | `${number} ${string}`;

/** What a caller gets: the same whatever the path names, or by whom the path's subject belongs to. */
type Outcome = Expected | Readonly<Record<Target, Expected>>;

export interface Row {
  readonly answers: Readonly<Record<CallerName, Outcome>>;
  readonly body?: object | string;
}

const noToken = '401 800001';
const noPartner = '403 PartnerUnknown';
const noRole = '403 900308';

/** For everybody, with a token or without. */
const open = (answer: Expected) =>
  Object.fromEntries(callers.map((caller) => [caller, answer])) as Record<CallerName, Outcome>;

/** For partners alone; the operator's tenant is none. */
const partners = (outcome: Outcome): Record<CallerName, Outcome> => ({
  nobody: noToken,
  app: outcome,
  user: outcome,
  reviewer: noPartner,
  administrator: noPartner,
  selfAppointed: outcome,
  unregistered: noPartner,
});

/** For one of the operator's roles, which count in the operator's tenant alone. */
const operators = (role: 'reviewer' | 'administrator', outcome: Outcome): Record<CallerName, Outcome> => ({
  nobody: noToken,
  app: noRole,
  user: noRole,
  reviewer: noRole,
  administrator: noRole,
  selfAppointed: noRole,
  unregistered: noRole,
  [role]: outcome,
});

const ownCustomer = (own: Expected) => ({ own, anothers: '404 60003', unknown: '404 60003' }) as const;
const registered = (known: Expected, unknown: Expected) => ({ own: known, anothers: known, unknown }) as const;
const education = { qualification: 'Education', educationSegment: 'K12' };
const stateOwned = { qualification: 'StateOwnedEntity' };
const webhook = { WebhookUrl: 'http://127.0.0.1:1/', WebhookEvents: ['test-created'] };
const company = { companyName: 'Fourth Coffee', domain: 'fourth.example.com' };

/** Every operation of the service, and who gets what from it. */
export const matrix: Readonly<Record<string, Row>> = {
  'GET /healthz': { answers: open('200') },
  'GET /readyz': { answers: open('200') },

  'GET /v1/customers': { answers: partners('200') },
  'GET /v1/customers/all/validations': { answers: partners('200') },
  'GET /v1/customers/{customerId}': { answers: partners(ownCustomer('200')) },
  'GET /v1/customers/{customerId}/qualifications': { answers: partners(ownCustomer('200')) },
  'POST /v1/customers/{customerId}/qualifications': {
    answers: { ...partners(ownCustomer('201')), app: '403 900329' },
    body: stateOwned,
  },

  'GET /vetting/v1/caller': { answers: { ...open('200'), nobody: noToken } },
  'GET /vetting/v1/customers': { answers: partners('200') },
  'GET /vetting/v1/summary': { answers: partners('200') },
  'GET /vetting/v1/events': { answers: partners('200') },
  'POST /vetting/v1/customers/{customerId}/preflight': { answers: partners(ownCustomer('200')), body: education },
  'GET /vetting/v1/customers/{customerId}/qualifications/{qualification}': { answers: partners(ownCustomer('200')) },
  'GET /vetting/v1/customers/{customerId}/qualifications/{qualification}/history': {
    answers: partners(ownCustomer('200')),
  },

  'GET /webhooks/v1/registration': { answers: partners('200') },
  'PUT /webhooks/v1/registration': { answers: partners('200'), body: webhook },
  'POST /webhooks/v1/registration': { answers: partners('409 WebhookRegistered'), body: webhook },
  'DELETE /webhooks/v1/registration': { answers: partners('204') },
  'GET /webhooks/v1/registration/events': { answers: { ...open('200'), nobody: noToken } },
  'GET /webhooks/v1/registration/deliveries': { answers: partners('200') },
  'POST /webhooks/v1/registration/validationEvents': { answers: partners('200'), body: {} },
  'GET /webhooks/v1/registration/validationEvents/{correlationId}': {
    answers: partners({ own: '200', anothers: '404 1000', unknown: '404 1000' }),
  },

  'GET /vetting/v1/reviews': { answers: operators('reviewer', '200') },
  'GET /vetting/v1/reviews/{reviewId}': { answers: operators('reviewer', registered('200', '404 1000')) },
  'POST /vetting/v1/reviews/{reviewId}/decision': {
    answers: operators('reviewer', registered('200', '404 1000')),
    body: { decision: 'Approved' },
  },
  'POST /vetting/v1/reviews/{reviewId}/reopen': {
    answers: operators('reviewer', registered('409 ReviewNotApproved', '404 1000')),
    body: { reason: 'A mistake.' },
  },

  'GET /vetting/v1/partners/{tenantId}': { answers: operators('administrator', registered('200', '404 1000')) },
  'PUT /vetting/v1/partners/{tenantId}': {
    answers: operators('administrator', registered('200', '201')),
    body: { name: 'Northwind CSP' },
  },
  'GET /vetting/v1/partners/{tenantId}/customers/{customerId}': {
    answers: operators('administrator', registered('200', '404 1000')),
  },
  'PUT /vetting/v1/partners/{tenantId}/customers/{customerId}': {
    answers: operators('administrator', registered('200', '404 1000')),
    body: company,
  },
  'POST /vetting/v1/partners/{tenantId}/customers/{customerId}/end-relationship': {
    answers: operators('administrator', registered('200', '404 1000')),
    body: {},
  },
  'POST /vetting/v1/partners/{tenantId}/customers:import': {
    answers: operators('administrator', registered('200', '404 1000')),
    body: `${JSON.stringify({ id: '3c7f9d1e-5b2a-4f60-8d4c-9e1a2b3c4d5e', ...company })}\n`,
  },
  'GET /vetting/v1/partners/{tenantId}/validation-codes/{validationId}': {
    answers: operators('administrator', registered('200', '404 1000')),
  },
  'PUT /vetting/v1/partners/{tenantId}/validation-codes/{validationId}': {
    answers: operators('administrator', registered('200', '404 1000')),
    body: { organizationName: 'City of Example', maxCreates: 5 },
  },
  'DELETE /vetting/v1/partners/{tenantId}/validation-codes/{validationId}': {
    answers: operators('administrator', registered('204', '404 1000')),
  },

  'POST /sandbox/v1/customers': { answers: partners('201'), body: company },
  'GET /sandbox/v1/clock': { answers: open('200') },
  'POST /sandbox/v1/clock': { answers: open('200'), body: { advance: 'PT1S' } },
  'GET /sandbox/v1/faults': { answers: open('200') },
  'PUT /sandbox/v1/faults': { answers: open('200'), body: [] },
  'DELETE /sandbox/v1/faults': { answers: open('204') },
  'POST /sandbox/v1/reset': { answers: open('204') },
};

/** What is registered and not described: pages, the description itself, and the sandbox's authority. All are for everybody. */
export const undescribed: readonly RegExp[] = [
  /^(GET|HEAD) \/((customers|desk)\*?|developer|assets\/.*)?$/,
  // The tree of routes leaves out the slash before an asterisk, and of `/assets/*` what stands before it.
  /^(GET|HEAD) \/(\*|openapi\.json|docs(\/.*|\*)?)$/,
  /^(GET|HEAD) \/:tenant\(.*\)\/((v2\.0\/)?\.well-known\/openid-configuration|discovery\/(v2\.0\/)?keys)$/,
  /^(GET|HEAD) \/:tenant\(.*\)\/oauth2\/v2\.0\/(authorize|logout)$/,
  /^POST \/:tenant\(.*\)\/oauth2\/(v2\.0\/)?token$/,
];
