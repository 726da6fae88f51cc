import { Page } from '../../ui/page.js';

export function CustomerPage() {
  return <Page title="Customer">…</Page>;
}
