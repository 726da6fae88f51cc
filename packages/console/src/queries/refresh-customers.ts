import type { QueryClient } from '@tanstack/react-query';

/** What is kept of one customer, under a key whose second part is the customer's id. */
const ofCustomer: ReadonlySet<unknown> = new Set(['qualifications', 'progress', 'history', 'preflight']);
/** What is kept of all of them. A sandbox's clock is among it: it is moved to have something happen. */
const ofPartner: ReadonlySet<unknown> = new Set(['customers', 'summary', 'attention', 'validation-codes', 'clock']);

/** Has everything fetched again that changes of these customers' qualifications can have changed, where it is shown. */
export function refreshCustomers(queries: QueryClient, customerIds: Iterable<string>): Promise<void> {
  const changed: ReadonlySet<unknown> = new Set(customerIds);
  return queries.invalidateQueries({
    predicate: ({ queryKey: [name, id] }) => ofPartner.has(name) || (ofCustomer.has(name) && changed.has(id)),
  });
}
