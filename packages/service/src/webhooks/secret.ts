import { randomBytes } from 'node:crypto';

/**
 * A new secret to sign a registration's webhooks with: 256 random bits, as Standard Webhooks writes them.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
