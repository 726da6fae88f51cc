import { randomUUID } from 'node:crypto';
import type { PartnerCenterClient, Qualification } from '@vetted/client';
// Not the whole contract: its schemas take a quarter of a second to load.
import { isGuid } from '@vetted/contract/guid';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { PartialFailure } from '../errors.js';
import type { Io } from '../io.js';
import { print, printJson, type Row, table } from '../output.js';
import { recordingHttpClient } from '../recording-http-client.js';
import { complain, explainFault } from '../report.js';
import { findTarget, partnerCenterOption, targetHelp } from '../target.js';

/** How many customers are asked for at the same time. */
const CONCURRENCY = 8;

interface GetOptions {
  readonly json?: true;
  readonly partnerCenter?: true;
}

interface Answer {
  readonly customerId: string;
  readonly qualifications: readonly Qualification[];
  /** The body as the service sent it: the client's model folds the two spellings of the vetting date into one. */
  readonly sent: unknown;
}

/** `vetted get`: a customer's qualifications. */
export function addGetCommand(program: Command, io: Io): void {
  program
    .command('get')
    .summary("get customers' qualifications")
    .description("Gets customers' qualifications: which, how far the vetting is, since when, and why it was denied.")
    .argument('<customer-tenant-id...>', 'one customer or several', collectGuid)
    .option('--json', "print the service's JSON array; for several customers, an object of these arrays by customer")
    .option(...partnerCenterOption)
    .addHelpText(
      'after',
      `
Examples:
  $ npx vetted get 1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02
  $ npx vetted get --json 1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02 \\
      2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03

Where some of several customers fail, the others are printed, stderr says which
failed, and the exit code is 1.
${targetHelp}`,
    )
    .action((customerIds: string[], options: GetOptions) => get(customerIds, options, io));
}

async function get(customerIds: readonly string[], { json, ...options }: GetOptions, io: Io): Promise<void> {
  const ask = await asker(io, options);
  const [only] = customerIds;
  if (only !== undefined && customerIds.length === 1) {
    const answer = await ask(only);
    return json ? printJson(io, answer.sent) : print(io, tableOfOne(answer, io));
  }
  const answers = await askAll(customerIds, ask, io);
  if (json) printJson(io, Object.fromEntries(answers.map(({ customerId, sent }) => [customerId, sent])));
  else if (answers.length > 0) print(io, tableOfMany(answers, io));
  if (answers.length < customerIds.length) throw new PartialFailure();
}

type Ask = (customerId: string) => Promise<Answer>;

async function asker(io: Io, options: GetOptions): Promise<Ask> {
  const { credential, ...clientOptions } = await findTarget(io, options);
  const { PartnerCenterClient } = await import('@vetted/client');
  const { httpClient, bodyOf } = await recordingHttpClient();
  const client: PartnerCenterClient = new PartnerCenterClient(credential, { ...clientOptions, httpClient });
  return async (customerId) => {
    const requestId = randomUUID();
    const qualifications = await client.customers.byId(customerId).qualification.getQualifications({ requestId });
    return { customerId, qualifications, sent: bodyOf(requestId) };
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

const head = ['Qualification', 'Status', 'Since (UTC)', 'Reason'];

function tableOfOne({ qualifications }: Answer, io: Io): string {
  if (qualifications.length === 0) return 'This customer has no qualification.';
  return table(io.stdout, head, qualifications.map(rowOf));
}

function tableOfMany(answers: readonly Answer[], io: Io): string {
  const rows = answers.flatMap(({ customerId, qualifications }): Row[] => [
    { heading: customerId },
    ...(qualifications.length === 0 ? [['no qualification', '', '', '']] : qualifications.map(rowOf)).map(
      ([first = '', ...others]) => [`  ${first}`, ...others],
    ),
  ]);
  const [first = '', ...others] = head;
  return table(io.stdout, [`  ${first}`, ...others], rows);
}

function rowOf({ qualification, vettingStatus, vettingCreatedDate, vettingReason }: Qualification): string[] {
  return [qualification, vettingStatus ?? '-', minuteOf(vettingCreatedDate), vettingReason ?? ''];
}

/** `2020-12-03 10:37`; a text that is no date stays as it is. */
function minuteOf(date: string | undefined): string {
  if (date === undefined) return '';
  const at = new Date(date);
  return Number.isNaN(at.getTime()) ? date : at.toISOString().slice(0, 16).replace('T', ' ');
}

function collectGuid(value: string, earlier: string[] | undefined): string[] {
  if (!isGuid(value)) throw new InvalidArgumentError('A customer tenant id is a GUID.');
  const known = earlier?.some((id) => id.toLowerCase() === value.toLowerCase());
  return known ? (earlier ?? []) : [...(earlier ?? []), value];
}
