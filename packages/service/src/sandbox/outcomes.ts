import type { PolicyVerdict, VettingPolicy } from '../domain/policy.js';

/** How long a request for one of these websites is in review, by the sandbox's clock: an hour. */
export const OUTCOME_DELAY_IN_MS = 3_600_000;

/** What becomes of an Education request, by the host of its website. Everything else stays at the desk. */
const outcomesByWebsite: ReadonlyMap<string, PolicyVerdict> = new Map([
  ['approved.example.edu', { decision: 'approve' }],
  ['denied.example.edu', { decision: 'deny', reasonCode: 'NotAnEducationCustomer' }],
  ['not-academic.example.edu', { decision: 'deny', reasonCode: 'NotAnAcademicDomain' }],
]);

/** Outcomes on demand, as payment sandboxes give them by card number; what it does not know is the other policy's. */
export function sandboxPolicy(otherwise: VettingPolicy | undefined): VettingPolicy {
  return {
    decide(request, options) {
      const outcome = outcomesByWebsite.get(hostOf(request.website));
      return outcome ?? otherwise?.decide(request, options) ?? { decision: 'refer' };
    },
  };
}

function hostOf(website: string | undefined): string {
  const address = website === undefined || /^[a-z]+:\/\//i.test(website) ? website : `https://${website}`;
  return address !== undefined && URL.canParse(address) ? new URL(address).hostname : '';
}
