import type { ValidationCode } from '@vetted/client';
import type { Command } from 'commander';
import type { Io } from '../io.js';
import { print, printJson, table } from '../output.js';
import { recorder } from '../recorder.js';
import { addTargetOptions, createClient, type TargetOptions } from '../target.js';

interface CodesOptions extends TargetOptions {
  readonly json?: true;
}

const head = ['Code', 'Left', 'Organization'];

/** `vetted codes`: the partner's validation codes. */
export function addCodesCommand(program: Command, io: Io): void {
  const command = program
    .command('codes')
    .summary("list the partner's validation codes")
    .description(
      "Lists the partner's validation codes for Government Community Cloud, and how many customers each can qualify yet.",
    )
    .option('--json', 'print them as one JSON array, as the service sent them')
    .addHelpText(
      'after',
      `
Example:
  $ npx vetted codes`,
    );
  addTargetOptions(command).action((options: CodesOptions) => codes(options, io));
}

async function codes({ json, ...options }: CodesOptions, io: Io): Promise<void> {
  const client = await createClient(io, options);
  const { onResponse, body } = recorder();
  const found = await client.validations.getValidationCodes({ onResponse });
  if (json) return printJson(io, body());
  print(io, found.length === 0 ? 'There are no validation codes.' : table(io.stdout, head, found.map(rowOf)));
}

function rowOf({ validationId, remainingCreates, maxCreates, organizationName }: ValidationCode): string[] {
  return [validationId, `${remainingCreates} of ${maxCreates}`, organizationName];
}
