import { paths, ValidationCode } from '@vetted/contract';
import { Type } from 'typebox';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { ValidationsService } from './validations.service.js';

const listValidationCodesSchema = {
  summary: "List a partner's Government Community Cloud validation codes",
  tags: ['Validation codes'],
  querystring: noQuery,
  response: {
    200: Type.Array(ValidationCode, { description: "The partner's validation codes." }),
    ...describedFaults(['InputInvalid', 'PartnerUnknown']),
  },
};

export function validationsRoutes(app: ServiceInstance, validations: ValidationsService): void {
  app.get(paths.validations, { schema: listValidationCodesSchema }, (request) => validations.list(request.caller));
}
