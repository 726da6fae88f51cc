import { Refusal } from './refusal.js';
import type { CustomerRead } from './store.js';

/**
 * What a partner may see of a read: its own customer's, while the relationship lasts. Another partner's customer looks
 * the same as one that does not exist.
 */
export function admit<T>({ partnerKnown, customer }: CustomerRead<T>): T {
  if (!partnerKnown) throw new Refusal('PartnerUnknown');
  if (customer === undefined) throw new Refusal('CustomerNotFound');
  if (customer.relationshipEnded) throw new Refusal('RelationshipEnded');
  return customer.value;
}
