import type { CustomerRecord, FaultDatum, PartnerRecord, ValidationCodeRecord } from '@vetted/contract';
import type { CustomerRow, Partner, ValidationCodeRow } from './store.js';

/** How much of a validation code the history shows. */
const SHOWN_OF_A_CODE = 2;

/** The partner that a record makes of the one that is known, if any. */
export function partnerOf({ tenantId, name, active }: PartnerRecord, known?: Partner): Partner {
  return { tenantId: tenantId.toLowerCase(), name, active: active ?? known?.active ?? true };
}

/** The customer that a record makes of the one that is known, if any: only the relationship's end need not be told again. */
export function customerOf(record: CustomerRecord, known?: CustomerRow): CustomerRow {
  const { id, companyName, domain, country, email, relationshipToPartner, relationshipEnded } = record;
  return {
    id: id.toLowerCase(),
    companyName,
    domain,
    relationshipToPartner: relationshipToPartner ?? 'reseller',
    relationshipEnded: relationshipEnded ?? known?.relationshipEnded ?? false,
    ...(country === undefined ? {} : { country }),
    ...(email === undefined ? {} : { email }),
  };
}

/**
 * The validation code that a record makes of the one that is known, if any, or what is wrong with that. What was used of
 * a code stays used, whatever else is changed about it.
 */
export function validationCodeOf(
  { validationId, organizationName, maxCreates, remainingCreates }: ValidationCodeRecord,
  known?: ValidationCodeRow,
): ValidationCodeRow | FaultDatum {
  const used = known === undefined ? 0 : known.maxCreates - known.remainingCreates;
  const remaining = remainingCreates ?? maxCreates - used;
  if (remaining < 0) return { name: 'maxCreates', reason: `is less than the ${used} creates used` };
  if (remaining > maxCreates) return { name: 'remainingCreates', reason: 'is more than maxCreates' };
  return { validationId, organizationName, maxCreates, remainingCreates: remaining };
}

/** What was set, member by member. */
export type Changes = Readonly<Record<string, unknown>>;

/**
 * What was set: all of something new, else the members that differ; null stands for one that is gone. Undefined where
 * nothing differs.
 */
export function changesOf(before: object | undefined, after: object): Changes | undefined {
  const was = new Map<string, unknown>(Object.entries(before ?? {}));
  const is = new Map<string, unknown>(Object.entries(after));
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
  if (changed.length === 0) return undefined;
  return Object.fromEntries(changed.map((name) => [name, is.get(name) ?? null]));
}

/** A validation code as the history may show it: whoever knows it can use it. */
export function masked(validationId: string): string {
  return validationId.length > SHOWN_OF_A_CODE ? `…${validationId.slice(-SHOWN_OF_A_CODE)}` : '…';
}
