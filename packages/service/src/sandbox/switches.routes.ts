import {
  ClockAdvance,
  ClockAdvanced,
  ClockReading,
  Customer,
  type FaultName,
  type FaultRule,
  FaultRules,
  MAX_FAULT_RULES,
  NewCustomer,
  sandboxPaths,
} from '@vetted/contract';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { timestamp } from '../domain/clock.js';
import { Refusal } from '../domain/refusal.js';
import type { CustomerRow, Store } from '../domain/store.js';
import { sendJsonText } from '../http/faults.js';
import { noQuery, type ServiceInstance } from '../http/instance.js';
import { describedFaults } from '../http/openapi.js';
import type { SandboxClock } from './clock.js';
import { addCustomer } from './customers.js';
import type { FaultSwitch } from './faults.js';
import { refuseStrangers } from './guard.js';
import { reset } from './seed.js';

export interface SwitchesOptions {
  readonly store: Store;
  readonly clock: SandboxClock;
  readonly faults: FaultSwitch;
  /** A customer as the routes of customers answer it. */
  readonly toWire: (customer: CustomerRow) => Customer;
}

const tags = ['Sandbox'];
const bodyFaults = ['BodyInvalid', 'InputInvalid', 'PayloadTooLarge', 'UnsupportedMediaType'] as const;
const noContent = Type.Unsafe<undefined>({ type: 'null', description: 'Done.' });
/** A route that takes no body takes an empty object as well. */
const noBody = Type.Unsafe<unknown>({ type: ['object', 'null'], additionalProperties: false });

/** The faults of a route that nobody needs a token for. */
function tokenlessFaults(names: readonly FaultName[]): ReturnType<typeof describedFaults> {
  return Object.fromEntries(Object.entries(describedFaults(names)).filter(([status]) => status !== '401'));
}

const readClockSchema = {
  summary: "Read the service's clock",
  tags,
  querystring: noQuery,
  response: { 200: ClockReading, ...tokenlessFaults(['InputInvalid']) },
};

const advanceClockSchema = {
  summary: "Move the service's clock forwards",
  description:
    'Every time in the service comes from it. It outlives a restart, and never goes back. A repetition with the same ' +
    'MS-RequestId moves it no further, and gets the first answer again.',
  tags,
  querystring: noQuery,
  body: ClockAdvance,
  response: { 200: ClockAdvanced, ...tokenlessFaults([...bodyFaults, 'RequestIdReused']) },
};

const listFaultsSchema = {
  summary: 'List the rules by which requests go wrong',
  tags,
  querystring: noQuery,
  response: { 200: FaultRules, ...tokenlessFaults(['InputInvalid']) },
};

const replaceFaultsSchema = {
  summary: 'Have requests go wrong',
  description:
    'For requests below /v1, /vetting/v1 and /webhooks/v1. The first rule that matches and fires applies. Replaces all ' +
    'rules that stand; they live in memory and end with the service.',
  tags,
  querystring: noQuery,
  body: FaultRules,
  response: { 200: FaultRules, ...tokenlessFaults(bodyFaults) },
};

const endFaultsSchema = {
  summary: 'Have requests go wrong no more',
  tags,
  querystring: noQuery,
  body: noBody,
  response: { 204: noContent, ...tokenlessFaults(bodyFaults) },
};

const resetSchema = {
  summary: 'Restore the sample data',
  description: 'Forgets everything else, and ends all faults. The clock goes on, and tokens stay good.',
  tags,
  querystring: noQuery,
  body: noBody,
  response: { 204: noContent, ...tokenlessFaults(bodyFaults) },
};

const addCustomerSchema = {
  summary: "Add a customer of the caller's partner",
  description: 'A repetition with the same MS-RequestId gets the first answer again, and adds no other one.',
  tags,
  security: [{ bearer: [] }],
  querystring: noQuery,
  body: NewCustomer,
  response: { 201: Customer, ...describedFaults([...bodyFaults, 'PartnerUnknown', 'RequestIdReused']) },
};

/** The switches that need no caller. */
export function switchesRoutes(app: ServiceInstance, { store, clock, faults }: SwitchesOptions): void {
  app.addHook('onRequest', async (request) => refuseStrangers(request));

  app.get(sandboxPaths.clock, { schema: readClockSchema }, async () => ({ now: timestamp(clock.now()) }));
  app.post(sandboxPaths.clock, { schema: advanceClockSchema }, async ({ body, requestId }, reply) => {
    const answer = await clock.advance(body.advance, store, requestId);
    return sendJsonText(reply, answer.status, answer.body);
  });

  app.get(sandboxPaths.faults, { schema: listFaultsSchema }, async () => [...faults.rules]);
  app.put(sandboxPaths.faults, { schema: replaceFaultsSchema, preValidation: readRules }, async ({ body }) => {
    faults.replace(body);
    return [...faults.rules];
  });
  app.delete(sandboxPaths.faults, { schema: endFaultsSchema }, async (_request, reply) => {
    faults.end();
    return reply.code(204).send();
  });

  app.post(sandboxPaths.reset, { schema: resetSchema }, async (_request, reply) => {
    await reset(store, clock.now());
    faults.end();
    return reply.code(204).send();
  });
}

/** The switch that is about the caller's own. */
export function callerSwitchesRoutes(app: ServiceInstance, { store, clock, toWire }: SwitchesOptions): void {
  app.post(sandboxPaths.customers, { schema: addCustomerSchema }, async (request, reply) => {
    const { caller, correlationId, requestId, body } = request;
    const answer = await addCustomer({ store, clock: clock.now, toWire }, { caller, correlationId, requestId }, body);
    return sendJsonText(reply, answer.status, answer.body);
  });
}

/** Methods are read in any letter case. What is no list of rules is refused here, where it has a name. */
async function readRules(request: FastifyRequest): Promise<void> {
  const { body } = request;
  if (!Array.isArray(body) || body.length > MAX_FAULT_RULES) {
    throw new Refusal('InputInvalid', [
      { name: 'body', reason: `must be an array of at most ${MAX_FAULT_RULES} rules` },
    ]);
  }
  request.body = body.map((rule: unknown) => (hasMethod(rule) ? { ...rule, method: rule.method.toUpperCase() } : rule));
}

function hasMethod(rule: unknown): rule is FaultRule & { method: string } {
  return typeof rule === 'object' && rule !== null && 'method' in rule && typeof rule.method === 'string';
}
