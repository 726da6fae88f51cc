import { Refusal } from '../../domain/refusal.js';
import type { ExpectedVersions } from '../../domain/review.rules.js';

/** A version as its ETag, as a weak one, or bare. */
const VERSION = /^(?:W\/)?"(\d{1,9})"$|^(\d{1,9})$/;

/** The ETag of a review. */
export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

/**
 * The versions that an If-Match header names: a list of ETags, or an asterisk for any.
 * @throws Refusal InputInvalid where it names none
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
 */
export function expectedVersions(ifMatch: string | undefined): ExpectedVersions {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  // A list may have empty places.
  const tags = ifMatch.split(',').flatMap((tag) => tag.trim() || []);
  const versions = tags.flatMap((tag) => VERSION.exec(tag)?.slice(1).find(Boolean) ?? []);
  if (versions.length === 0 || versions.length < tags.length) throw new Refusal('InputInvalid', [notAVersion]);
  return versions.map(Number);
}

const notAVersion = { name: 'If-Match', reason: 'must be the ETag of a review, such as "3", a list of them, or *' };
