/** Paths of the routes that speak Partner Center, below the service's root; `:customerId` is the customer tenant id. */
export const paths = {
  customers: '/v1/customers',
  customer: '/v1/customers/:customerId',
  qualifications: '/v1/customers/:customerId/qualifications',
  validations: '/v1/customers/all/validations',
} as const;

/** The version segment that every compatible path begins with; links in a collection leave it out. */
export const API_VERSION = 'v1';

/** The path of one customer's resource, with the id URL-encoded. */
export function customerPath(
  template: typeof paths.customer | typeof paths.qualifications,
  customerId: string,
): string {
  return template.replace(':customerId', encodeURIComponent(customerId));
}
