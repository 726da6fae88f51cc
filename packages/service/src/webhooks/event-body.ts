import { customerPath, paths, TEST_CREATED, vettingPaths, type WebhookEvent, webhookPaths } from '@vetted/contract';
import type { WebhookDelivery } from '../domain/webhook.js';

/**
 * The event of a delivery as it is posted, the same on every attempt.
 * @param publicUrl where the service is reached, without a trailing slash
 * @see https://learn.microsoft.com/partner-center/developer/partner-center-webhook-events
 */
export function eventBody(delivery: WebhookDelivery, publicUrl: string): string {
  const event = delivery.eventName === TEST_CREATED ? testEvent(delivery) : qualificationEvent(delivery);
  const { ResourceUri, AuditUri } = event;
  return JSON.stringify({
    ...event,
    ResourceUri: publicUrl + ResourceUri,
    ...(AuditUri !== undefined && { AuditUri: publicUrl + AuditUri }),
  });
}

function testEvent({ correlationId, at }: WebhookDelivery): WebhookEvent {
  return {
    EventName: 'test-created',
    ResourceUri: webhookPaths.validationEvent.replace(':correlationId', correlationId),
    ResourceName: 'test',
    ResourceChangeUtcDate: at,
  };
}

function qualificationEvent({ customerId = '', qualification, at }: WebhookDelivery): WebhookEvent {
  return {
    EventName: 'customer-qualification-updated',
    ResourceUri: customerPath(paths.qualifications, customerId),
    ResourceName: 'customer-qualification',
    AuditUri: vettingPaths.history.replace(':customerId', customerId).replace(':qualification', String(qualification)),
    ResourceChangeUtcDate: at,
  };
}
