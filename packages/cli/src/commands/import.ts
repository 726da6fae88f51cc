import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { Interrupted, Outcome, PartialFailure, WrongUse } from '../errors.js';
import { untilInterrupted } from '../interrupt.js';
import type { Io } from '../io.js';
import { printable, style } from '../output.js';
import { startProgress } from '../progress.js';
import { complain, WRONG_USE } from '../report.js';
import { addTargetOptions, createClient, findTarget, type TargetOptions } from '../target.js';
import type { RowResult } from './import/requests.js';
import { type ResultFormat, resultFormats } from './import/results.js';
import type { RequestRow } from './import/rows.js';

/** Each request is an effort of the service's, and three of them are all that a customer has. */
const CONCURRENCY = 4;
const MAX_PROBLEMS = 20;

interface ImportOptions extends TargetOptions {
  readonly apply?: true;
  readonly format?: ResultFormat;
  readonly output?: string;
  readonly journal?: string;
  readonly retryRefused?: true;
}

/** `vetted import`: requests many qualifications. */
export function addImportCommand(program: Command, io: Io): void {
  const command = program
    .command('import')
    .summary('request many qualifications from a file')
    .description(
      'Requests the qualifications that a CSV file names. Without --apply it only checks the file, and says what would ' +
        'be requested.',
    )
    .argument('<file>', 'CSV with a header row, in UTF-8')
    .option('--apply', 'request them; without it nothing is requested')
    .addOption(
      new Option('--format <name>', 'how the results are written (default text, csv with --output)').choices(
        resultFormats,
      ),
    )
    .option('--output <file>', 'write the results to this file')
    .option('--journal <file>', 'what has been requested (default <file>.vetted-journal)')
    .option('--retry-refused', 'request anew what an earlier run was refused')
    .addHelpText('after', importHelp);
  addTargetOptions(command).action((file: string, options: ImportOptions) => importFile(file, options, io));
}

const importHelp = `
Columns: customerId, qualification (education, gcc or state-owned),
educationSegment (k12 or higher) and website for Education, validationCode for
GovernmentCommunityCloud. Between them are commas, semicolons or tabs. The whole
file is checked before anything is sent.

Examples:
  $ npx vetted import requests.csv
  $ npx vetted import requests.csv --apply --output results.csv

Nothing is requested twice: the journal remembers each request before it is
sent. A run that was stopped, or crashed, is gone on with by the same command. A
row that was edited since is another request.

Results: ready or blocked without --apply; requested, refused, or failed, which
the next run tries again. Exit code 1 where any row is blocked, refused or
failed; 2 where the file cannot be used.`;

async function importFile(file: string, options: ImportOptions, io: Io): Promise<void> {
  const { readRequests } = await import('./import/rows.js');
  const { rows, problems } = await readRequests(file);
  if (problems.length > 0) return refuseFile(file, problems, io);
  const { Journal } = await import('./import/journal.js');
  const client = await createClient(io, options, 'agent');
  const { baseUrl: service } = await findTarget(io, options, 'agent');
  const journalFile = options.journal ?? `${file}.vetted-journal`;
  for (const taken of [file, journalFile]) refuseOverwriting(taken, options);
  const journal = await (options.apply ? Journal.open(journalFile, service) : Journal.read(journalFile, service));
  try {
    const work = { client, journal, retryRefused: options.retryRefused === true };
    const { request, preview } = await import('./import/requests.js');
    const ask = (row: RequestRow) => (options.apply ? request(row, work) : preview(row, work));
    await askAll(rows, ask, options, io);
  } finally {
    await journal.close();
  }
}

function refuseOverwriting(taken: string, { output }: ImportOptions): void {
  if (output === undefined || resolve(output) !== resolve(taken)) return;
  throw new WrongUse(`--output: the results would overwrite ${taken}. Name another file.`);
}

async function askAll(
  rows: readonly RequestRow[],
  ask: (row: RequestRow) => Promise<RowResult>,
  options: ImportOptions,
  io: Io,
): Promise<void> {
  const [{ inOrder }, { openResults }] = await Promise.all([
    import('./import/in-order.js'),
    import('./import/results.js'),
  ]);
  const counts: Counts = { ready: 0, blocked: 0, requested: 0, refused: 0, failed: 0 };
  const results = await openResults(io, options.output, options.format);
  // Where the reader has seen enough, the rest is not requested, and the exit code must not say that it is.
  if (options.apply) io.stdout.prependOnceListener('error', () => process.exit(1));
  const progress = await startProgress(io, 'rows', options.output === undefined && io.stdout.isTTY === true);
  try {
    await untilInterrupted(async (interrupted) => {
      interrupted.addEventListener('abort', () => {
        progress.stop();
        complain(io, 'Stopping once the requests under way are answered; Ctrl-C again stops at once.');
      });
      for await (const result of inOrder(rows, CONCURRENCY, ask, interrupted)) {
        await results.write(result);
        counts[result.result] += 1;
        progress.update({ done: told(counts), failed: troubles(counts), total: rows.length });
      }
      if (interrupted.aborted && told(counts) < rows.length) throw new Interrupted();
    });
  } catch (error) {
    progress.stop();
    summarize(counts, rows.length, options, io);
    throw error;
  } finally {
    progress.stop();
    await results.close();
  }
  summarize(counts, rows.length, options, io);
  if (troubles(counts) > 0) throw new PartialFailure();
}

type Counts = Record<RowResult['result'], number>;

function told(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function troubles({ blocked, refused, failed }: Counts): number {
  return blocked + refused + failed;
}

function refuseFile(file: string, problems: readonly string[], io: Io): never {
  const hidden = problems.length - MAX_PROBLEMS;
  complain(io, printable(`${file} cannot be used, and nothing was requested:`));
  for (const problem of problems.slice(0, MAX_PROBLEMS)) io.stderr.write(printable(`  ${problem}\n`));
  if (hidden > 0) io.stderr.write(`  and ${hidden} more\n`);
  throw new Outcome(WRONG_USE);
}

function summarize(counts: Counts, total: number, { apply }: ImportOptions, io: Io): void {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  const left = total - told(counts);
  if (left > 0) parts.push(['not come to', left]);
  const text = parts.map(([name, count]) => `${count} ${name}`).join(', ');
  const again = left > 0 || counts.failed > 0 ? ' Give the same command again to go on.' : '';
  const lines = apply
    ? [`${text}.${again}`]
    : [
        `${text}.`,
        style(
          io.stderr,
          'bold',
          'This was a dry run: NOTHING WAS REQUESTED. To request, give the same command with --apply.',
        ),
      ];
  io.stderr.write(`${lines.join('\n')}\n`);
}
