import type { QualificationName, VettingStatus } from '@vetted/contract';
import type { CustomerRead } from './store.js';

/** What a step of the history changed. */
export type HistorySubject = 'qualification' | 'customer' | 'partner' | 'validationCode';

/** Who made a step. */
export type ActorKind = 'partner' | 'reviewer' | 'policy' | 'operator';

/** One step of the history of a customer, or of the partner itself. */
export interface HistoryEntry {
  readonly at: string;
  readonly subject: HistorySubject;
  /** Of a qualification's steps only. */
  readonly qualification?: QualificationName;
  /** Absent for the first step. */
  readonly from?: VettingStatus;
  /** Absent where nobody vets. */
  readonly to?: VettingStatus;
  readonly by: ActorKind;
  /** The person or application: tenant id and object id. */
  readonly actor: string;
  /** What the partner is told. */
  readonly reason?: string;
  /** For reviewers only. */
  readonly note?: string;
  /** What was set of a customer, a partner or a code, as JSON. */
  readonly changes?: string;
  readonly correlationId: string;
}

/** Who changes something, and on behalf of which call. */
export interface Actor {
  readonly by: ActorKind;
  /** Tenant id and object id, or the name of what acts by itself. */
  readonly id: string;
  readonly correlationId: string;
}

/** A chain that does not hold, by the first entry of it that is wrong. */
export interface BrokenChain {
  readonly partnerId: string;
  /** Absent for the partner's own chain. */
  readonly customerId?: string;
  /** Counted from 1. */
  readonly sequence: number;
  /**
   * What it says is not what was written; it is gone; it stands before the first or after the last that was written; or
   * the customer or the partner is gone.
   */
  readonly problem: 'altered' | 'missing' | 'outside' | 'orphaned';
}

/** How many chains and entries there are, and the chains that do not hold. */
export interface AuditFindings {
  readonly chains: number;
  readonly entries: number;
  readonly broken: readonly BrokenChain[];
}

export interface HistoryReads {
  /** A customer's steps, oldest first; of one qualification if it is given. */
  ofCustomer(
    partnerId: string,
    customerId: string,
    qualification?: QualificationName,
  ): Promise<CustomerRead<readonly HistoryEntry[]>>;
  /** Walks every chain. */
  verify(): Promise<AuditFindings>;
}

/** A step of one customer; without a customer it is the partner's own. */
export interface ChainedStep {
  readonly customerId?: string;
  readonly entry: HistoryEntry;
}

export interface HistoryWrites {
  /**
   * Appends steps to their chains, each with the hash of the one before. The customers' rows must be locked by this
   * transaction, or be its own.
   */
  append(partnerId: string, steps: readonly ChainedStep[]): Promise<void>;
}
