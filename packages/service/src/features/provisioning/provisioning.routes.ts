import {
  CustomerUpdate,
  type FaultName,
  PartnerCustomerParams,
  PartnerParams,
  PartnerUpdate,
  RegisteredCustomer,
  RegisteredPartner,
  RegisteredValidationCode,
  ValidationCodeParams,
  ValidationCodeUpdate,
  vettingPaths,
} from '@vetted/contract';
import { Type } from 'typebox';
import { sendJsonText } from '../../http/faults.js';
import { requireRole } from '../../http/identity.js';
import { noQuery, type ServiceInstance } from '../../http/instance.js';
import { describedFaults } from '../../http/openapi.js';
import { contextOf, type OperatorService } from './operator.service.js';

const forPartner = { tags: ['Partners'], params: PartnerParams, querystring: noQuery };
const forCustomer = { tags: ['Partners'], params: PartnerCustomerParams, querystring: noQuery };
const forCode = { tags: ['Partners'], params: ValidationCodeParams, querystring: noQuery };
const found: FaultName[] = ['InputInvalid', 'ResourceNotFound'];
const foundCustomer: FaultName[] = [...found, 'CustomerIdInvalid', 'CustomerNotFound'];
const withBody: FaultName[] = ['BodyInvalid', 'PayloadTooLarge', 'UnsupportedMediaType'];

/** A POST that says all by its path. */
const noBody = Type.Unsafe<unknown>({
  type: ['object', 'null'],
  additionalProperties: false,
  description: 'None, or an empty object.',
});

const getPartnerSchema = {
  ...forPartner,
  summary: 'Get a partner',
  response: { 200: RegisteredPartner, ...describedFaults(found) },
};

const putPartnerSchema = {
  ...forPartner,
  summary: 'Register a partner, or change it',
  description: '201 for a new partner, else 200.',
  body: PartnerUpdate,
  response: { 200: RegisteredPartner, 201: RegisteredPartner, ...describedFaults([...found, ...withBody]) },
};

const getCustomerSchema = {
  ...forCustomer,
  summary: "Get a partner's customer",
  response: { 200: RegisteredCustomer, ...describedFaults(foundCustomer) },
};

const putCustomerSchema = {
  ...forCustomer,
  summary: "Add a partner's customer, or change it",
  description: '201 for a new customer, else 200.',
  body: CustomerUpdate,
  response: {
    200: RegisteredCustomer,
    201: RegisteredCustomer,
    ...describedFaults([...found, 'CustomerIdInvalid', ...withBody]),
  },
};

const endRelationshipSchema = {
  ...forCustomer,
  summary: "End a partner's relationship with a customer",
  description:
    'From then on the partner gets 403 (20002) for this customer. PUT the customer to take it up again. A repetition ' +
    'with the same MS-RequestId gets the first answer again.',
  body: noBody,
  response: { 200: RegisteredCustomer, ...describedFaults([...foundCustomer, ...withBody, 'RequestIdReused']) },
};

const getCodeSchema = {
  ...forCode,
  summary: "Get a partner's validation code",
  response: { 200: RegisteredValidationCode, ...describedFaults(found) },
};

const putCodeSchema = {
  ...forCode,
  // The service judges the code together with the body, so that what is wrong with it has a name.
  params: Type.Object({ ...PartnerParams.properties, validationId: Type.String() }),
  summary: "Add a partner's validation code, or change it",
  description: '201 for a new code, else 200. What was used of a code stays used.',
  body: ValidationCodeUpdate,
  response: {
    200: RegisteredValidationCode,
    201: RegisteredValidationCode,
    ...describedFaults([...found, ...withBody]),
  },
};

const removeCodeSchema = {
  ...forCode,
  summary: "Remove a partner's validation code",
  description: 'What the code has qualified stays qualified.',
  response: { 204: Type.Null({ description: 'The code is removed.' }), ...describedFaults(found) },
};

/** What an operator's own systems feed the service by. */
export function provisioningRoutes(app: ServiceInstance, operator: OperatorService): void {
  const onRequest = requireRole('Vetting.Administer');

  app.get(vettingPaths.partner, { schema: getPartnerSchema, onRequest }, (request) =>
    operator.getPartner(contextOf(request)),
  );
  app.put(vettingPaths.partner, { schema: putPartnerSchema, onRequest }, async (request, reply) => {
    const { status, value } = await operator.putPartner(contextOf(request), request.body);
    return reply.code(status).send(value);
  });

  app.get(vettingPaths.partnerCustomer, { schema: getCustomerSchema, onRequest }, (request) =>
    operator.getCustomer(contextOf(request), request.params.customerId),
  );
  app.put(vettingPaths.partnerCustomer, { schema: putCustomerSchema, onRequest }, async (request, reply) => {
    const { status, value } = await operator.putCustomer(contextOf(request), request.params.customerId, request.body);
    return reply.code(status).send(value);
  });
  app.post(vettingPaths.endRelationship, { schema: endRelationshipSchema, onRequest }, async (request, reply) => {
    const { status, body } = await operator.endRelationship(contextOf(request), request.params.customerId);
    return sendJsonText(reply, status, body);
  });

  codeRoutes(app, operator);
}

function codeRoutes(app: ServiceInstance, operator: OperatorService): void {
  const onRequest = requireRole('Vetting.Administer');

  app.get(vettingPaths.validationCode, { schema: getCodeSchema, onRequest }, (request) =>
    operator.getValidationCode(contextOf(request), request.params.validationId),
  );
  app.put(vettingPaths.validationCode, { schema: putCodeSchema, onRequest }, async (request, reply) => {
    const { validationId } = request.params;
    const { status, value } = await operator.putValidationCode(contextOf(request), validationId, request.body);
    return reply.code(status).send(value);
  });
  app.delete(vettingPaths.validationCode, { schema: removeCodeSchema, onRequest }, async (request, reply) => {
    await operator.removeValidationCode(contextOf(request), request.params.validationId);
    return reply.code(204).send(null);
  });
}
