import { GUID_PATTERN } from './guid.js';
import { COUNTRY_PATTERN } from './provisioning.js';
import { VALIDATION_CODE_PATTERN } from './qualification.js';

const reasons: ReadonlyMap<string, string> = new Map([
  [GUID_PATTERN, 'must be a GUID'],
  [COUNTRY_PATTERN, 'must be two capital letters, such as US'],
  [VALIDATION_CODE_PATTERN, 'must be letters, digits and hyphens'],
]);

/** What a pattern of these schemas asks for, in words that can complete "the member …". */
export function patternReason(pattern: string): string {
  return reasons.get(pattern) ?? 'must be text without control characters, and not blank';
}
