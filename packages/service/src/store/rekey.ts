import type { Kysely, Transaction } from 'kysely';
import type { DataKeys } from './data-keys.js';
import type { DialectName, OpenDatabase } from './dialect.js';
import { EncryptionKey } from './encryption-key.js';
import { codePlace, type DataKey, type Keyring, lookupOf, secretPlace } from './keyring.js';
import type { Tables } from './tables.js';

/** Rows of a transaction: few, so that nobody waits for long. */
const BATCH = 100;

/** Longer than answers are kept: a key tells their fingerprints as long as there are any of its time. */
const KEPT_FOR_FINGERPRINTS_IN_MS = 72 * 3_600_000;

/**
 * Gives the database a new key of its own and seals every secret with it, a few rows at a time, while services go on. What
 * was interrupted goes on where it stopped. Answers how many were sealed.
 */
export async function rekey({ db, dialect }: OpenDatabase, keys: DataKeys): Promise<number> {
  const keyring = await db.transaction().execute((transaction) => begin(transaction, dialect, keys));
  let sealed = 0;
  for (const seal of [sealCodes, sealSecrets]) {
    for (let count = BATCH; count === BATCH; sealed += count) {
      count = await db.transaction().execute((transaction) => seal(transaction, dialect, keyring));
    }
  }
  await db.transaction().execute(async (transaction) => {
    const held = await keys.lock(transaction, dialect);
    await keys.replace(transaction, stillNeeded(held.keys));
  });
  return sealed;
}

/** Whoever has sealed with the earlier key has ended when this has the lock, and whoever comes later takes the new one. */
async function begin(db: Transaction<Tables>, dialect: DialectName, keys: DataKeys): Promise<Keyring> {
  const keyring = await keys.lock(db, dialect);
  const others = [otherCodes(db, keyring).executeTakeFirst(), otherSecrets(db, keyring).executeTakeFirst()];
  const isInterrupted = (await Promise.all(others)).some((row) => row !== undefined);
  const next = { key: EncryptionKey.random(), since: new Date().toISOString() };
  return keys.replace(db, isInterrupted ? keyring.keys : [next, ...keyring.keys]);
}

async function sealCodes(db: Transaction<Tables>, dialect: DialectName, keyring: Keyring): Promise<number> {
  const query = otherCodes(db, keyring).limit(BATCH);
  const rows = await (dialect === 'postgres' ? query.forUpdate() : query).execute();
  for (const { partner_id, id, code: sealed } of rows) {
    const place = codePlace(partner_id, id);
    const code = keyring.open(place, sealed);
    await db
      .updateTable('validation_code')
      .set({ lookup: lookupOf(keyring.current, partner_id, code), code: keyring.current.seal(place, code) })
      .where((eb) => eb.and({ partner_id, id }))
      .execute();
  }
  return rows.length;
}

async function sealSecrets(db: Transaction<Tables>, dialect: DialectName, keyring: Keyring): Promise<number> {
  const query = otherSecrets(db, keyring).limit(BATCH);
  const rows = await (dialect === 'postgres' ? query.forUpdate() : query).execute();
  for (const { partner_id, id, secret: sealed } of rows) {
    const place = secretPlace(partner_id, id);
    await db
      .updateTable('webhook_registration')
      .set({ secret: keyring.current.seal(place, keyring.open(place, sealed)) })
      .where('partner_id', '=', partner_id)
      .execute();
  }
  return rows.length;
}

function otherCodes(db: Kysely<Tables>, { current }: Keyring) {
  return db
    .selectFrom('validation_code')
    .select(['partner_id', 'id', 'code'])
    .where('code', 'not like', `${current.mark}%`)
    .orderBy('partner_id')
    .orderBy('id');
}

function otherSecrets(db: Kysely<Tables>, { current }: Keyring) {
  return db
    .selectFrom('webhook_registration')
    .select(['partner_id', 'id', 'secret'])
    .where('secret', 'not like', `${current.mark}%`)
    .orderBy('partner_id');
}

/** The current key, and those that were it so lately that an answer of their time may still be asked for. */
function stillNeeded(keys: readonly DataKey[]): readonly DataKey[] {
  const oldest = new Date(Date.now() - KEPT_FOR_FINGERPRINTS_IN_MS).toISOString();
  return keys.filter((_, index) => index === 0 || (keys[index - 1]?.since ?? '') > oldest);
}
