import type { Qualification } from '@vetted/client';
import type { Command } from 'commander';
import { customerTenantId } from '../arguments.js';
import { PartialFailure } from '../errors.js';
import type { Io } from '../io.js';
import { print, printJson } from '../output.js';
import { tableOfMany, tableOfOne } from '../qualification-table.js';
import { recorder } from '../recorder.js';
import { complain, explainFault } from '../report.js';
import { addTargetOptions, createClient, type TargetOptions } from '../target.js';

/** How many customers are asked for at the same time. */
const CONCURRENCY = 8;

interface GetOptions extends TargetOptions {
  readonly json?: true;
}

interface Answer {
  readonly customerId: string;
  readonly qualifications: readonly Qualification[];
  /** The body as the service sent it: the client's model folds the two spellings of the vetting date into one. */
  readonly sent: unknown;
}

const getHelp = `
Examples:
  $ npx vetted get 1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02
  $ npx vetted get --json 1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02 \\
      2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03

Where some of several customers fail, the others are printed, stderr says which
failed, and the exit code is 1. Of all customers: npx vetted export`;

/** `vetted get`: a customer's qualifications. */
export function addGetCommand(program: Command, io: Io): void {
  const command = program
    .command('get')
    .summary("get customers' qualifications")
    .description(
      "Gets customers' qualifications: which, how far the vetting is, when it was requested, and why it was denied.",
    )
    .argument('<customer-tenant-id...>', 'one customer or several', collectCustomers)
    .option('--json', "print the service's JSON array; for several customers, an object of these arrays by customer")
    .addHelpText('after', getHelp);
  addTargetOptions(command).action((customerIds: string[], options: GetOptions) => get(customerIds, options, io));
}

async function get(customerIds: readonly string[], { json, ...options }: GetOptions, io: Io): Promise<void> {
  const ask = await asker(io, options);
  const [only] = customerIds;
  if (only !== undefined && customerIds.length === 1) {
    const answer = await ask(only);
    return json ? printJson(io, answer.sent) : print(io, tableOfOne(answer.qualifications, io));
  }
  const answers = await askAll(customerIds, ask, io);
  if (json) printJson(io, Object.fromEntries(answers.map(({ customerId, sent }) => [customerId, sent])));
  else if (answers.length > 0) print(io, tableOfMany(answers, io));
  if (answers.length < customerIds.length) throw new PartialFailure();
}

type Ask = (customerId: string) => Promise<Answer>;

async function asker(io: Io, options: TargetOptions): Promise<Ask> {
  const client = await createClient(io, options);
  return async (customerId) => {
    const { onResponse, body } = recorder();
    const qualifications = await client.customers.byId(customerId).qualification.getQualifications({ onResponse });
    return { customerId, qualifications, sent: body() };
  };
}

/** Asks for all of them, a few at a time, and complains of each that the service refused. */
async function askAll(customerIds: readonly string[], ask: Ask, io: Io): Promise<Answer[]> {
  const { isPartnerCenterError } = await import('@vetted/client');
  const answers: Answer[] = [];
  for (let start = 0; start < customerIds.length; start += CONCURRENCY) {
    const some = customerIds.slice(start, start + CONCURRENCY);
    const settled = await Promise.allSettled(some.map(ask));
    for (const [index, result] of settled.entries()) {
      if (result.status === 'fulfilled') answers.push(result.value);
      // Without a status it never reached the service, and the rest would not either.
      else if (isPartnerCenterError(result.reason) && result.reason.statusCode !== undefined) {
        complain(io, `${some[index]}: ${explainFault(result.reason)}`);
      } else throw result.reason;
    }
  }
  return answers;
}

function collectCustomers(value: string, earlier: string[] | undefined): string[] {
  const id = customerTenantId(value);
  const known = earlier?.some((one) => one.toLowerCase() === id.toLowerCase());
  return known ? (earlier ?? []) : [...(earlier ?? []), id];
}
