import type { CustomerQualifications, PartnerCenterClient } from '@vetted/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { named, oneOf } from '../arguments.js';
import { Interrupted, PartialFailure } from '../errors.js';
import { untilInterrupted } from '../interrupt.js';
import type { Io } from '../io.js';
import { startProgress } from '../progress.js';
import { complain } from '../report.js';
import { addTargetOptions, createClient, findTarget, type TargetOptions } from '../target.js';
import { type Destination, type Place, toFile, toStream } from './export/destination.js';
import { type Format, type FormatName, formatNames, formatOf } from './export/format.js';
import { qualificationChoices, qualificationNamed, vettingStatuses } from './qualification-names.js';

const MAX_CONCURRENCY = 64;

interface ExportOptions extends TargetOptions {
  readonly format: FormatName;
  readonly status?: readonly string[];
  readonly qualification?: readonly string[];
  readonly output?: string;
  readonly concurrency: number;
  readonly restart?: true;
}

/** `vetted export`: all customers with their qualifications. */
export function addExportCommand(program: Command, io: Io): void {
  const command = program
    .command('export')
    .summary('write all customers with their qualifications to a file')
    .description("Writes all of the partner's customers, with their qualifications, as CSV, JSON or NDJSON.")
    .addOption(new Option('--format <name>', 'how they are written').choices(formatNames).default('csv'))
    .addOption(
      new Option('--status <status>', 'only qualifications with this vetting status; repeatable')
        .choices(vettingStatuses)
        .argParser(collect(oneOf(vettingStatuses))),
    )
    .addOption(
      new Option('--qualification <name>', 'only this qualification; repeatable')
        .choices(qualificationChoices)
        .argParser(collect(named(qualificationNamed, qualificationChoices))),
    )
    .option(
      '--output <file>',
      'write to this file; a run that stopped goes on when the same command is given again',
      fileName,
    )
    .option('--restart', 'begin anew, also where an earlier run to the same file stopped')
    .option(
      '--concurrency <n>',
      `how many customers are asked about at the same time, 1 to ${MAX_CONCURRENCY}`,
      count,
      8,
    )
    .addHelpText('after', exportHelp);
  addTargetOptions(command).action((options: ExportOptions) => exportAll(options, io));
}

const exportHelp = `
CSV has a line for each qualification, and one for a customer without any unless
--status or --qualification asks for less. A cell that a spreadsheet would run
as a formula has an apostrophe before it. JSON and NDJSON have an object for
each customer. Where the service refuses a customer, its line says why, and the
exit code is 1; where the service is not reached, the run stops.

Examples:
  $ npx vetted export --output customers.csv
  $ npx vetted export --format ndjson --status Denied | jq -r .companyName

Ctrl-C stops it (exit code 130). With --output, <file>.vetted-progress says how
far it came, and the same command goes on from there, even after a crash.`;

async function exportAll(options: ExportOptions, io: Io): Promise<void> {
  const format = await formatOf(options.format);
  const client = await createClient(io, options);
  const destination = await openDestination(options, io);
  await untilInterrupted(async (interrupted) => {
    try {
      await writeAll(options, { client, format, destination, interrupted }, io);
      await destination.finish(format.end);
    } catch (error) {
      await destination.stop();
      if (interrupted.aborted || destination.place.customers > 0) explainStop(destination, io);
      throw interrupted.aborted ? new Interrupted() : error;
    }
  });
  summarize(destination.place, options, io);
}

async function openDestination(options: ExportOptions, io: Io): Promise<Destination> {
  const { output, format, status, qualification, restart } = options;
  if (output === undefined) return toStream(io.stdout);
  const { baseUrl: service } = await findTarget(io, options);
  const settings = { format, status: status ?? [], qualification: qualification ?? [], service };
  return toFile(output, settings, restart === true);
}

interface Work {
  readonly client: PartnerCenterClient;
  readonly format: Format;
  readonly destination: Destination;
  readonly interrupted: AbortSignal;
}

/** Writes all customers that are left. */
async function writeAll(options: ExportOptions, work: Work, io: Io): Promise<void> {
  const { client, format, destination, interrupted } = work;
  const { isResumed, place: start } = destination;
  if (!isResumed) await destination.write(format.begin, start);
  const progress = await startProgress(io, 'customers', options.output === undefined && io.stdout.isTTY === true);
  // Also while nobody reads on: a second Ctrl-C leaves no time for it.
  interrupted.addEventListener('abort', progress.stop);
  try {
    const listing = client.qualifications.list({
      concurrency: options.concurrency,
      abortSignal: interrupted,
      onProgress: ({ done, failed, totalCount: total, pausedUntil }) =>
        progress.update({ done: start.customers + done, failed: start.failed + failed, total, pausedUntil }),
      ...(start.continueFrom !== undefined && { continueFrom: start.continueFrom }),
    });
    for await (const one of listing) {
      // It never reached the service: the others would not either, and asked again later it may be answered.
      if (one.error !== undefined && one.error.statusCode === undefined) throw one.error;
      const { place } = destination;
      const selected = select(one, options);
      const text = selected === undefined ? '' : format.customer(selected, place.written === 0);
      await destination.write(text, after(place, one, selected !== undefined));
    }
  } finally {
    progress.stop();
  }
}

/** What of a customer is asked for; undefined for nothing. One that failed is always told: it may be one that is. */
function select(one: CustomerQualifications, { status, qualification }: ExportOptions) {
  if (one.error !== undefined || (status === undefined && qualification === undefined)) return one;
  const qualifications = one.qualifications.filter(
    (candidate) =>
      (status === undefined || status.includes(candidate.vettingStatus ?? '')) &&
      (qualification === undefined || qualification.includes(candidate.qualification)),
  );
  return qualifications.length === 0 ? undefined : { ...one, qualifications };
}

function after(place: Place, { continueFrom, error }: CustomerQualifications, isWritten: boolean): Place {
  return {
    continueFrom,
    customers: place.customers + 1,
    failed: place.failed + (error === undefined ? 0 : 1),
    written: place.written + (isWritten ? 1 : 0),
  };
}

function explainStop({ isRecorded }: Destination, io: Io): void {
  complain(
    io,
    isRecorded
      ? 'Stopped before the end. Give the same command again to go on, or add --restart to begin anew.'
      : 'Stopped before the end. With --output <file>, the same command would go on where it stopped.',
  );
}

function summarize({ customers, failed, written }: Place, { output }: ExportOptions, io: Io): void {
  const of = written === customers ? `${customers} customers` : `${written} of ${customers} customers`;
  if (output !== undefined) io.stderr.write(`${of} written to ${output}.\n`);
  if (failed === 0) return;
  complain(io, `${failed} of ${customers} customers failed: their lines say why.`);
  throw new PartialFailure();
}

/** Reads an option that may be repeated. */
function collect(read: (text: string) => string) {
  return (text: string, earlier: readonly string[] | undefined): string[] =>
    [...new Set([...(earlier ?? []), read(text)])].sort();
}

function count(text: string): number {
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_CONCURRENCY) return Number(text);
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_CONCURRENCY}.`);
}

function fileName(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('It must name a file.');
}
