import { ValidationEvent, ValidationEventParams, ValidationEventReport, webhookPaths } from '@vetted/contract';
import { Type } from 'typebox';
import { sendJsonText } from '../../http/faults.js';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { ValidationEventsService } from './validation-events.service.js';

const tags = ['Webhooks'];

const createSchema = {
  summary: 'Send a test event',
  description: 'Two a minute at most.',
  tags,
  querystring: noQuery,
  body: Type.Unsafe<unknown>({ type: ['object', 'null'], additionalProperties: false }),
  response: {
    200: ValidationEvent,
    429: Type.Object(
      { statusCode: Type.Literal(429), message: Type.String() },
      { description: 'Too many; Retry-After tells in how many seconds there may be another.' },
    ),
    ...describedFaults([
      'BodyInvalid',
      'InputInvalid',
      'PartnerUnknown',
      'ResourceNotFound',
      'RequestIdReused',
      'PayloadTooLarge',
      'UnsupportedMediaType',
    ]),
  },
};

const reportSchema = {
  summary: 'Get the report on a test event',
  description: 'Kept for a week after the last attempt.',
  tags,
  params: ValidationEventParams,
  querystring: noQuery,
  response: {
    200: ValidationEventReport,
    ...describedFaults(['InputInvalid', 'PartnerUnknown', 'ResourceNotFound']),
  },
};

export function validationEventsRoutes(app: ServiceInstance, events: ValidationEventsService): void {
  app.post(webhookPaths.validationEvents, { schema: createSchema }, async ({ caller, requestId }, reply) => {
    const answer = await events.create({ caller, requestId });
    return sendJsonText(reply, answer.status, answer.body);
  });

  app.get(webhookPaths.validationEvent, { schema: reportSchema }, ({ caller, params }) =>
    events.report(caller, params.correlationId),
  );
}
