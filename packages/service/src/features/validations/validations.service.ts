import type { ValidationCode } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { Refusal } from '../../domain/refusal.js';
import type { Store } from '../../domain/store.js';

export interface ValidationsService {
  list(caller: Caller): Promise<ValidationCode[]>;
}

export function validationsService(store: Store): ValidationsService {
  return {
    async list({ partnerId }) {
      const { partnerKnown, codes } = await store.reads.validationCodes(partnerId);
      if (!partnerKnown) throw new Refusal('PartnerUnknown');
      return codes.map((code) => ({
        partnerId,
        organizationName: code.organizationName,
        validationId: code.validationId,
        maxCreates: code.maxCreates,
        remainingCreates: code.remainingCreates,
        // A code changes by its counters only, so they tell one state from another.
        eTag: Buffer.from(`${code.maxCreates}/${code.remainingCreates}`).toString('base64url'),
      }));
    },
  };
}
