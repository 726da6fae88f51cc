import { type Kysely, sql } from 'kysely';
import type { EncryptionKey } from './encryption-key.js';
import { codePlace, Keyring, lookupOf, secretPlace } from './keyring.js';
import type { Tables } from './tables.js';

/** Rows read at a time: a busy service has answered much in the two days that answers are kept. */
const BATCH = 500;

/** Seals what a database that had no key has kept in plain. */
export async function sealPlainRows(db: Kysely<Tables>, key: EncryptionKey): Promise<void> {
  await sealCodes(db, key);
  await sealSecrets(db, key);
  await sealFingerprints(db, new Keyring({ key, since: '' }, []));
}

/** Where there was no key, the code itself stands in the place of what it is found by. */
async function sealCodes(db: Kysely<Tables>, key: EncryptionKey): Promise<void> {
  const rows = await db.selectFrom('validation_code').select(['partner_id', 'lookup', 'id']).execute();
  for (const { partner_id, lookup: plain, id } of rows) {
    await db
      .updateTable('validation_code')
      .set({ lookup: lookupOf(key, partner_id, plain), code: key.seal(codePlace(partner_id, id), plain) })
      .where((eb) => eb.and({ partner_id, id }))
      .execute();
  }
}

async function sealSecrets(db: Kysely<Tables>, key: EncryptionKey): Promise<void> {
  const rows = await db.selectFrom('webhook_registration').select(['partner_id', 'id', 'secret']).execute();
  for (const { partner_id, id, secret } of rows) {
    await db
      .updateTable('webhook_registration')
      .set({ secret: key.seal(secretPlace(partner_id, id), secret) })
      .where('partner_id', '=', partner_id)
      .execute();
  }
}

async function sealFingerprints(db: Kysely<Tables>, keyring: Keyring): Promise<void> {
  for (let [partnerId, requestId] = ['', '']; ; ) {
    const rows = await db
      .selectFrom('recorded_answer')
      .select(['partner_id', 'request_id', 'fingerprint'])
      .where((eb) => eb(eb.refTuple('partner_id', 'request_id'), '>', eb.tuple(partnerId, requestId)))
      .orderBy('partner_id')
      .orderBy('request_id')
      .limit(BATCH)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    const sealed = rows.map(
      ({ partner_id, request_id, fingerprint }) =>
        sql`(${partner_id}, ${request_id}, ${keyring.fingerprint([partner_id, request_id], fingerprint)})`,
    );
    await sql`
      update recorded_answer set fingerprint = v.column3
      from (values ${sql.join(sealed)}) as v
      where recorded_answer.partner_id = v.column1 and recorded_answer.request_id = v.column2`.execute(db);
    [partnerId, requestId] = [last.partner_id, last.request_id];
  }
}
