import type { BrokenChain } from '../domain/history.js';
import { hashOf } from './history-hash.js';
import type { HistoryTable } from './tables.js';

/** Where a chain ends by what stands with its customer, or with the partner. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** What is wrong with a chain, from its first entry that is wrong. */
export type ChainProblem = Pick<BrokenChain, 'sequence' | 'problem'>;

/** An entry that does not begin with the hash of the one before: one of the two was altered. */
interface Doubt {
  readonly sequence: number;
  /** Found in a later entry, they prove that the one before is as it was written. */
  readonly proofs: readonly string[];
}

/** Walks one chain, entry by entry, and finds the first that is not as it was written. */
export class ChainWalk {
  #first: number | undefined;
  #last: Head = { sequence: 0, hash: '' };
  #problem: ChainProblem | undefined;
  #doubt: Doubt | undefined;

  /** Entries come in the order of their sequence. */
  add(row: HistoryTable): void {
    this.#first ??= row.sequence;
    if (this.#problem) return;
    const expected = this.#last.sequence + 1;
    if (this.#doubt) this.#settle(this.#doubt, row.previous_hash);
    else if (row.sequence === expected) this.#compare(row);
    else if (row.sequence > expected) this.#problem = { sequence: expected, problem: 'missing' };
    else this.#problem = { sequence: row.sequence, problem: 'outside' };
    this.#last = { sequence: row.sequence, hash: hashOf(row) };
  }

  /** The problem, if there is one; without a head nobody has the chain any more. */
  end(head: Head | undefined): ChainProblem | undefined {
    if (head === undefined) return { sequence: this.#first ?? 1, problem: 'orphaned' };
    if (this.#doubt) this.#settle(this.#doubt, head.hash);
    const problem = this.#problem ?? this.#unsettled();
    const end = Math.max(head.sequence, 0);
    if (problem && problem.sequence <= end) return problem;
    const { sequence, hash } = this.#last;
    if (sequence > end) return { sequence: end + 1, problem: 'outside' };
    if (sequence < end) return { sequence: sequence + 1, problem: 'missing' };
    return head.hash === hash ? undefined : { sequence, problem: 'altered' };
  }

  /** Nothing has proven the entry before the doubt. */
  #unsettled(): ChainProblem | undefined {
    return this.#doubt && { sequence: this.#doubt.sequence - 1, problem: 'altered' };
  }

  #compare(row: HistoryTable): void {
    const { hash } = this.#last;
    if (row.previous_hash === hash) return;
    if (row.sequence === 1) this.#problem = { sequence: 1, problem: 'altered' };
    else this.#doubt = { sequence: row.sequence, proofs: [hash, hashOf({ ...row, previous_hash: hash })] };
  }

  #settle({ sequence, proofs }: Doubt, link: string): void {
    if (proofs.includes(link)) this.#problem = { sequence, problem: 'altered' };
  }
}
