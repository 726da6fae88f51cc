import { Page } from '../../ui/page.js';

export function DeveloperPage() {
  return <Page title="Developer">…</Page>;
}
