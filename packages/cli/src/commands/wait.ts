import type { QualificationName } from '@vetted/client';
import type { Command } from 'commander';
import { customerTenantId } from '../arguments.js';
import { untilInterrupted } from '../interrupt.js';
import type { Io } from '../io.js';
import { addTargetOptions, createClient } from '../target.js';
import { addWaitingOptions, finishWaiting, paceOf, type WaitingOptions, waitingHelp } from '../waiting.js';
import { qualificationArgument } from './qualification-names.js';

const waitHelp = `
Exit codes:
  ${waitingHelp}

Examples:
  $ npx vetted wait 1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02 education
  $ npx vetted wait 1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02 education --timeout 4h \\
      && echo approved`;

/** `vetted wait`: waits for the decision on a qualification that was requested. */
export function addWaitCommand(program: Command, io: Io): void {
  const command = program
    .command('wait')
    .summary('wait for the decision on a qualification')
    .description('Waits for the decision on a qualification that was requested before, and prints it.')
    .argument('<customer-tenant-id>', 'the customer', customerTenantId)
    .addArgument(qualificationArgument());
  addWaitingOptions(command)
    .option('--json', 'print the qualification as a JSON object')
    .addHelpText('after', waitHelp);
  addTargetOptions(command).action((customerId: string, name: QualificationName, options: WaitingOptions) =>
    wait(customerId, name, options, io),
  );
}

async function wait(customerId: string, name: QualificationName, options: WaitingOptions, io: Io): Promise<void> {
  const client = await createClient(io, options);
  await untilInterrupted(async (interrupted) => {
    const poller = client.customers.byId(customerId).qualification.waitForDecision(name, paceOf(options));
    await finishWaiting(poller, { customerId, qualification: name }, options, interrupted, io);
  });
}
