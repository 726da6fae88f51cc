import { qualificationWord, statusWord } from './words.js';

interface Change {
  readonly qualification: string;
  readonly from?: string;
  readonly vettingStatus?: string;
}

/** What a notice of a change is about: a later one about the same takes its place. */
export function changeSubject(customerId: string, qualification: string): string {
  return `${customerId}/${qualification}`;
}

/** What happened to a qualification, in a few words: "Education approved". */
export function changeWords({ qualification, from, vettingStatus }: Change): string {
  const name = qualificationWord(qualification);
  switch (vettingStatus) {
    case undefined:
      return `${name} set`;
    case 'Approved':
      return `${name} approved`;
    case 'Denied':
      return `${name} denied`;
    case 'InReview':
      return from === 'Approved' ? `${name} in review again` : `${name} requested`;
    default:
      return `${name}: ${statusWord(vettingStatus)}`;
  }
}
