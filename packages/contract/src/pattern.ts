import { EVENT_ID_PATTERN } from './event.js';
import { GUID_PATTERN } from './guid.js';
import { DOMAIN_PATTERN, EMAIL_PATTERN } from './printable.js';
import { COUNTRY_PATTERN } from './provisioning.js';
import { VALIDATION_CODE_PATTERN } from './qualification.js';
import { FAULT_PATH_PATTERN } from './sandbox.js';

const reasons: ReadonlyMap<string, string> = new Map([
  [EVENT_ID_PATTERN, 'must be a whole number'],
  [GUID_PATTERN, 'must be a GUID'],
  [DOMAIN_PATTERN, 'must be a domain, such as fabrikam.example.com: without blanks, slashes and @'],
  [EMAIL_PATTERN, 'must be an address for mail, such as it@fabrikam.example.com'],
  [COUNTRY_PATTERN, 'must be two capital letters, such as US'],
  [VALIDATION_CODE_PATTERN, 'must be letters, digits and hyphens'],
  [FAULT_PATH_PATTERN, 'must be a path that begins with / or *, without a query'],
]);

/** What a schema's keyword asks for, in words that can complete "the member …"; undefined for a keyword it does not know. */
export function keywordReason(keyword: string, params: Readonly<Record<string, unknown>>): string | undefined {
  switch (keyword) {
    case 'type':
      return `must be ${articled(String(params.type))}`;
    case 'enum':
      return Array.isArray(params.allowedValues) ? `must be one of ${params.allowedValues.join(', ')}` : undefined;
    case 'pattern':
      return reasons.get(String(params.pattern)) ?? 'must be text without control characters, and not blank';
    case 'minLength':
    case 'minItems':
      return 'must not be empty';
    case 'maxLength':
      return `must have at most ${params.limit} characters`;
    case 'maxItems':
      return `must have at most ${params.limit} items`;
    case 'minimum':
      return `must be at least ${params.limit}`;
    case 'maximum':
      return `must be at most ${params.limit}`;
    default:
      return undefined;
  }
}

function articled(type: string): string {
  if (type === 'boolean') return 'true or false';
  if (type === 'integer') return 'a whole number';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
