import type { Insertable } from 'kysely';
import { foldName } from '../domain/fold-name.js';
import type { ProvisionedCustomer } from '../domain/store.js';
import { startOf } from './search.js';
import type { CustomerTable } from './tables.js';

/** A customer as its table has it when it is new. */
export function customerRow(partnerId: string, customer: ProvisionedCustomer, at: string): Insertable<CustomerTable> {
  return {
    partner_id: partnerId,
    id: customer.id,
    company_name: customer.companyName,
    name_key: foldName(customer.companyName),
    domain: customer.domain,
    domain_key: foldName(customer.domain),
    domain_start: startOf(foldName(customer.domain)),
    country: customer.country ?? null,
    email: customer.email ?? null,
    relationship_to_partner: customer.relationshipToPartner,
    relationship_ended: customer.relationshipEnded ? 1 : 0,
    created_at: at,
  };
}
