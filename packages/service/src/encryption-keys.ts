import { ConfigError, type ServiceConfig } from './config.js';
import type { DatabaseAddress } from './domain/store.js';
import { EncryptionKey } from './store/encryption-key.js';
import { type KeySource, readKeyFile } from './store/key-source.js';

/** What a database's keys are to be encrypted with. */
export interface Encryption extends Pick<ServiceConfig, 'encryptionKeyFile' | 'encryptionKeys'> {
  readonly database: DatabaseAddress;
  readonly sandbox: boolean;
}

const MAKE_ONE = 'Make a key with: npx vetted admin new-key';

/** A new key, as a key file has it on a line. */
export function newEncryptionKey(): string {
  return EncryptionKey.random().toText();
}

/**
 * Where the keys come from that the secrets in a database are encrypted with: those given, or a file beside SQLite's. What
 * is in memory, and a sandbox's sample data, need none: their keys lie in the database.
 * @throws ConfigError where a key is wrong, or PostgreSQL has none: its data is no file beside which one could be made
 */
export async function keySourceOf(encryption: Encryption): Promise<KeySource> {
  const { database, sandbox, encryptionKeyFile: file, encryptionKeys: texts } = encryption;
  if (file !== undefined && texts !== undefined) {
    throw new ConfigError('encryption-key-file: goes not with VETTED_ENCRYPTION_KEYS. Leave out one of them.');
  }
  if (file !== undefined) return { kind: 'given', keys: await keysInFile(file) };
  if (texts !== undefined) return { kind: 'given', keys: keysFromTexts(texts) };
  if (sandbox || database.kind === 'memory') return { kind: 'database' };
  if (database.kind === 'sqlite') return { kind: 'file', file: keyFileBeside(database.file) };
  throw new ConfigError(
    `encryption-key-file: PostgreSQL needs a key that secrets are encrypted with. ${MAKE_ONE} > vetted.key`,
  );
}

/** Where the key to a SQLite database lies unless the configuration says otherwise. */
export function keyFileBeside(file: string): string {
  return `${file}.key`;
}

async function keysInFile(file: string): Promise<readonly EncryptionKey[]> {
  try {
    const keys = await readKeyFile(file);
    if (keys) return keys;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`encryption-key-file: "${file}" cannot be used: ${reason}.`, { cause: error });
  }
  throw new ConfigError(`encryption-key-file: "${file}" is not there. ${MAKE_ONE}`);
}

function keysFromTexts(texts: readonly string[]): readonly EncryptionKey[] {
  if (texts.length === 0) throw new ConfigError(`VETTED_ENCRYPTION_KEYS: has no key. ${MAKE_ONE}`);
  return texts.map((text, index) => {
    const key = EncryptionKey.fromText(text);
    if (key) return key;
    throw new ConfigError(`VETTED_ENCRYPTION_KEYS: key ${index + 1} is not the base64 of 32 bytes. ${MAKE_ONE}`);
  });
}
