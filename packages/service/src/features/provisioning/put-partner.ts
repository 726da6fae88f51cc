import type { PartnerRecord } from '@vetted/contract';
import { changesOf, partnerOf } from '../../domain/provisioning.rules.js';
import type { Partner, StoreTransaction } from '../../domain/store.js';
import { type Change, entryOf, type Outcome } from './change.js';

export interface PutPartner {
  readonly outcome: Outcome;
  readonly partner: Partner;
}

/** Adds a partner, or changes what is known of it, and says so in its history. What changes nothing writes nothing. */
export async function putPartner(
  transaction: StoreTransaction,
  record: PartnerRecord,
  change: Change,
): Promise<PutPartner> {
  const fresh = partnerOf(record);
  if (await transaction.provisioning.addPartner(fresh, change.at)) {
    await remember(transaction, undefined, fresh, change);
    return { outcome: 'created', partner: fresh };
  }
  const known = await transaction.provisioning.lockPartner(fresh.tenantId);
  const partner = partnerOf(record, known);
  const isChanged = await remember(transaction, known, partner, change);
  if (isChanged) await transaction.putPartner(partner, change.at);
  return { outcome: isChanged ? 'updated' : 'unchanged', partner };
}

/** Writes what changed into the partner's history, and answers whether anything did. */
async function remember(
  transaction: StoreTransaction,
  known: Partner | undefined,
  { tenantId, ...members }: Partner,
  change: Change,
): Promise<boolean> {
  const before = known && { name: known.name, active: known.active };
  const changes = changesOf(before, members);
  if (changes === undefined) return false;
  await transaction.history.append(tenantId, [{ entry: entryOf('partner', changes, change) }]);
  return true;
}
