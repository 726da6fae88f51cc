import { Page } from '../../ui/page.js';

export function CustomersPage() {
  return <Page title="Customers">…</Page>;
}
