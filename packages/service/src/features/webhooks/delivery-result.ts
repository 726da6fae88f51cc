import { STATUS_CODES } from 'node:http';
import type { WebhookDelivery } from '@vetted/contract';
import type { DeliveryAttempt } from '../../domain/webhook.js';

/** An attempt as the reports and the listing of deliveries tell it. */
export function toResult({ at, responseCode, message }: DeliveryAttempt): WebhookDelivery['results'][number] {
  return {
    ...(responseCode === undefined ? {} : { responseCode: statusName(responseCode) }),
    responseMessage: message,
    systemError: responseCode === undefined,
    dateTimeUtc: at,
  };
}

/** A status as .NET names it, which Partner Center writes; the number where it has no name. */
function statusName(status: number): string {
  return STATUS_CODES[status]?.replaceAll(/[^A-Za-z]/g, '') ?? String(status);
}
