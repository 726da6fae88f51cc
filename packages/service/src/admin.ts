import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { parseDatabase, type ServiceOptions } from './config.js';
import type { AuditFindings } from './domain/history.js';
import type { DatabaseAddress } from './domain/store.js';
import { keyFileBeside, keySourceOf } from './encryption-keys.js';
import { type Provisioning, provisioning } from './features/provisioning/provisioning.service.js';
import { openDatabase, refuseMissing } from './open-database.js';
import type { KeySource } from './store/key-source.js';

/** An operator's hands on the database itself, without a service in between. */
export interface Admin extends Provisioning {
  /** Walks the history of every partner and customer and names what was altered or is missing. */
  verifyHistory(): Promise<AuditFindings>;
  /**
   * Encrypts every secret anew with a new key, while services go on, and that one with the current key of the
   * configuration: from then on the earlier ones are not needed. Answers how many secrets there were.
   */
  rekey(): Promise<number>;
  close(): Promise<void>;
}

/** Whose database is opened. */
export interface AdminOptions
  extends Pick<ServiceOptions, 'database' | 'home' | 'clock' | 'encryptionKeyFile' | 'encryptionKeys'> {
  /** Refuses a database that is not there instead of making it. Default false. */
  mustExist?: boolean;
}

/**
 * Opens a database to fill it. A new one is made as a service's, not a sandbox's. The history names the user of the
 * operating system: `cli/alex`.
 * @throws ConfigError where the database's address is wrong or it cannot be opened
 */
export async function openAdmin(options: AdminOptions): Promise<Admin> {
  const database = parseDatabase(options.database, options.home);
  if (options.mustExist) await refuseMissing(database);
  // Commands are short: a connection that breaks is noticed where it is used.
  const store = await openDatabase(database, () => {}, await keySource(options, database));
  if (!options.mustExist) await store.transaction((transaction) => transaction.setting('kind', 'service'));
  const operator = provisioning(store, options.clock ?? (() => new Date()), `cli/${userName()}`);
  return {
    ...operator,
    verifyHistory: () => store.reads.history.verify(),
    rekey: () => store.rekey(),
    close: () => store.close(),
  };
}

/** Only a new database must have a key: in one that is there, the key is not missed before a secret is touched. */
async function keySource(options: AdminOptions, database: DatabaseAddress): Promise<KeySource | undefined> {
  const { mustExist, encryptionKeyFile, encryptionKeys } = options;
  const isGiven = encryptionKeyFile !== undefined || encryptionKeys !== undefined;
  if (mustExist && !isGiven && !(await hasKeyFile(database))) return undefined;
  return keySourceOf({ database, sandbox: false, encryptionKeyFile, encryptionKeys });
}

/** A backup of SQLite has none beside it: its history is read all the same. */
async function hasKeyFile(database: DatabaseAddress): Promise<boolean> {
  if (database.kind !== 'sqlite') return false;
  const found = await stat(keyFileBeside(database.file)).catch(() => undefined);
  return found !== undefined;
}

/** A container's user may have a number only. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
