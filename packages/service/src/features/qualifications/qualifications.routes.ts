import {
  CustomerParams,
  canonicalRequest,
  paths,
  Qualification,
  QualificationRequest,
  QualificationRequestQuery,
} from '@vetted/contract';
import { Type } from 'typebox';
import { sendAnswer } from '../../http/etag.js';
import { sendJsonText } from '../../http/faults.js';
import { requireUser } from '../../http/identity.js';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { QualificationsService } from './qualifications.service.js';

const getQualificationsSchema = {
  summary: "Get a customer's qualifications",
  description: 'The answer has an ETag; send it as If-None-Match to hear whether anything changed.',
  tags: ['Qualifications'],
  params: CustomerParams,
  querystring: noQuery,
  response: {
    200: Type.Array(Qualification, { description: 'Empty for a customer without a qualification.' }),
    304: Type.Unsafe<undefined>({
      type: 'null',
      description: 'The caller has it already: If-None-Match names its ETag.',
    }),
    ...describedFaults([
      'CustomerIdInvalid',
      'InputInvalid',
      'CustomerNotFound',
      'RelationshipEnded',
      'PartnerUnknown',
    ]),
  },
};

const requestQualificationSchema = {
  summary: 'Request a qualification for a customer',
  description: 'App+User only. A repetition with the same MS-RequestId gets the first answer again.',
  tags: ['Qualifications'],
  params: CustomerParams,
  querystring: QualificationRequestQuery,
  body: QualificationRequest,
  response: {
    201: Qualification,
    ...describedFaults([
      'CustomerIdInvalid',
      'BodyInvalid',
      'InputInvalid',
      'ValidationCodeUnknown',
      'AppUserRequired',
      'RelationshipEnded',
      'PartnerUnknown',
      'CustomerNotFound',
      'QualificationInReview',
      'QualificationApproved',
      'QualificationsNotCombinable',
      'VettingAttemptsExhausted',
      'ValidationCodeExhausted',
      'RequestIdReused',
      'PayloadTooLarge',
      'UnsupportedMediaType',
    ]),
  },
};

export function qualificationsRoutes(app: ServiceInstance, qualifications: QualificationsService): void {
  app.get(paths.qualifications, { schema: getQualificationsSchema }, (request, reply): void | Promise<void> => {
    const answer = qualifications.answer(request.caller, request.params.customerId);
    if (answer instanceof Promise) return answer.then((known) => sendAnswer(request, reply, known));
    sendAnswer(request, reply, answer);
  });

  app.post(
    paths.qualifications,
    {
      schema: requestQualificationSchema,
      onRequest: requireUser,
      preValidation: async (request) => {
        request.body = canonicalRequest(request.body) as typeof request.body;
      },
    },
    async (request, reply) => {
      const { caller, correlationId, requestId, params, body, query } = request;
      const context = { caller, correlationId, requestId, customerId: params.customerId };
      const answer = await qualifications.request(context, body, query.code);
      return sendJsonText(reply, answer.status, answer.body);
    },
  );
}
