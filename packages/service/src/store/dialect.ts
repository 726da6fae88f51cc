import type { Kysely } from 'kysely';
import type { ConnectionCounts } from '../domain/store.js';
import type { Tables } from './tables.js';

export type DialectName = 'sqlite' | 'postgres';

/** What is answered of a customer, as its row has it: null where the partner has no such customer. */
export type AnswerCells = readonly [relationshipEnded: number | null, body: string | null, etag: string | null];

/** A database that is open: all that differs between the two. */
export interface OpenDatabase {
  readonly dialect: DialectName;
  /** For transactions. */
  readonly db: Kysely<Tables>;
  /** For reads outside a transaction; they do not wait behind those that wait for a lock. */
  readonly reads: Kysely<Tables>;
  /** For bringing the tables up to date, however long it takes, and however long another process has been at it. */
  readonly migrations: Kysely<Tables>;
  /** Told once what was in plain is encrypted, and whether there may have been any: it goes off the disk, as far as it can. */
  sealed(wasPlain: boolean): Promise<void>;
  /** Told once the tables are up to date: what only that needed may go. */
  migrated(): Promise<void>;
  /**
   * The one hot read, prepared for as long as the database is open: undefined where the partner is unknown. The answer is
   * there at once where it needs no waiting.
   */
  readAnswer(partnerId: string, customerId: string): AnswerCells | undefined | Promise<AnswerCells | undefined>;
  /** A way in of the throttle's own, so that it neither waits nor keeps waiting; undefined where nobody shares the database. */
  readonly throttle: Kysely<Tables> | undefined;
  /** Hears whose events other processes have committed; nothing on SQLite, where nobody tells. Ends with the database. */
  listen(onPartner: (partnerId: string) => void): void;
  /** How busy the connections are; none on SQLite. */
  connections(): readonly ConnectionCounts[];
  /** Whether as many reads wait for a connection as may. */
  isCrowded(): boolean;
  /** Whether an error of the driver means that the database cannot be reached or is too busy. */
  isUnavailable(error: unknown): boolean;
  close(): Promise<void>;
}
