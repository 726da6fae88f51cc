import { randomUUID } from 'node:crypto';
import type { Customer, NewCustomer } from '@vetted/contract';
import type { Caller } from '../domain/caller.js';
import { type Clock, timestamp } from '../domain/clock.js';
import { Refusal } from '../domain/refusal.js';
import type { CustomerRow, Store, StoreTransaction } from '../domain/store.js';
import { type Answer, answerOnce } from '../http/answer-once.js';

/** Whose customer it is to be, and on behalf of which call. */
export interface AddingContext {
  readonly caller: Caller;
  readonly correlationId: string;
  /** Present if the caller chose it; then a repetition gets the first answer again. */
  readonly requestId: string | undefined;
}

/** What adding a customer needs of the service. */
export interface AddingParts {
  readonly store: Store;
  readonly clock: Clock;
  /** A customer as the routes of customers answer it. */
  readonly toWire: (customer: CustomerRow) => Customer;
}

/**
 * Adds a customer of the caller's partner, under a new id, and says so in its history.
 * @throws Refusal PartnerUnknown, RequestIdReused
 */
export async function addCustomer(
  { store, clock, toWire }: AddingParts,
  context: AddingContext,
  { companyName, domain, country }: NewCustomer,
): Promise<Answer> {
  const tenantId = context.caller.partnerId;
  const at = timestamp(clock());
  const facts = ['sandbox customer', companyName, domain, country];
  const members = {
    companyName,
    domain,
    ...(country === undefined ? {} : { country }),
    relationshipToPartner: 'reseller',
    relationshipEnded: false,
  };
  return store.transaction((transaction) =>
    answerOnce(transaction, { tenantId, requestId: context.requestId, facts, at }, async () => {
      const customer = { id: randomUUID(), ...members };
      await put(transaction, context, customer, at);
      return { status: 201, body: JSON.stringify(toWire(customer)) };
    }),
  );
}

async function put(
  transaction: StoreTransaction,
  { caller: { partnerId, subject }, correlationId }: AddingContext,
  customer: CustomerRow,
  at: string,
): Promise<void> {
  const partner = await transaction.provisioning.holdPartner(partnerId);
  if (!partner?.active) throw new Refusal('PartnerUnknown');
  await transaction.putCustomers(partnerId, [customer], at);
  const { id: customerId, ...members } = customer;
  const entry = {
    at,
    subject: 'customer',
    by: 'partner',
    actor: `${partnerId}/${subject}`,
    changes: JSON.stringify(members),
    correlationId,
  } as const;
  await transaction.history.append(partnerId, [{ customerId, entry }]);
}
