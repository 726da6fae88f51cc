import { CustomerQualificationsQuery, CustomerWithQualificationsCollection, vettingPaths } from '@vetted/contract';
import type { ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import { readSize } from '../../http/query.js';
import type { PortfolioService } from './portfolio.service.js';

const listPortfolioSchema = {
  summary: "List a partner's customers with their qualifications",
  description:
    'Sorted by company name, and without those whose relationship has ended. The next page is asked for with ' +
    'continuationToken, which carries the whole query.',
  tags: ['Vetting'],
  querystring: CustomerQualificationsQuery,
  response: { 200: CustomerWithQualificationsCollection, ...describedFaults(['InputInvalid', 'PartnerUnknown']) },
};

export function portfolioRoutes(app: ServiceInstance, portfolio: PortfolioService): void {
  app.get(vettingPaths.customers, { schema: listPortfolioSchema, preValidation: readSize }, (request) =>
    portfolio.list(request.caller, request.query),
  );
}
