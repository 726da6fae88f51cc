import { Webhook } from 'standardwebhooks';
import { verifyWebhook, type WebhookHeaders, WebhookVerificationError } from '../src/index.js';
import { CUSTOMER_ID } from './fixture.js';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const NOW = new Date('2026-10-21T07:28:00Z');
export const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';

/** The body of a notice, as it travels. */
export const updated = {
  EventName: 'customer-qualification-updated',
  ResourceUri: `https://vetted.example/v1/customers/${CUSTOMER_ID}/qualifications`,
  ResourceName: 'customer-qualification',
  AuditUri: `https://vetted.example/vetting/v1/customers/${CUSTOMER_ID}/qualifications/Education/history`,
  ResourceChangeUtcDate: '2026-10-21T07:27:59.123Z',
};
export const BODY = JSON.stringify(updated);

export type Delivery = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/** The headers of a delivery, signed by the package that the Standard Webhooks project publishes. */
export function signed(body: string, { at = NOW } = {}): Delivery {
  return {
    'webhook-id': ID,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign(ID, at, body),
  };
}

/** What verification throws, whatever types the arguments have; fails the test where it accepts. */
export function failureOf(
  rawBody: unknown,
  headers: WebhookHeaders,
  secret: unknown = SECRET,
): WebhookVerificationError {
  try {
    verifyWebhook(rawBody as string, headers, secret as string);
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error;
    throw error;
  }
  throw new Error('Expected a WebhookVerificationError, but the delivery was accepted.');
}

export function reasonOf(rawBody: unknown, headers: WebhookHeaders, secret: unknown = SECRET): string {
  return failureOf(rawBody, headers, secret).reason;
}
