import { randomUUID } from 'node:crypto';
import type { NewCustomer } from '@vetted/contract';
import type { Caller } from '../domain/caller.js';
import { type Clock, timestamp } from '../domain/clock.js';
import { Refusal } from '../domain/refusal.js';
import type { CustomerRow, Store } from '../domain/store.js';

/**
 * Adds a customer of the caller's partner, under a new id.
 * @throws Refusal PartnerUnknown
 */
export async function addCustomer(
  store: Store,
  clock: Clock,
  { partnerId }: Caller,
  { companyName, domain, country }: NewCustomer,
): Promise<CustomerRow> {
  const customer = {
    id: randomUUID(),
    companyName,
    domain,
    ...(country === undefined ? {} : { country }),
    relationshipToPartner: 'reseller',
    relationshipEnded: false,
  };
  await store.transaction(async (transaction) => {
    const partner = await transaction.findPartner(partnerId);
    if (!partner?.active) throw new Refusal('PartnerUnknown');
    await transaction.putCustomers(partnerId, [customer], timestamp(clock()));
  });
  return customer;
}
