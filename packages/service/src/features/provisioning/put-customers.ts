import type { CustomerRecord } from '@vetted/contract';
import type { ChainedStep } from '../../domain/history.js';
import { changesOf, customerOf } from '../../domain/provisioning.rules.js';
import type { CustomerRow, StoreTransaction } from '../../domain/store.js';
import { type Change, entryOf, type Outcome } from './change.js';

/**
 * Adds customers, or changes what is known of them, and says so in their histories. Answers for each record what it came
 * to; of two records of one customer the second one finds what the first has set. What changes nothing writes nothing.
 */
export async function putCustomers(
  transaction: StoreTransaction,
  partnerId: string,
  records: readonly CustomerRecord[],
  change: Change,
): Promise<readonly Outcome[]> {
  const known = await addMissing(transaction, partnerId, records, change);
  const changed = new Map<string, CustomerRow>();
  const steps: ChainedStep[] = [];
  const outcomes = records.map((record) => {
    const before = known.get(record.id.toLowerCase());
    const after = customerOf(record, before);
    const changes = changesOf(before, after);
    if (changes === undefined) return 'unchanged';
    known.set(after.id, after);
    if (before === undefined) return 'created';
    changed.set(after.id, after);
    steps.push({ customerId: after.id, entry: entryOf('customer', changes, change) });
    return 'updated';
  });
  await transaction.putCustomers(partnerId, inOrder(changed.values()), change.at);
  await transaction.history.append(partnerId, steps);
  return outcomes;
}

/** Adds the customers that the partner does not have, locks the others, and answers these by their ids. */
async function addMissing(
  transaction: StoreTransaction,
  partnerId: string,
  records: readonly CustomerRecord[],
  change: Change,
): Promise<Map<string, CustomerRow>> {
  // Of several records of one customer the first one counts, which the last of a Map's entries is.
  const firsts = new Map(records.toReversed().map((record) => [record.id.toLowerCase(), customerOf(record)]));
  const customers = inOrder(firsts.values()).map((customer) => {
    const { id: _, ...members } = customer;
    return { customer, step: entryOf('customer', members, change) };
  });
  const added = await transaction.provisioning.addCustomers(partnerId, customers, change.at);
  const others = [...firsts.keys()].filter((id) => !added.has(id)).sort();
  const rows = await transaction.lockCustomers(partnerId, others);
  return new Map(rows.map((row) => [row.id, row]));
}

/** In one order everywhere: two imports at once then wait for each other instead of locking each other out. */
function inOrder(customers: Iterable<CustomerRow>): CustomerRow[] {
  return [...customers].sort((one, other) => (one.id < other.id ? -1 : 1));
}
