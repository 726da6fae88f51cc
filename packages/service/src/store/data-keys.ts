import type { Kysely } from 'kysely';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { DialectName } from './dialect.js';
import { EncryptionKey, keyIdOf } from './encryption-key.js';
import { type KeySource, keyForNew, keysOf } from './key-source.js';
import { type DataKey, Keyring } from './keyring.js';
import { sealPlainRows } from './seal-plain-rows.js';
import type { Tables } from './tables.js';

/** The setting that holds the database's keys, the current one first, each encrypted with a key of the configuration. */
const KEYRING = 'encryption.keys';

const KeptKey = Type.Object({ id: Type.String(), since: Type.String(), key: Type.String() });
const KeptKeys = Type.Array(KeptKey, { minItems: 1 });

/** What marks a key that lies in the database as it is. */
const PLAIN = 'plain.';

/** The keys that open the database are not among those that were given. */
export class KeyMissing extends Error {
  override readonly name = 'KeyMissing';
}

/**
 * The database's own keys, which lie in it encrypted with a key of the configuration. So a key of the configuration is
 * replaced by one write, and processes that were given different ones read each other's values.
 */
export class DataKeys {
  readonly #source: KeySource | undefined;
  #kept: string | undefined;
  #keyring: Keyring | undefined;

  /** Without a source only a database whose keys lie in it as they are gives up its secrets. */
  constructor(source: KeySource | undefined) {
    this.#source = source;
  }

  /**
   * Makes the first key of a database that has none, and seals what has stood there in plain. Answers whether it did.
   * @throws KeyMissing where the database's keys cannot be read with those of the source
   */
  async open(db: Kysely<Tables>): Promise<boolean> {
    const source = this.#source;
    // A database that its keys do not lie in may be read for what is no secret: that it is not a sandbox's.
    if (source === undefined || (source.kind === 'database' && (await this.#isThere(db)))) return false;
    if ((await this.#find(db)) !== undefined) return false;
    return db.transaction().execute(async (transaction) => {
      if ((await this.#find(transaction)) !== undefined) return false;
      const first = { key: EncryptionKey.random(), since: new Date().toISOString() };
      const value = keptText([first], await keyForNew(source));
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('setting')
        .values({ name: KEYRING, value })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 0n) {
        await this.read(transaction);
        return false;
      }
      await sealPlainRows(transaction, first.key);
      await this.read(transaction);
      return true;
    });
  }

  /** The keys as they are now. */
  async read(db: Kysely<Tables>): Promise<Keyring> {
    return known(await this.#find(db));
  }

  /** The same, and as they are they stay until the transaction ends. */
  async hold(db: Kysely<Tables>, dialect: DialectName): Promise<Keyring> {
    return known(await this.#find(db, dialect === 'postgres' ? 'key share' : undefined));
  }

  /** Keys that have sealed this text: those known already, where they do. */
  async forSealed(db: Kysely<Tables>, sealed: string): Promise<Keyring> {
    return this.#keyring?.has(sealed) ? this.#keyring : this.read(db);
  }

  /** The keys as they were last read, for what every key of the database may be used for. */
  async lastRead(db: Kysely<Tables>): Promise<Keyring> {
    return this.#keyring ?? this.read(db);
  }

  /** Keeps everybody from using the keys, for replacing them. */
  async lock(db: Kysely<Tables>, dialect: DialectName): Promise<Keyring> {
    return known(await this.#find(db, dialect === 'postgres' ? 'update' : undefined));
  }

  /** Keeps these keys from now on, encrypted with the current key of the source. Needs {@link DataKeys.lock}. */
  async replace(db: Kysely<Tables>, keys: readonly DataKey[]): Promise<Keyring> {
    const [current] = this.#source ? await keysOf(this.#source) : [];
    await db
      .updateTable('setting')
      .set({ value: keptText(keys, current) })
      .where('name', '=', KEYRING)
      .execute();
    return this.read(db);
  }

  async #find(db: Kysely<Tables>, lock?: 'key share' | 'update'): Promise<Keyring | undefined> {
    const query = db.selectFrom('setting').select('value').where('name', '=', KEYRING);
    const row = await query
      .$if(lock === 'key share', (open) => open.forKeyShare())
      .$if(lock === 'update', (open) => open.forUpdate())
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (this.#keyring && row.value === this.#kept) return this.#keyring;
    const keyring = await this.#unwrap(row.value);
    [this.#kept, this.#keyring] = [row.value, keyring];
    return keyring;
  }

  async #isThere(db: Kysely<Tables>): Promise<boolean> {
    return (await db.selectFrom('setting').select('name').where('name', '=', KEYRING).execute()).length > 0;
  }

  async #unwrap(text: string): Promise<Keyring> {
    const wrapping = this.#source ? await keysOf(this.#source) : [];
    const [current, ...earlier] = Value.Parse(KeptKeys, JSON.parse(text)).map((kept) => unwrapped(kept, wrapping));
    if (current === undefined) throw new KeyMissing('The database has lost its keys.');
    return new Keyring(current, earlier);
  }
}

function known(keyring: Keyring | undefined): Keyring {
  if (keyring) return keyring;
  throw new KeyMissing('the database has no key to encrypt with yet');
}

function keptText(keys: readonly DataKey[], wrapping: EncryptionKey | undefined): string {
  const kept = keys.map(({ key, since }) => {
    const text = key.toText();
    return { id: key.id, since, key: wrapping ? wrapping.seal([KEYRING, key.id], text) : `${PLAIN}${text}` };
  });
  return JSON.stringify(kept);
}

function unwrapped({ id, since, key: kept }: Static<typeof KeptKey>, wrapping: readonly EncryptionKey[]): DataKey {
  const text = kept.startsWith(PLAIN) ? kept.slice(PLAIN.length) : openedBy(wrapping, id, kept);
  const key = EncryptionKey.fromText(text);
  if (key === undefined) throw new KeyMissing(`The database's key ${id} is broken.`);
  return { key, since };
}

function openedBy(wrapping: readonly EncryptionKey[], id: string, kept: string): string {
  const needed = keyIdOf(kept);
  const key = wrapping.find((one) => one.id === needed);
  if (key) return key.open([KEYRING, id], kept);
  const given = wrapping.length === 0 ? 'none is given' : `given is ${wrapping.map((one) => one.id).join(', ')}`;
  throw new KeyMissing(`its secrets are encrypted with the key ${needed}, and ${given}: see --encryption-key-file`);
}
