import { Customer, CustomerCollection, CustomerParams, CustomersQuery, headers, paths } from '@vetted/contract';
import { Type } from 'typebox';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import { readSize } from '../../http/query.js';
import type { CustomersService } from './customers.service.js';

const continuationHeader = headers.continuationToken.toLowerCase() as 'ms-continuationtoken';

const listCustomersSchema = {
  summary: "List a partner's customers",
  description:
    'Sorted by company name. The next page is asked for with the header that links.next tells. totalCount is counted ' +
    'for the first page, and the others repeat it.',
  tags: ['Customers'],
  querystring: CustomersQuery,
  headers: Type.Object({ [continuationHeader]: Type.Optional(Type.String({ minLength: 1, maxLength: 8192 })) }),
  response: { 200: CustomerCollection, ...describedFaults(['InputInvalid', 'PartnerUnknown']) },
};

const getCustomerSchema = {
  summary: 'Get a customer',
  tags: ['Customers'],
  params: CustomerParams,
  querystring: noQuery,
  response: {
    200: Customer,
    ...describedFaults([
      'CustomerIdInvalid',
      'InputInvalid',
      'CustomerNotFound',
      'RelationshipEnded',
      'PartnerUnknown',
    ]),
  },
};

export function customersRoutes(app: ServiceInstance, customers: CustomersService): void {
  app.get(paths.customers, { schema: listCustomersSchema, preValidation: readSize }, (request) =>
    customers.list(request.caller, request.query, request.headers[continuationHeader]),
  );
  app.get(paths.customer, { schema: getCustomerSchema }, (request) =>
    customers.get(request.caller, request.params.customerId),
  );
}
