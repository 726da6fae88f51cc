import {
  CustomerParams,
  canonicalRequest,
  Preflight,
  QualificationRequest,
  QualificationRequestQuery,
  vettingPaths,
} from '@vetted/contract';
import type { ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { PreflightService } from './preflight.service.js';

const preflightSchema = {
  summary: 'Learn what a request for a qualification would meet with',
  description: 'Takes what the request itself takes, and changes nothing: no attempt and no validation code is used.',
  tags: ['Vetting'],
  params: CustomerParams,
  querystring: QualificationRequestQuery,
  body: QualificationRequest,
  response: {
    200: Preflight,
    ...describedFaults([
      'CustomerIdInvalid',
      'BodyInvalid',
      'InputInvalid',
      'RelationshipEnded',
      'PartnerUnknown',
      'CustomerNotFound',
      'PayloadTooLarge',
      'UnsupportedMediaType',
    ]),
  },
};

export function preflightRoutes(app: ServiceInstance, preflight: PreflightService): void {
  app.post(
    vettingPaths.preflight,
    {
      schema: preflightSchema,
      preValidation: async (request) => {
        request.body = canonicalRequest(request.body) as typeof request.body;
      },
    },
    ({ caller, params, body, query }) => preflight.check(caller, params.customerId, body, query.code),
  );
}
