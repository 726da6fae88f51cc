import { type Static, Type } from 'typebox';
import { canonicalMembers } from './canonical-members.js';
import { QUALIFICATION_UPDATED, TEST_CREATED } from './event-names.js';
import { GUID_PATTERN } from './guid.js';
import { PRINTABLE } from './printable.js';
import { qualificationNames } from './qualification.js';

/** The events that a webhook can be registered for. */
export const webhookEvents = [QUALIFICATION_UPDATED, TEST_CREATED] as const;
export type WebhookEventName = (typeof webhookEvents)[number];

const WebhookUrl = Type.String({
  minLength: 1,
  maxLength: 2048,
  pattern: `^${PRINTABLE}+$`,
  description: 'Where events go: https, and an address of the internet. In sandbox mode this machine alone.',
});

const WebhookEvents = Type.Array(Type.Enum([...webhookEvents]), { minItems: 1, maxItems: 16 });

/**
 * A registration as a partner asks for it. Names are read case-insensitively; see {@link canonicalRegistration}.
 * @see https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
 */
export const WebhookRegistrationRequest = Type.Object(
  {
    WebhookUrl,
    WebhookEvents,
    SignatureTokenToMsSignatureHeader: Type.Optional(
      Type.Boolean({ description: 'Whether the signature is repeated in x-ms-signature. false when absent.' }),
    ),
  },
  { title: 'WebhookRegistrationRequest', additionalProperties: false },
);
export type WebhookRegistrationRequest = Static<typeof WebhookRegistrationRequest>;

/** A partner's registration. */
export const WebhookRegistration = Type.Object(
  {
    SubscriberId: Type.String({ description: 'A GUID, new with each registration.' }),
    WebhookUrl,
    WebhookEvents,
    SignatureTokenToMsSignatureHeader: Type.Boolean({
      description: 'Whether the signature is repeated in x-ms-signature.',
    }),
  },
  { title: 'WebhookRegistration' },
);
export type WebhookRegistration = Static<typeof WebhookRegistration>;

/** A registration as it is answered when it is made. */
export const NewWebhookRegistration = Type.Object(
  {
    ...WebhookRegistration.properties,
    WebhookSecret: Type.Optional(
      Type.String({
        description:
          'What the signatures are verified with, as Standard Webhooks writes it: whsec_ and the key in base64. ' +
          'Shown here only. A repetition of the request gets it as long as the registration stands.',
      }),
    ),
  },
  { title: 'NewWebhookRegistration' },
);
export type NewWebhookRegistration = Static<typeof NewWebhookRegistration>;

/** The events that a webhook can be registered for, as they are listed. */
export const WebhookEventNames = Type.Array(Type.String(), {
  description: 'The events that a webhook can be registered for.',
});

/** A test event that is on its way. */
export const ValidationEvent = Type.Object(
  { correlationId: Type.String({ description: 'A GUID, by which the report is asked for.' }) },
  { title: 'ValidationEvent' },
);
export type ValidationEvent = Static<typeof ValidationEvent>;

export const ValidationEventParams = Type.Object({ correlationId: Type.String({ pattern: GUID_PATTERN }) });

const DeliveryResults = Type.Array(
  Type.Object({
    responseCode: Type.Optional(
      Type.String({
        description: 'The status of the answer by its name, such as OK, or by its number; absent without an answer.',
      }),
    ),
    responseMessage: Type.String({ description: 'What happened, in a sentence.' }),
    systemError: Type.Boolean({ description: 'Whether there was no answer.' }),
    dateTimeUtc: Type.String(),
  }),
  { description: 'One for each attempt, oldest first.' },
);

/** What became of a test event, attempt by attempt. */
export const ValidationEventReport = Type.Object(
  {
    correlationId: Type.String(),
    partnerId: Type.String(),
    status: Type.Enum(['pending', 'completed', 'failed']),
    callbackUrl: Type.String({ description: 'Where it went last.' }),
    results: DeliveryResults,
  },
  { title: 'ValidationEventReport' },
);
export type ValidationEventReport = Static<typeof ValidationEventReport>;

export const DEFAULT_DELIVERIES = 20;
export const MAX_DELIVERIES = 100;

/** The query of the listing of deliveries. */
export const WebhookDeliveriesQuery = Type.Object(
  {
    size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_DELIVERIES,
        description: `How many, 1 to ${MAX_DELIVERIES}; ${DEFAULT_DELIVERIES} when absent.`,
      }),
    ),
  },
  { additionalProperties: false },
);
export type WebhookDeliveriesQuery = Static<typeof WebhookDeliveriesQuery>;

/** One event on its way to a registration's URL, or past that. What does not apply is absent, never null. */
export const WebhookDelivery = Type.Object(
  {
    id: Type.String({ description: 'The webhook-id of every attempt.' }),
    eventName: Type.Enum([...webhookEvents]),
    customerId: Type.Optional(
      Type.String({ pattern: GUID_PATTERN, description: 'The customer tenant id. Absent for a test event.' }),
    ),
    qualification: Type.Optional(
      Type.Enum([...qualificationNames], { description: 'Which changed. Absent for a test event.' }),
    ),
    status: Type.Enum(['pending', 'delivered', 'failed'], {
      description:
        'failed: given up, or dropped because the registration ended, or changed so that the event is not of it.',
    }),
    createdAt: Type.String({ description: 'When it happened.' }),
    nextAttemptAt: Type.Optional(
      Type.String({
        description: 'Before this it is not attempted. Absent while it is being attempted, and where it has ended.',
      }),
    ),
    results: DeliveryResults,
  },
  { title: 'WebhookDelivery' },
);
export type WebhookDelivery = Static<typeof WebhookDelivery>;

/** The latest deliveries, newest first. */
export const WebhookDeliveries = Type.Object(
  { items: Type.Array(WebhookDelivery) },
  { title: 'WebhookDeliveries', description: 'The latest deliveries, newest first.' },
);
export type WebhookDeliveries = Static<typeof WebhookDeliveries>;

/** What the service posts to a registration's URL. */
export const WebhookEvent = Type.Object(
  {
    EventName: Type.Enum([...webhookEvents]),
    ResourceUri: Type.String({ description: 'Where the resource that changed can be had.' }),
    ResourceName: Type.String(),
    AuditUri: Type.Optional(Type.String({ description: "Where the resource's history can be had." })),
    ResourceChangeUtcDate: Type.String(),
  },
  { title: 'WebhookEvent' },
);
export type WebhookEvent = Static<typeof WebhookEvent>;

const registrationNames = canonicalMembers(Object.keys(WebhookRegistrationRequest.properties));

/** A registration with its members' names in their canonical case; each event once. */
export function canonicalRegistration(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const canonical = registrationNames(body);
  const events = canonical.get('WebhookEvents');
  if (Array.isArray(events)) canonical.set('WebhookEvents', [...new Set(events)]);
  return Object.fromEntries(canonical);
}
