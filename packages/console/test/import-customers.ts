import type { TestSandbox } from '@vetted/testkit';

export interface ImportedCustomer {
  readonly id: string;
  readonly companyName: string;
  readonly domain: string;
  readonly country?: string;
  readonly email?: string;
  readonly relationshipToPartner?: string;
  readonly relationshipEnded?: boolean;
}

/** Has the operator import customers of the sample partner, all in one call, or change them. */
export async function importCustomers(
  { url, description, userToken }: TestSandbox,
  customers: readonly ImportedCustomer[],
): Promise<void> {
  const response = await fetch(`${url}/vetting/v1/partners/${description.tenantId}/customers:import`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await userToken('administrator')}`,
      'content-type': 'application/x-ndjson',
    },
    body: customers.map((customer) => `${JSON.stringify(customer)}\n`).join(''),
  });
  const results = (await response.text()).trimEnd().split('\n');
  const untaken = results.filter((result) => !['created', 'updated'].includes(JSON.parse(result).result));
  if (response.status !== 200 || untaken.length > 0)
    throw new Error(`The import was answered ${response.status}: ${untaken.slice(0, 3)}`);
}
