import { WebhookDeliveries, WebhookDeliveriesQuery, webhookPaths } from '@vetted/contract';
import type { ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import { readSize } from '../../http/query.js';
import type { DeliveriesService } from './deliveries.service.js';

const listDeliveriesSchema = {
  summary: 'List the latest deliveries',
  description: 'Newest first, test events among them. A delivery is kept for a week after its last attempt.',
  tags: ['Webhooks'],
  querystring: WebhookDeliveriesQuery,
  response: { 200: WebhookDeliveries, ...describedFaults(['InputInvalid', 'PartnerUnknown']) },
};

export function deliveriesRoutes(app: ServiceInstance, deliveries: DeliveriesService): void {
  app.get(
    webhookPaths.deliveries,
    { schema: listDeliveriesSchema, preValidation: readSize },
    ({ caller, query: { size } }) => deliveries.list(caller, size),
  );
}
