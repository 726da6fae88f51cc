import { qualificationWord } from './words.js';

/** What the service's refusals mean to people at pages, by code: its own texts speak to who calls it from a program. */
const words: Readonly<Record<string, string>> = {
  ValidationCodeUnknown: "The validation code is not one of your organisation's.",
  ValidationCodeExhausted: 'The validation code has no creates left. Use another one.',
  QualificationInReview: 'It is in review already. Wait for the decision.',
  QualificationApproved: 'The customer has this qualification already. An approval is final.',
  QualificationsNotCombinable: `${qualificationWord('Education')} and ${qualificationWord('GovernmentCommunityCloud')} do not combine, and the other one is in review or approved.`,
  VettingAttemptsExhausted: 'All attempts for this customer are used. It cannot be requested again.',
  RequestIdReused: 'It could not be told from an earlier request. Send it again.',
  ReviewDecided: 'This review has been decided meanwhile.',
  VersionStale: 'It has changed meanwhile. Look at it again, then decide.',
  WebhookRegistered: 'Your organisation has a webhook already. Reload the page to see it.',
  PartnerUnknown: 'Your organisation is not registered here. Ask those who run this service.',
  ServiceUnavailable: 'The service cannot answer for the moment. Try again in a few seconds.',
  SandboxFault: 'This sandbox was told to answer so. End its faults in the bar at the foot of the page.',
  '20002': "Your organisation's relationship with this customer has ended.",
  '60003': 'Your organisation has no such customer.',
  '900308': 'You lack the role that this needs. Ask your administrator for it.',
  '900421': 'It needs a sign-in with multi-factor authentication. Sign out, then sign in with it.',
  '800003': 'Something went wrong in the service. Try again; if it happens again, give its support the correlation ID.',
};

/** A refusal in the console's own words; undefined for a code that it has none for. */
export function refusalWords(code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(words, code) ? words[code] : undefined;
}
