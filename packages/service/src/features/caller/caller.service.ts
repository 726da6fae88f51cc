import type { CallerInformation } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import type { Store } from '../../domain/store.js';

export interface CallerService {
  get(caller: Caller): Promise<CallerInformation>;
}

export function callerService({ reads }: Store): CallerService {
  return {
    async get({ partnerId, subject, kind, roles, mfa }) {
      const partner = await reads.partner(partnerId);
      return {
        tenantId: partnerId,
        subject,
        kind,
        roles: [...roles],
        mfa,
        ...(partner?.active ? { partner: { name: partner.name } } : {}),
      };
    },
  };
}
