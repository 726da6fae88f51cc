import { Page } from '../../ui/page.js';
import { Deliveries } from './deliveries.js';
import { References } from './references.js';
import { Webhook } from './webhook.js';

/** What a developer at the partner needs: the webhook, its deliveries, and where to begin. */
export function DeveloperPage() {
  return (
    <Page title="Developer">
      <Webhook />
      <Deliveries />
      <References />
    </Page>
  );
}
