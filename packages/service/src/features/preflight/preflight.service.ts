import type { Preflight, QualificationRequest } from '@vetted/contract';
import { admit } from '../../domain/admission.rules.js';
import type { Caller } from '../../domain/caller.js';
import { preflightErrors, preflightWarnings } from '../../domain/preflight.rules.js';
import { attemptsRemaining, withQueryCode } from '../../domain/qualification.rules.js';
import type { Store, StoreReads, ValidationCodeRow } from '../../domain/store.js';

export interface PreflightService {
  check(
    caller: Caller,
    customerId: string,
    request: QualificationRequest,
    code: string | undefined,
  ): Promise<Preflight>;
}

/** Reads only: nothing is locked, so what is found may have changed when the request itself is made. */
export function preflightService({ reads }: Store): PreflightService {
  return {
    async check({ partnerId }, customerId, request, code) {
      const id = customerId.toLowerCase();
      const vettings = admit(await reads.vettings(partnerId, id));
      const { domain } = admit(await reads.customer(partnerId, id));
      const known = await findCode(reads, partnerId, withQueryCode(request, code));
      // It knows every domain and every provider of mail there is, and is loaded when one is looked up.
      const { lookUpHost } = await import('./hosts.js');
      const errors = preflightErrors(request, code, vettings, known);
      return {
        eligible: errors.length === 0,
        ...(request.qualification === 'Education' ? { attemptsRemaining: attemptsRemaining(vettings) } : {}),
        findings: [...errors, ...preflightWarnings(request, domain, lookUpHost)],
      };
    },
  };
}

async function findCode(
  reads: StoreReads,
  partnerId: string,
  { validationCode }: QualificationRequest,
): Promise<ValidationCodeRow | undefined> {
  if (validationCode === undefined) return undefined;
  const { codes } = await reads.validationCodes(partnerId);
  return codes.find(({ validationId }) => validationId === validationCode);
}
