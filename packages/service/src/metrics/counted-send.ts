import type { SendWebhook } from '../webhooks/send.js';
import type { ServiceCounts } from './service-counts.js';

/** Sends as before, and counts what came of it. */
export function countedSend(send: SendWebhook, { attempts }: ServiceCounts): SendWebhook {
  return async (webhook, options) => {
    const result = await send(webhook, options);
    attempts[result.outcome] += 1;
    return result;
  };
}
