import {
  type CustomerUpdate,
  type PartnerUpdate,
  type RegisteredCustomer,
  type RegisteredPartner,
  type RegisteredValidationCode,
  ValidationCodeRecord,
  type ValidationCodeUpdate,
} from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp } from '../../domain/clock.js';
import { missing, Refusal } from '../../domain/refusal.js';
import type { CustomerRow, Store, StoreTransaction } from '../../domain/store.js';
import { type Answer, answerOnce, type OnceOnly } from '../../http/answer-once.js';
import { schemaProblems } from '../schema-problems.js';
import type { Change } from './change.js';
import { putCustomers } from './put-customers.js';
import { putPartner } from './put-partner.js';
import { putValidationCode, removeValidationCode } from './put-validation-code.js';

/** The operator's call, and the partner that it is about. */
export interface OperatorContext {
  readonly caller: Caller;
  readonly correlationId: string;
  /** Present if the caller chose it; then a POST that is repeated gets the first answer again. */
  readonly requestId: string | undefined;
  /** In lower case. */
  readonly tenantId: string;
}

/** The part of a request that tells whose call it is, and which partner it is about. */
export function contextOf(
  request: Omit<OperatorContext, 'tenantId'> & { params: { tenantId: string } },
): OperatorContext {
  const { caller, correlationId, requestId, params } = request;
  return { caller, correlationId, requestId, tenantId: params.tenantId.toLowerCase() };
}

/** What stands now, and the status that says whether it is new. */
export interface Stored<T> {
  readonly status: 200 | 201;
  readonly value: T;
}

/** Every method but `putPartner` throws Refusal ResourceNotFound where there is no such partner. */
export interface OperatorService {
  getPartner(context: OperatorContext): Promise<RegisteredPartner>;
  putPartner(context: OperatorContext, update: PartnerUpdate): Promise<Stored<RegisteredPartner>>;
  getCustomer(context: OperatorContext, customerId: string): Promise<RegisteredCustomer>;
  putCustomer(context: OperatorContext, id: string, update: CustomerUpdate): Promise<Stored<RegisteredCustomer>>;
  endRelationship(context: OperatorContext, customerId: string): Promise<Answer>;
  getValidationCode(context: OperatorContext, validationId: string): Promise<RegisteredValidationCode>;
  putValidationCode(
    context: OperatorContext,
    validationId: string,
    update: ValidationCodeUpdate,
  ): Promise<Stored<RegisteredValidationCode>>;
  removeValidationCode(context: OperatorContext, validationId: string): Promise<void>;
}

/** What an operator's own systems do to keep partners, customers and codes up to date. All of it is in the history. */
export function operatorService(store: Store, clock: Clock): OperatorService {
  return {
    getPartner: ({ tenantId }) => knownPartner(store, tenantId),

    async putPartner(context, update) {
      const record = { tenantId: context.tenantId, ...update };
      const { outcome, partner } = await store.transaction((transaction) =>
        putPartner(transaction, record, changeBy(context, clock)),
      );
      return { status: outcome === 'created' ? 201 : 200, value: partner };
    },

    async getCustomer({ tenantId }, customerId) {
      await knownPartner(store, tenantId);
      return present(await store.reads.provisioning.customer(tenantId, customerId.toLowerCase()));
    },

    putCustomer: (context, id, update) =>
      inPartner(store, context, async (transaction, partnerId) => {
        const records = [{ id, ...update }];
        const [outcome] = await putCustomers(transaction, partnerId, records, changeBy(context, clock));
        return { status: outcome === 'created' ? 201 : 200, value: await customerIn(transaction, partnerId, id) };
      }),

    endRelationship: (context, id) =>
      inPartner(store, context, (transaction, partnerId) => {
        const change = changeBy(context, clock);
        return answerOnce(transaction, endingOf(context, id, change.at), async () => {
          const ended = { ...(await customerIn(transaction, partnerId, id)), relationshipEnded: true };
          await putCustomers(transaction, partnerId, [ended], change);
          return { status: 200, body: JSON.stringify(ended) };
        });
      }),

    async getValidationCode({ tenantId }, validationId) {
      await knownPartner(store, tenantId);
      const code = await store.reads.provisioning.validationCode(tenantId, validationId);
      if (code === undefined) throw missingCode();
      return code;
    },

    async putValidationCode(context, validationId, update) {
      const record = { validationId, ...update };
      const problems = schemaProblems(ValidationCodeRecord, record);
      if (problems.length > 0) throw new Refusal('InputInvalid', problems);
      return inPartner(store, context, async (transaction, partnerId) => {
        const change = changeBy(context, clock);
        const { outcome, code } = await putValidationCode(transaction, partnerId, record, change);
        return { status: outcome === 'created' ? 201 : 200, value: code };
      });
    },

    removeValidationCode: (context, validationId) =>
      inPartner(store, context, async (transaction, partnerId) => {
        const change = changeBy(context, clock);
        const isRemoved = await removeValidationCode(transaction, partnerId, validationId, change);
        if (!isRemoved) throw missingCode();
      }),
  };
}

function endingOf({ caller, requestId, tenantId }: OperatorContext, customerId: string, at: string): OnceOnly {
  return { tenantId: caller.partnerId, requestId, facts: ['end-relationship', tenantId, customerId.toLowerCase()], at };
}

/** The operator's call as the history tells it. */
export function changeBy({ caller, correlationId }: OperatorContext, clock: Clock): Change {
  const id = `${caller.partnerId}/${caller.subject}`;
  return { at: timestamp(clock()), actor: { by: 'operator', id, correlationId } };
}

/**
 * A partner, active or not.
 * @throws Refusal ResourceNotFound where there is none of this tenant id
 */
export async function knownPartner(store: Store, tenantId: string): Promise<RegisteredPartner> {
  const partner = await store.reads.partner(tenantId);
  if (partner === undefined) throw missingPartner();
  return partner;
}

function missingPartner(): Refusal {
  return missing('tenantId', 'names no registered partner');
}

function missingCode(): Refusal {
  return missing('validationId', 'names no validation code of this partner');
}

function inPartner<T>(
  store: Store,
  { tenantId }: OperatorContext,
  work: (transaction: StoreTransaction, partnerId: string) => Promise<T>,
): Promise<T> {
  return store.transaction(async (transaction) => {
    if ((await transaction.provisioning.holdPartner(tenantId)) === undefined) throw missingPartner();
    return work(transaction, tenantId);
  });
}

async function customerIn(transaction: StoreTransaction, partnerId: string, id: string): Promise<CustomerRow> {
  const [customer] = await transaction.lockCustomers(partnerId, [id.toLowerCase()]);
  return present(customer);
}

function present(customer: CustomerRow | undefined): CustomerRow {
  if (customer === undefined) throw new Refusal('CustomerNotFound');
  return customer;
}
