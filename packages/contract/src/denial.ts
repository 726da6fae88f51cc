import { vettingReasons } from './qualification.js';

/** Why a request can be denied: the documented reasons, and `Other`, which needs words of its own. */
export const denialCodes = [...(Object.keys(vettingReasons) as DocumentedReason[]), 'Other'] as const;
type DocumentedReason = keyof typeof vettingReasons;
export type DenialCode = DocumentedReason | 'Other';

/** What a partner can correct, one sentence a code. */
export const remedies: Readonly<Record<DenialCode, string>> = {
  NotAnEducationCustomer:
    "Request again with the customer's official website, on which it presents itself as an accredited school, college or university.",
  NoLongerAnEducationCustomer:
    'Request again once the customer can show that it is accredited as an educational institution at present.',
  NotAnEducationCustomerAfterReview:
    'Ask the customer for proof of its accreditation, and request again with a website that shows it; the first one did not.',
  RestrictedBeingAnEducationCustomer:
    'Nothing can be corrected in a request: the customer is excluded from Education, so sell it commercial offers.',
  NotAnAcademicDomain:
    "Add the customer's academic domain, such as one that ends in .edu, to its tenant, and request again with a website in that domain.",
  NotAnEligibleLibrary:
    'Request again if the website can show that the library is public and lends to everybody without a fee.',
  NotAnEligibleMuseum:
    'Request again if the website can show that the museum is run for the public, not for profit, and keeps a collection.',
  Other: 'Correct what the reason names, and request again.',
};

/** The code of a reason's text; `Other` for a text that is not documented. */
export function denialCodeOf(text: string): DenialCode {
  const [code] = Object.entries(vettingReasons).find(([, documented]) => documented === text) ?? [];
  return (code as DocumentedReason | undefined) ?? 'Other';
}
