import { Page } from '../../ui/page.js';

export function DeskPage() {
  return <Page title="Desk">…</Page>;
}
