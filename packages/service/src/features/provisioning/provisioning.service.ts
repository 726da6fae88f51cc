import { randomUUID } from 'node:crypto';
import { CustomerRecord, PartnerRecord, ValidationCodeRecord } from '@vetted/contract';
import type { TSchema } from 'typebox';
import { type Clock, timestamp } from '../../domain/clock.js';
import { Refusal } from '../../domain/refusal.js';
import type { Store, StoreTransaction } from '../../domain/store.js';
import { schemaProblems } from '../schema-problems.js';
import type { Change } from './change.js';
import { putCustomers } from './put-customers.js';
import { putPartner } from './put-partner.js';
import { putValidationCode } from './put-validation-code.js';

/** One thing that is wrong with what an operator handed over. */
export interface ProvisioningProblem {
  /** The line of an import, from 1. */
  readonly line?: number;
  readonly member?: string;
  readonly reason: string;
}

function describe({ line, member, reason }: ProvisioningProblem): string {
  return [line === undefined ? '' : `line ${line}: `, member === undefined ? '' : `${member} `, reason].join('');
}

/** Nothing was changed, for these reasons. */
export class ProvisioningError extends Error {
  override readonly name = 'ProvisioningError';
  readonly problems: readonly ProvisioningProblem[];
  /** The problems in words, one each: `line 3: id must be a GUID`. */
  readonly sentences: readonly string[];

  constructor(problems: readonly ProvisioningProblem[]) {
    const sentences = problems.map(describe);
    super(sentences.join('\n'));
    this.problems = problems;
    this.sentences = sentences;
  }
}

/** A line of an import: a record, or what kept it from being read. */
export type ImportLine =
  | { readonly line: number; readonly record: unknown }
  | { readonly line: number; readonly problem: string };

export interface Provisioning {
  /** Adds a partner, or changes it. */
  addPartner(partner: PartnerRecord): Promise<void>;
  /** Adds customers, or changes what is known of them: all of them, or none and a ProvisioningError with every problem. */
  importCustomers(partnerId: string, lines: AsyncIterable<ImportLine>): Promise<{ imported: number }>;
  /** Adds a validation code to a partner, or changes it. */
  addValidationCode(partnerId: string, code: ValidationCodeRecord): Promise<void>;
}

/**
 * Fills a store on behalf of its operator, whom `actor` names in the history. Everything is held against the contract's
 * schemas first.
 */
export function provisioning(store: Store, clock: Clock, actor: string): Provisioning {
  const change = (): Change => ({
    at: timestamp(clock()),
    actor: { by: 'operator', id: actor, correlationId: randomUUID() },
  });
  return {
    async addPartner(partner) {
      refuse(problemsOf(PartnerRecord, partner));
      await store.transaction((transaction) => putPartner(transaction, partner, change()));
    },

    async importCustomers(partnerId, lines) {
      const customers = await readCustomers(lines);
      await forPartner(store, partnerId, (transaction, id) => putCustomers(transaction, id, customers, change()));
      return { imported: customers.length };
    },

    async addValidationCode(partnerId, code) {
      refuse(problemsOf(ValidationCodeRecord, code));
      try {
        await forPartner(store, partnerId, (transaction, id) => putValidationCode(transaction, id, code, change()));
      } catch (error) {
        if (error instanceof Refusal) refuse(error.data.map(({ name, reason }) => ({ member: name, reason })));
        throw error;
      }
    },
  };
}

async function forPartner(
  store: Store,
  partnerId: string,
  work: (transaction: StoreTransaction, partnerId: string) => Promise<unknown>,
): Promise<void> {
  const id = partnerId.toLowerCase();
  await store.transaction(async (transaction) => {
    if ((await transaction.findPartner(id)) === undefined) {
      refuse([
        { reason: `There is no partner ${partnerId}. Add it first: vetted admin partner add ${partnerId} <name>` },
      ]);
    }
    await work(transaction, id);
  });
}

async function readCustomers(lines: AsyncIterable<ImportLine>): Promise<CustomerRecord[]> {
  const customers: CustomerRecord[] = [];
  const lineOf = new Map<string, number>();
  const problems: ProvisioningProblem[] = [];
  for await (const entry of lines) {
    const { line } = entry;
    const found = 'problem' in entry ? [{ reason: entry.problem }] : problemsOf(CustomerRecord, entry.record);
    if ('problem' in entry || found.length > 0) {
      problems.push(...found.map((problem) => ({ line, ...problem })));
      continue;
    }
    const customer = entry.record as CustomerRecord;
    const id = customer.id.toLowerCase();
    const earlier = lineOf.get(id);
    if (earlier !== undefined) problems.push({ line, member: 'id', reason: `stands on line ${earlier} already` });
    lineOf.set(id, line);
    customers.push(customer);
  }
  if (customers.length === 0 && problems.length === 0) problems.push({ reason: 'There is no customer in it.' });
  refuse(problems);
  return customers;
}

function problemsOf(schema: TSchema, value: unknown): ProvisioningProblem[] {
  return schemaProblems(schema, value).map(({ name, reason }) => (name === '' ? { reason } : { member: name, reason }));
}

function refuse(problems: readonly ProvisioningProblem[]): void {
  if (problems.length > 0) throw new ProvisioningError(problems);
}
