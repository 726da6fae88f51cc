/** Where a customer's page is: its account, or another of its tabs. */
export function customerPath(customerId: string, tab: 'account' | 'qualifications' = 'account'): string {
  return `${customerPage(customerId)}/${tab}`;
}

/** What the paths of all its tabs begin with. */
export function customerPage(customerId: string): string {
  return `/customers/${encodeURIComponent(customerId)}`;
}
