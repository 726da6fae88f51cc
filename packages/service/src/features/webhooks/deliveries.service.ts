import { DEFAULT_DELIVERIES, type WebhookDeliveries, type WebhookDelivery } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { Refusal } from '../../domain/refusal.js';
import type { Store } from '../../domain/store.js';
import type { DeliveryRecord, DeliveryState } from '../../domain/webhook.js';
import { toResult } from './delivery-result.js';

export interface DeliveriesService {
  list(caller: Caller, size?: number): Promise<WebhookDeliveries>;
}

const statuses: Readonly<Record<DeliveryState, WebhookDelivery['status']>> = {
  pending: 'pending',
  delivered: 'delivered',
  failed: 'failed',
  dropped: 'failed',
};

export function deliveriesService(store: Store): DeliveriesService {
  return {
    async list({ partnerId }, size = DEFAULT_DELIVERIES) {
      const { partnerKnown } = await store.reads.webhooks.registration(partnerId);
      if (!partnerKnown) throw new Refusal('PartnerUnknown');
      return { items: (await store.reads.webhooks.latest(partnerId, size)).map(toWire) };
    },
  };
}

function toWire({ eventName, state, at, results, ...record }: DeliveryRecord): WebhookDelivery {
  return {
    ...record,
    eventName: eventName as WebhookDelivery['eventName'],
    status: statuses[state],
    createdAt: at,
    results: results.map(toResult),
  };
}
