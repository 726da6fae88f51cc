/**
 * Headers of the wire, by what they carry.
 * @see https://learn.microsoft.com/partner-center/developer/headers
 */
export const headers = {
  correlationId: 'MS-CorrelationId',
  requestId: 'MS-RequestId',
  continuationToken: 'MS-ContinuationToken',
  locale: 'X-Locale',
  application: 'MS-PartnerCenter-Application',
  validateMfa: 'ValidateMfa',
  isMfaCompliant: 'isMfaCompliant',
} as const;
