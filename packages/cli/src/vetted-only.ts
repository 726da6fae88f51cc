/** What a service answers that does not know the route; 405 and 501 where a gateway stands before it. */
const unknownRoute: ReadonlySet<number | undefined> = new Set([404, 405, 406, 501]);
/** Vetted knows the route, and not the customer. */
const CUSTOMER_NOT_FOUND = '60003';

/** Whether a call of one of Vetted's own routes failed because the service has none of them, as Partner Center. */
export async function lacksRoute(error: unknown): Promise<boolean> {
  const { isPartnerCenterError } = await import('@vetted/client');
  return isPartnerCenterError(error) && unknownRoute.has(error.statusCode) && error.code !== CUSTOMER_NOT_FOUND;
}
