/** Where a customer's page is: its account, or another of its tabs. */
export function customerPath(customerId: string, tab: 'account' | 'qualifications' = 'account'): string {
  return `/customers/${encodeURIComponent(customerId)}/${tab}`;
}
