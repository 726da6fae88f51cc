import { hash } from 'node:crypto';
import type { HistoryTable } from './tables.js';

/** The columns in the order in which they are hashed. A change of it would break every chain there is. */
const columns = [
  'partner_id',
  'customer_id',
  'sequence',
  'at',
  'subject',
  'qualification',
  'from_status',
  'to_status',
  'actor_kind',
  'actor',
  'reason',
  'note',
  'changes',
  'correlation_id',
  'previous_hash',
] as const satisfies readonly (keyof HistoryTable)[];

/** The hash of a step with all that it says, the hash of the step before included: SHA-256 in base64url. */
export function hashOf(row: HistoryTable): string {
  return hash('sha256', JSON.stringify(columns.map((column) => row[column])), 'base64url');
}
