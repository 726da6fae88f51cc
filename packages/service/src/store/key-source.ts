import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { EncryptionKey } from './encryption-key.js';

/**
 * Where the keys come from that the database's own keys are encrypted with: from the configuration, the current one first;
 * from a file, which is made for a new database; or from nowhere, where the database's keys lie in it as they are.
 */
export type KeySource =
  | { readonly kind: 'given'; readonly keys: readonly EncryptionKey[] }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'database' };

/** The keys that a source has at present, the current one first. */
export async function keysOf(source: KeySource): Promise<readonly EncryptionKey[]> {
  if (source.kind === 'given') return source.keys;
  return source.kind === 'file' ? ((await readKeyFile(source.file)) ?? []) : [];
}

/** The key that a new database's own key is to be encrypted with; undefined where it is to lie there as it is. */
export async function keyForNew(source: KeySource): Promise<EncryptionKey | undefined> {
  const [known] = await keysOf(source);
  return known ?? (source.kind === 'file' ? makeKeyFile(source.file) : undefined);
}

/**
 * Reads the keys of a file, one a line; undefined where there is no such file.
 * @throws Error that names the file and the line, and shows nothing of it
 */
export async function readKeyFile(file: string): Promise<readonly EncryptionKey[] | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const keys = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const key = EncryptionKey.fromText(line.trim());
    if (key === undefined) throw new Error(`line ${index + 1} of ${file} is not the base64 of 32 bytes`);
    return [key];
  });
  if (keys.length === 0) throw new Error(`${file} has no key`);
  return keys;
}

/** For its owner only, and whole or not at all. */
async function makeKeyFile(file: string): Promise<EncryptionKey> {
  const key = EncryptionKey.random();
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${key.toText()}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  return key;
}
