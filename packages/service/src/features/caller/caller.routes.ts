import { CallerInformation, vettingPaths } from '@vetted/contract';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { CallerService } from './caller.service.js';

const getCallerSchema = {
  summary: 'Get what the service makes of the token',
  description: 'For whoever has a valid token, of a registered partner or not.',
  tags: ['Vetting'],
  querystring: noQuery,
  response: { 200: CallerInformation, ...describedFaults(['InputInvalid']) },
};

export function callerRoutes(app: ServiceInstance, callers: CallerService): void {
  app.get(vettingPaths.caller, { schema: getCallerSchema }, (request) => callers.get(request.caller));
}
