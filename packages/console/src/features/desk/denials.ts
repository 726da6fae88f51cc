import type { DenialCode } from '@vetted/client';

/**
 * What the partner reads where the reviewer has no words of their own: Microsoft's documented reasons. The service
 * fills them in by the code; they stand here so that a reviewer sees them first.
 * @see https://learn.microsoft.com/partner-center/developer/get-customer-qualification-asynchronous
 */
const texts: Readonly<Record<Exclude<DenialCode, 'Other'>, string>> = {
  NotAnEducationCustomer: 'Not an Education Customer',
  NoLongerAnEducationCustomer: 'No longer an Education Customer',
  NotAnEducationCustomerAfterReview: 'Not an Education Customer - After Review',
  RestrictedBeingAnEducationCustomer: 'Restricted being an Education Customer',
  NotAnAcademicDomain: 'Not an Academic Domain',
  NotAnEligibleLibrary: 'Not an eligible Library',
  NotAnEligibleMuseum: 'Not an eligible Museum',
};

/** What the partner reads of an approval that was taken back. */
export const reopeningReason = texts.NoLongerAnEducationCustomer;

/** The reasons to choose from, each as a person reads it. */
export const denialChoices: readonly (readonly [DenialCode, string])[] = [
  ...(Object.entries(texts) as [DenialCode, string][]),
  ['Other', 'Other'],
];

/** What the partner will read; undefined as long as there is nothing to read. */
export function denialText(code: DenialCode | undefined, ownText: string): string | undefined {
  const own = oneLine(ownText);
  if (own !== '') return own;
  return code === undefined || code === 'Other' ? undefined : texts[code];
}

/** A text as the service takes it in one line: line breaks and other control characters become spaces. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

/** A text as the service takes it over several lines: without control characters but line breaks and tabs. */
export function manyLines(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r]/gu, '').trim();
}
