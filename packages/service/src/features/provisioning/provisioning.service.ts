import { CustomerRecord, PartnerRecord, ValidationCodeRecord } from '@vetted/contract';
import type { TSchema } from 'typebox';
import { type Clock, timestamp } from '../../domain/clock.js';
import type { ProvisionedCustomer, Store } from '../../domain/store.js';
import { schemaProblems } from '../schema-problems.js';

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
  /** Adds a partner, or renames it. */
  addPartner(partner: PartnerRecord): Promise<void>;
  /** Adds customers, or changes what is known of them: all of them, or none and a ProvisioningError with every problem. */
  importCustomers(partnerId: string, lines: AsyncIterable<ImportLine>): Promise<{ imported: number }>;
  /** Adds a validation code to a partner, or changes it. */
  addValidationCode(partnerId: string, code: ValidationCodeRecord): Promise<void>;
}

/** Fills a store on behalf of its operator. Everything is held against the contract's schemas first. */
export function provisioning(store: Store, clock: Clock): Provisioning {
  return {
    async addPartner(partner) {
      refuse(problemsOf(PartnerRecord, partner));
      await store.transaction((transaction) =>
        transaction.putPartner(
          { tenantId: partner.tenantId.toLowerCase(), name: partner.name, active: true },
          timestamp(clock()),
        ),
      );
    },

    async importCustomers(partnerId, lines) {
      const customers = await readCustomers(lines);
      await forPartner(store, partnerId, (transaction, id) =>
        transaction.putCustomers(id, customers, timestamp(clock())),
      );
      return { imported: customers.length };
    },

    async addValidationCode(partnerId, code) {
      refuse(problemsOf(ValidationCodeRecord, code));
      const { validationId, organizationName, maxCreates } = code;
      await forPartner(store, partnerId, async (transaction, id) => {
        const known = await transaction.lockValidationCode(id, validationId);
        // What was used of a code stays used, whatever else is changed about it.
        const used = known === undefined ? 0 : known.maxCreates - known.remainingCreates;
        const remainingCreates = code.remainingCreates ?? maxCreates - used;
        if (remainingCreates < 0) refuse([{ member: 'maxCreates', reason: `is less than the ${used} creates used` }]);
        if (remainingCreates > maxCreates) refuse([{ member: 'remainingCreates', reason: 'is more than maxCreates' }]);
        await transaction.putValidationCode(id, { validationId, organizationName, maxCreates, remainingCreates });
      });
    },
  };
}

type Work = Parameters<Store['transaction']>[0];

async function forPartner(
  store: Store,
  partnerId: string,
  work: (transaction: Parameters<Work>[0], partnerId: string) => Promise<void>,
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

async function readCustomers(lines: AsyncIterable<ImportLine>): Promise<ProvisionedCustomer[]> {
  const customers = new Map<string, ProvisionedCustomer>();
  const lineOf = new Map<string, number>();
  const problems: ProvisioningProblem[] = [];
  for await (const entry of lines) {
    const { line } = entry;
    const found = 'problem' in entry ? [{ reason: entry.problem }] : problemsOf(CustomerRecord, entry.record);
    if ('problem' in entry || found.length > 0) {
      problems.push(...found.map((problem) => ({ line, ...problem })));
      continue;
    }
    const customer = toRow(entry.record as CustomerRecord);
    const earlier = lineOf.get(customer.id);
    if (earlier !== undefined) problems.push({ line, member: 'id', reason: `stands on line ${earlier} already` });
    lineOf.set(customer.id, line);
    customers.set(customer.id, customer);
  }
  if (customers.size === 0 && problems.length === 0) problems.push({ reason: 'There is no customer in it.' });
  refuse(problems);
  // In one order everywhere: two imports at once then wait for each other instead of locking each other out.
  return [...customers.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

function toRow(record: CustomerRecord): ProvisionedCustomer {
  const { id, companyName, domain, country, email, relationshipToPartner, relationshipEnded } = record;
  return {
    id: id.toLowerCase(),
    companyName,
    domain,
    relationshipToPartner: relationshipToPartner ?? 'reseller',
    ...(country === undefined ? {} : { country }),
    ...(email === undefined ? {} : { email }),
    ...(relationshipEnded === undefined ? {} : { relationshipEnded }),
  };
}

function problemsOf(schema: TSchema, value: unknown): ProvisioningProblem[] {
  return schemaProblems(schema, value).map(({ name, reason }) => (name === '' ? { reason } : { member: name, reason }));
}

function refuse(problems: readonly ProvisioningProblem[]): void {
  if (problems.length > 0) throw new ProvisioningError(problems);
}
