/** Paths of the routes that speak Partner Center, below the service's root; `:customerId` is the customer tenant id. */
export const paths = {
  customers: '/v1/customers',
  customer: '/v1/customers/:customerId',
  qualifications: '/v1/customers/:customerId/qualifications',
  validations: '/v1/customers/all/validations',
} as const;

/** Paths of what is known beyond Partner Center's bodies: for reviewers, for operators and for partners. */
export const vettingPaths = {
  reviews: '/vetting/v1/reviews',
  review: '/vetting/v1/reviews/:reviewId',
  decision: '/vetting/v1/reviews/:reviewId/decision',
  reopen: '/vetting/v1/reviews/:reviewId/reopen',
  partner: '/vetting/v1/partners/:tenantId',
  partnerCustomer: '/vetting/v1/partners/:tenantId/customers/:customerId',
  /** The colon is part of the last segment; routers take a doubled one for it. */
  customersImport: '/vetting/v1/partners/:tenantId/customers::import',
  endRelationship: '/vetting/v1/partners/:tenantId/customers/:customerId/end-relationship',
  validationCode: '/vetting/v1/partners/:tenantId/validation-codes/:validationId',
  qualification: '/vetting/v1/customers/:customerId/qualifications/:qualification',
  history: '/vetting/v1/customers/:customerId/qualifications/:qualification/history',
  preflight: '/vetting/v1/customers/:customerId/preflight',
  summary: '/vetting/v1/summary',
  caller: '/vetting/v1/caller',
  customers: '/vetting/v1/customers',
  events: '/vetting/v1/events',
} as const;

/** Paths of the webhook registration, in the shape of Partner Center's. */
export const webhookPaths = {
  registration: '/webhooks/v1/registration',
  events: '/webhooks/v1/registration/events',
  validationEvents: '/webhooks/v1/registration/validationEvents',
  validationEvent: '/webhooks/v1/registration/validationEvents/:correlationId',
  deliveries: '/webhooks/v1/registration/deliveries',
} as const;

/** Paths of the sandbox's switches; they exist in sandbox mode only. */
export const sandboxPaths = {
  clock: '/sandbox/v1/clock',
  faults: '/sandbox/v1/faults',
  customers: '/sandbox/v1/customers',
  reset: '/sandbox/v1/reset',
} as const;

/** The version segment that every compatible path begins with; links in a collection leave it out. */
export const API_VERSION = 'v1';

/** A path with its parameters filled in, each URL-encoded. */
export function pathOf(template: string, parameters: Readonly<Record<string, string>>): string {
  let path = template;
  for (const name in parameters) path = path.replace(`:${name}`, () => encodeURIComponent(parameters[name] ?? ''));
  return path;
}

/** The path of one customer's resource, with the id URL-encoded. */
export function customerPath(
  template: typeof paths.customer | typeof paths.qualifications,
  customerId: string,
): string {
  return pathOf(template, { customerId });
}
