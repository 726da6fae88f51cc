import {
  canonicalRegistration,
  NewWebhookRegistration,
  WebhookEventNames,
  WebhookRegistration,
  WebhookRegistrationRequest,
  webhookEvents,
  webhookPaths,
} from '@vetted/contract';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendJsonText } from '../../http/faults.js';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { RegistrationService } from './registration.service.js';

const tags = ['Webhooks'];
const bodyFaults = [
  'BodyInvalid',
  'InputInvalid',
  'PartnerUnknown',
  'PayloadTooLarge',
  'UnsupportedMediaType',
] as const;

const getRegistrationSchema = {
  summary: "Get the partner's webhook registration",
  tags,
  querystring: noQuery,
  response: {
    200: WebhookRegistration,
    ...describedFaults(['InputInvalid', 'PartnerUnknown', 'ResourceNotFound']),
  },
};

const registerSchema = {
  summary: 'Register a webhook',
  description: 'A partner has one. The answer shows the secret that its signatures are verified with.',
  tags,
  querystring: noQuery,
  body: WebhookRegistrationRequest,
  response: {
    200: NewWebhookRegistration,
    ...describedFaults([...bodyFaults, 'WebhookRegistered', 'RequestIdReused']),
  },
};

const updateRegistrationSchema = {
  summary: 'Change the webhook registration',
  description: 'What is on its way goes to the new URL. The secret stays, and is not shown.',
  tags,
  querystring: noQuery,
  body: WebhookRegistrationRequest,
  response: { 200: WebhookRegistration, ...describedFaults([...bodyFaults, 'ResourceNotFound']) },
};

const endRegistrationSchema = {
  summary: 'End the webhook registration',
  description: 'What is on its way is dropped.',
  tags,
  querystring: noQuery,
  response: {
    204: Type.Unsafe<undefined>({ type: 'null', description: 'The registration has ended.' }),
    ...describedFaults(['InputInvalid', 'PartnerUnknown', 'ResourceNotFound']),
  },
};

const listEventsSchema = {
  summary: 'List the events that a webhook can be registered for',
  tags,
  querystring: noQuery,
  response: { 200: WebhookEventNames, ...describedFaults(['InputInvalid']) },
};

export function registrationRoutes(app: ServiceInstance, registrations: RegistrationService): void {
  app.get(webhookPaths.registration, { schema: getRegistrationSchema }, ({ caller }) => registrations.get(caller));

  app.post(
    webhookPaths.registration,
    { schema: registerSchema, preValidation: readCanonical },
    async ({ caller, requestId, body }, reply) => {
      const answer = await registrations.register({ caller, requestId }, body);
      return sendJsonText(reply.header('Cache-Control', 'no-store'), answer.status, answer.body);
    },
  );

  app.put(
    webhookPaths.registration,
    { schema: updateRegistrationSchema, preValidation: readCanonical },
    ({ caller, body }) => registrations.update(caller, body),
  );

  app.delete(webhookPaths.registration, { schema: endRegistrationSchema }, async ({ caller }, reply) => {
    await registrations.end(caller);
    return reply.code(204).send();
  });

  app.get(webhookPaths.events, { schema: listEventsSchema }, async () => [...webhookEvents]);
}

async function readCanonical(request: FastifyRequest): Promise<void> {
  request.body = canonicalRegistration(request.body);
}
