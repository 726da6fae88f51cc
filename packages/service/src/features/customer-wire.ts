import type { Customer } from '@vetted/contract';
import type { CustomerRow } from '../domain/store.js';

/** A customer as the wire shows it. */
export function toWire(customer: CustomerRow): Customer {
  const { id, companyName, domain, country, email, relationshipToPartner } = customer;
  return {
    id,
    companyProfile: {
      tenantId: id,
      domain,
      companyName,
      ...(country === undefined ? {} : { address: { country } }),
      ...(email === undefined ? {} : { email }),
      attributes: { objectType: 'CustomerCompanyProfile' },
    },
    relationshipToPartner,
    links: { self: { uri: `/customers/${id}`, method: 'GET', headers: [] } },
    attributes: { objectType: 'Customer' },
  };
}
