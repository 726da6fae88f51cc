/** What a Vetted says to programs that speak HTTP, and what a person at the command line makes something of. */
const translations: readonly (readonly [string, string])[] = [
  [
    'There is no such route, or what the path names is not there: then data names it. /docs lists every path.',
    'The service does not have what was asked for',
  ],
  ['reviewId names no review', 'there is no review with this id'],
  [
    'A member of the body, a query parameter or a header is missing, unknown or wrong; data names each.',
    'The service cannot take this',
  ],
  ['List them at /v1/customers/all/validations.', 'List them with: npx vetted codes'],
  [
    'The resource has changed since the version that If-Match names. Get it again and decide anew.',
    'The review has another version by now. Look at it with npx vetted reviews show, and decide anew.',
  ],
  ['Try again after the time in the Retry-After header.', 'Try again in a while.'],
];

/** A text of the service's, in words of the command line where the service's are those of HTTP. */
export function inWordsOfTheCommandLine(text: string): string {
  return translations.reduce((said, [theirs, ours]) => said.replace(theirs, ours), text);
}
