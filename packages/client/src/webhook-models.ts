import type { QualificationName, WebhookEventName } from './models.js';

/**
 * A webhook as a partner asks for it. The members' names are Partner Center's.
 *
 * @see https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
 */
export interface WebhookRegistrationRequest {
  /** Where events go: https and an address of the internet; in a sandbox an address of its own machine, http too. */
  WebhookUrl: string;
  /** Which events: {@link WebhookEventName}, one at least. */
  WebhookEvents: (WebhookEventName | (string & {}))[];
  /** Whether the signature is repeated in `x-ms-signature`. Default: false. */
  SignatureTokenToMsSignatureHeader?: boolean;
}

/** The partner's webhook. */
export interface WebhookRegistration {
  /** A GUID, new with each registration. */
  SubscriberId: string;
  /** Where events go. */
  WebhookUrl: string;
  /** Which events. */
  WebhookEvents: (WebhookEventName | (string & {}))[];
  /** Whether the signature is repeated in `x-ms-signature`. */
  SignatureTokenToMsSignatureHeader: boolean;
}

/** A webhook that was registered just now. */
export interface NewWebhookRegistration extends WebhookRegistration {
  /**
   * What `verifyWebhook` takes: `whsec_…`. It is told here only, so keep it; absent where a repetition comes after the
   * registration has ended.
   */
  WebhookSecret?: string;
}

/** A test event that is on its way. */
export interface ValidationEvent {
  /** A GUID: what `getTestReport` takes. */
  correlationId: string;
}

/** What came of one attempt to deliver an event. */
export interface WebhookDeliveryResult {
  /** The status of the answer by its name, such as `OK`, or by its number; absent without an answer. */
  responseCode?: string;
  /** What happened, in a sentence. */
  responseMessage: string;
  /** Whether there was no answer. */
  systemError: boolean;
  /** When it was attempted: an ISO 8601 text in UTC. */
  dateTimeUtc: string;
}

/** What became of a test event. */
export interface ValidationEventReport {
  /** The GUID that `sendTestEvent` gave. */
  correlationId: string;
  /** The partner's tenant id. */
  partnerId: string;
  /** Whether the event is still on its way, was taken, or was given up. */
  status: 'pending' | 'completed' | 'failed' | (string & {});
  /** Where it went last. */
  callbackUrl: string;
  /** One for each attempt, oldest first. */
  results: WebhookDeliveryResult[];
}

/** One event on its way to the partner's webhook, or past that. What does not apply is absent. */
export interface WebhookDelivery {
  /** The `webhook-id` of every attempt: `id` of a {@link WebhookEvent}. */
  id: string;
  /** What happened. */
  eventName: WebhookEventName | (string & {});
  /** The customer tenant id; absent for a test event. */
  customerId?: string;
  /** Which qualification; absent for a test event. */
  qualification?: QualificationName | (string & {});
  /**
   * Whether the event is still on its way, was taken, or was given up; also `failed` is one that was dropped because the
   * registration ended, or changed so that the event is not of it.
   */
  status: 'pending' | 'delivered' | 'failed' | (string & {});
  /** When it happened: an ISO 8601 text in UTC. */
  createdAt: string;
  /** With `pending`: before this it is not attempted again. Absent while it is being attempted. */
  nextAttemptAt?: string;
  /** One for each attempt, oldest first. */
  results: WebhookDeliveryResult[];
}
