/** The event that tells of every change of a customer's qualification. */
export const QUALIFICATION_UPDATED = 'customer-qualification-updated';
/** The event that a partner asks for to try its registration. */
export const TEST_CREATED = 'test-created';

/** The events that a webhook can be registered for. */
export const webhookEvents = [QUALIFICATION_UPDATED, TEST_CREATED] as const;
export type WebhookEventName = (typeof webhookEvents)[number];
