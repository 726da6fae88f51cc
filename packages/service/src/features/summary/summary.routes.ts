import { VettingOverview, vettingPaths } from '@vetted/contract';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import type { SummaryService } from './summary.service.js';

const getSummarySchema = {
  summary: "Get what a partner's vetting comes to",
  tags: ['Vetting'],
  querystring: noQuery,
  response: { 200: VettingOverview, ...describedFaults(['InputInvalid', 'PartnerUnknown']) },
};

export function summaryRoutes(app: ServiceInstance, summary: SummaryService): void {
  app.get(vettingPaths.summary, { schema: getSummarySchema }, (request) => summary.get(request.caller));
}
