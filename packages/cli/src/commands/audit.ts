import type { AuditFindings, BrokenChain } from '@vetted/service';
import type { Command } from 'commander';
import { PartialFailure } from '../errors.js';
import type { Io } from '../io.js';
import { print, printable, printJson } from '../output.js';
import { namingSetting, readSettings } from '../settings.js';

interface AuditOptions {
  readonly database?: string;
  readonly home?: string;
  readonly json?: true;
}

const problems: Readonly<Record<BrokenChain['problem'], string>> = {
  altered: 'was altered',
  missing: 'is missing',
  outside: 'stands outside the chain',
  orphaned: 'belongs to nobody: its owner is gone',
};

/** `vetted audit`: what the history is worth. */
export function addAuditCommand(program: Command, io: Io): void {
  program
    .command('audit')
    .summary('prove that the history is whole')
    .description('Looks after the history that a database keeps of every qualification.')
    .command('verify')
    .description(
      'Walks the history of every partner and customer, each entry of which carries the hash of the one before, and ' +
        'names for each the first entry that was altered or is missing. A service may run meanwhile. ' +
        'Reads only, but for the tables of an earlier version, which it first brings up to date.',
    )
    .option(
      '--database <address>',
      'sqlite:<file> or postgres://… (VETTED_DATABASE; default vetted.db in the data folder)',
    )
    .option('--home <folder>', 'the data folder (VETTED_HOME; default .vetted)')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 all whole, 1 something was altered or is missing.

Example:
  $ npx vetted audit verify --database sqlite:.vetted/vetted.db`,
    )
    .action((options: AuditOptions) => verify(options, io));
}

async function verify({ database, home, json }: AuditOptions, io: Io): Promise<void> {
  const settings = await readSettings({ database, home }, io);
  const { openAdmin } = await import('@vetted/service');
  const admin = await openAdmin({ ...settings, mustExist: true }).catch((error: unknown) => {
    throw namingSetting(error, { database, home });
  });
  let findings: AuditFindings;
  try {
    findings = await admin.verifyHistory();
  } finally {
    await admin.close();
  }
  if (json) printJson(io, findings);
  else for (const line of linesOf(findings)) print(io, line);
  if (findings.broken.length > 0) throw new PartialFailure('The history does not hold.');
}

function linesOf({ chains, entries, broken }: AuditFindings): string[] {
  if (broken.length > 0) return broken.map(describe);
  return [`${count(chains, 'chain', 'chains')}, ${count(entries, 'entry', 'entries')}: all whole.`];
}

function describe({ partnerId, customerId, sequence, problem }: BrokenChain): string {
  const customer = customerId === undefined ? '' : `, customer ${customerId}`;
  return printable(`partner ${partnerId}${customer}: entry ${sequence} ${problems[problem]}`).replaceAll('\n', ' ');
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
