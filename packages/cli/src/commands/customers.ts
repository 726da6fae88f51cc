import type { Customer } from '@vetted/client';
import type { Command } from 'commander';
import { WrongUse } from '../errors.js';
import type { Io } from '../io.js';
import { print, printJson, table } from '../output.js';
import { addTargetOptions, createClient, type TargetOptions } from '../target.js';

interface CustomersOptions extends TargetOptions {
  readonly search?: string;
  readonly json?: true;
}

const head = ['Customer tenant id                  ', 'Company'];

/** `vetted customers`: lists the partner's customers. */
export function addCustomersCommand(program: Command, io: Io): void {
  const command = program
    .command('customers')
    .summary("list the partner's customers")
    .description("Lists the partner's customers, on however many pages the service answers them.")
    .option('--search <text>', 'only companies whose name starts with this')
    .option('--json', 'print them as one JSON array, as the service sent them')
    .addHelpText(
      'after',
      `
Example:
  $ npx vetted customers --search Fab`,
    );
  addTargetOptions(command).action((options: CustomersOptions) => customers(options, io));
}

async function customers({ search, json, ...options }: CustomersOptions, io: Io): Promise<void> {
  if (search === '') throw new WrongUse('--search: is empty. Give it a beginning of a name or leave it out.');
  const client = await createClient(io, options);
  const filter = search === undefined ? {} : { filter: { field: 'CompanyName' as const, startsWith: search } };
  const listing = client.customers.list(filter);
  if (json) return printJson(io, await all(listing));
  let printed = 0;
  // A page at a time: the first customers of many show at once.
  for await (const page of listing.byPage()) {
    if (page.length > 0) print(io, table(io.stdout, printed === 0 ? head : undefined, page.map(rowOf)));
    printed += page.length;
  }
  if (printed === 0) print(io, search === undefined ? 'There are no customers.' : 'No customer matches.');
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function rowOf({ id, companyProfile }: Customer): string[] {
  return [id, companyProfile.companyName];
}
