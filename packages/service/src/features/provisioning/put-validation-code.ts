import type { ValidationCodeRecord } from '@vetted/contract';
import { type Changes, changesOf, masked, validationCodeOf } from '../../domain/provisioning.rules.js';
import { Refusal } from '../../domain/refusal.js';
import type { StoreTransaction, ValidationCodeRow } from '../../domain/store.js';
import { type Change, entryOf, type Outcome } from './change.js';

export interface PutValidationCode {
  readonly outcome: Outcome;
  readonly code: ValidationCodeRow;
}

/**
 * Adds a validation code to a partner, or changes it, and says so in the partner's history. What changes nothing writes
 * nothing.
 * @throws Refusal InputInvalid where there would be fewer creates than were used, or more left than there are
 */
export async function putValidationCode(
  transaction: StoreTransaction,
  partnerId: string,
  record: ValidationCodeRecord,
  change: Change,
): Promise<PutValidationCode> {
  const { validationId } = record;
  const stored = await transaction.lockValidationCode(partnerId, validationId);
  if (stored) {
    const { id: _, ...known } = stored;
    return update(transaction, partnerId, record, known, change);
  }
  const code = accepted(validationCodeOf(record));
  if (await transaction.provisioning.addValidationCode(partnerId, code)) {
    await remember(transaction, partnerId, validationId, { ...code }, change);
    return { outcome: 'created', code };
  }
  // Another transaction has added it since.
  return putValidationCode(transaction, partnerId, record, change);
}

/** Removes a validation code of a partner, and answers whether it was there. What it has qualified stays qualified. */
export async function removeValidationCode(
  transaction: StoreTransaction,
  partnerId: string,
  validationId: string,
  change: Change,
): Promise<boolean> {
  if ((await transaction.lockValidationCode(partnerId, validationId)) === undefined) return false;
  await transaction.removeValidationCode(partnerId, validationId);
  await remember(transaction, partnerId, validationId, { removed: true }, change);
  return true;
}

async function update(
  transaction: StoreTransaction,
  partnerId: string,
  record: ValidationCodeRecord,
  known: ValidationCodeRow,
  change: Change,
): Promise<PutValidationCode> {
  const code = accepted(validationCodeOf(record, known));
  const changes = changesOf(known, code);
  if (changes === undefined) return { outcome: 'unchanged', code };
  await transaction.putValidationCode(partnerId, code);
  await remember(transaction, partnerId, record.validationId, changes, change);
  return { outcome: 'updated', code };
}

function accepted(code: ReturnType<typeof validationCodeOf>): ValidationCodeRow {
  if ('reason' in code) throw new Refusal('InputInvalid', [code]);
  return code;
}

async function remember(
  transaction: StoreTransaction,
  partnerId: string,
  validationId: string,
  members: Changes,
  change: Change,
): Promise<void> {
  const changes = { ...members, validationId: masked(validationId) };
  await transaction.history.append(partnerId, [{ entry: entryOf('validationCode', changes, change) }]);
}
