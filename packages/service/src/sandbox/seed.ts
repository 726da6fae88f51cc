import { randomUUID } from 'node:crypto';
import { ConfigError } from '../config.js';
import { timestamp } from '../domain/clock.js';
import type { CustomerRow, Store, StoreTransaction } from '../domain/store.js';
import { type SampleCustomer, type SamplePartner, sampleData } from './sample-data.js';

/**
 * Loads the sample data into a database that has not had it yet, all of it or nothing.
 * A later start leaves everything as its user left it.
 * @throws ConfigError if the database belongs to a service that is no sandbox.
 */
export async function seed(store: Store, now: Date): Promise<void> {
  await store.transaction(async (transaction) => {
    const kind = await transaction.setting('kind', 'sandbox');
    if (kind !== 'sandbox') throw new ConfigError(foreignDatabase(kind));
    // Only the call whose value stands loads the data; the id tells two starts within one millisecond apart.
    const at = timestamp(now);
    const load = `${at} ${randomUUID()}`;
    if ((await transaction.setting('sandbox.loaded', load)) !== load) return;
    for (const partner of [sampleData.partner, sampleData.otherPartner]) await loadPartner(transaction, partner, at);
  });
}

function foreignDatabase(kind: string): string {
  return (
    `database: holds the data of a ${kind}, and the sandbox only runs on a database of its own. ` +
    'Give the sandbox another database, or start without sandbox mode.'
  );
}

async function loadPartner(transaction: StoreTransaction, partner: SamplePartner, at: string): Promise<void> {
  await transaction.putPartner({ tenantId: partner.tenantId, name: partner.name }, at);
  await transaction.putCustomers(partner.tenantId, partner.customers.map(customerRow), at);
  for (const code of partner.validationCodes) await transaction.putValidationCode(partner.tenantId, code);
  for (const customer of partner.customers) await loadQualifications(transaction, partner.tenantId, customer, at);
}

function customerRow({ qualifications: _, ...customer }: SampleCustomer): CustomerRow {
  return { ...customer, relationshipEnded: false };
}

async function loadQualifications(
  transaction: StoreTransaction,
  partnerId: string,
  customer: SampleCustomer,
  at: string,
): Promise<void> {
  for (const sample of customer.qualifications) {
    await transaction.saveVetting(partnerId, customer.id, { ...sample, attempts: 1 });
    await transaction.appendHistory(partnerId, customer.id, {
      at,
      qualification: sample.qualification,
      ...(sample.vettingStatus === undefined ? {} : { to: sample.vettingStatus }),
      by: 'policy',
      actor: 'sandbox',
      ...(sample.vettingReason === undefined ? {} : { reason: sample.vettingReason }),
      correlationId: randomUUID(),
    });
  }
}
