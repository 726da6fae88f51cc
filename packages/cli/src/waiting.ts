import type { Qualification, QualificationPoller } from '@vetted/client';
import { type Command, Option } from 'commander';
import { duration } from './arguments.js';
import { Interrupted, Outcome } from './errors.js';
import type { Io } from './io.js';
import { print, printable, printJson } from './output.js';
import { choosePlace } from './place.js';
import { minuteOf, tableOfOne } from './qualification-table.js';
import { commandLine, quoted } from './quoted.js';
import { complain } from './report.js';
import { startStatusLine } from './status-line.js';
import type { TargetOptions } from './target.js';

/** Decided, but not in the customer's favour. */
const DENIED = 3;
/** Not decided in the time that was given. */
const UNDECIDED = 4;

/** How long and how often somebody waits, as typed. */
export interface WaitingOptions extends TargetOptions {
  readonly timeout?: number;
  readonly interval?: number;
  readonly json?: true;
}

/** What is waited for. */
export interface Awaited {
  readonly customerId: string;
  readonly qualification: string;
}

/** What commands that wait say about their exit codes; what stands before it names the case. */
export const waitingHelp = `0 approved, or effective without vetting
  3 denied
  4 not decided when --timeout was over
  130 stopped by Ctrl-C, which does not stop the vetting
  1 and 2 as everywhere`;

/** Adds the options of {@link WaitingOptions} but for --json. */
export function addWaitingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--timeout <duration>',
        'wait no longer than this: 30s, 15m, 2h, 3d; without an end when absent',
      ).argParser(duration('1s', '24d')),
    )
    .addOption(
      new Option(
        '--interval <duration>',
        'how often to look, less often while nothing changes; a Vetted tells of the decision at once in any case ' +
          '(default: 15m)',
      ).argParser(duration('1s', '24d')),
    );
}

/** The interval as the client takes it. */
export function paceOf({ interval }: WaitingOptions): { intervalInMs?: number } {
  return interval === undefined ? {} : { intervalInMs: interval };
}

/**
 * Waits for the decision and prints it.
 * @throws Outcome where it is a denial, or was not made in time
 * @throws Interrupted on Ctrl-C
 */
export async function finishWaiting(
  poller: QualificationPoller,
  awaited: Awaited,
  options: WaitingOptions,
  interrupted: AbortSignal,
  io: Io,
): Promise<void> {
  const decided = await decision(poller, awaited, options, interrupted, io);
  if (options.json) printJson(io, decided);
  else print(io, tableOfOne([decided], io));
  if (decided.vettingStatus !== undefined && decided.vettingStatus !== 'Approved') throw new Outcome(DENIED);
}

async function decision(
  poller: QualificationPoller,
  awaited: Awaited,
  options: WaitingOptions,
  interrupted: AbortSignal,
  io: Io,
): Promise<Qualification> {
  const { timeout } = options;
  const late = new AbortController();
  const timer = timeout === undefined ? undefined : setTimeout(() => late.abort(), timeout);
  const since = Date.now();
  const startLine = () => startStatusLine(io.stderr, () => standing(poller, awaited, Date.now() - since));
  const hint = await clockHint(options, io);
  const isRunning = poller.operationState?.status === 'running';
  if (isRunning) io.stderr.write(hint);
  let statusLine = startLine();
  const forgetHint = poller.onProgress(({ status }) => {
    forgetHint();
    if (isRunning || status !== 'running') return;
    statusLine.stop();
    io.stderr.write(hint);
    statusLine = startLine();
  });
  try {
    return await poller.pollUntilDone({ abortSignal: AbortSignal.any([interrupted, late.signal]) });
  } catch (error) {
    if (!interrupted.aborted && !late.signal.aborted) throw error;
    statusLine.stop();
    const how = interrupted.aborted ? 'Stopped waiting; the vetting goes on' : 'There is no decision yet';
    complain(io, `${how}. Go on waiting with: ${waitCommand(awaited, options)}`);
    throw interrupted.aborted ? new Interrupted() : new Outcome(UNDECIDED);
  } finally {
    clearTimeout(timer);
    forgetHint();
    statusLine.stop();
  }
}

/** What shortens the waiting where the service is a sandbox, for stderr; empty elsewhere. */
async function clockHint(options: TargetOptions, io: Io): Promise<string> {
  if ((await choosePlace(io, options)).kind !== 'sandbox') return '';
  const { VETTED_HOME: home } = io.env;
  const command = `${home ? `VETTED_HOME=${quoted(home)} ` : ''}npx vetted clock --advance 2h`;
  return (
    'A sandbox decides an hour later by its own clock where the website says how, else a reviewer decides. ' +
    `To move the clock, in a second terminal: ${command}\n`
  );
}

/** `Waiting for 5 min: Education is InReview since 2026-03-02 09:00 UTC` */
function standing({ operationState }: QualificationPoller, { qualification }: Awaited, waitedInMs: number): string {
  const { vettingStatus, vettingCreatedDate } = operationState?.qualification ?? {};
  const since = vettingCreatedDate === undefined ? '' : ` since ${minuteOf(vettingCreatedDate)} UTC`;
  const status = vettingStatus === undefined ? '' : ` is ${vettingStatus}${since}`;
  // A narrow terminal cuts off the end: what changes stands before it.
  return printable(`Waiting for ${span(waitedInMs)}: ${qualification}${status}`);
}

function span(inMs: number): string {
  const seconds = Math.floor(inMs / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

/** The command that goes on waiting, at the same service. */
export function waitCommand({ customerId, qualification }: Awaited, options: TargetOptions): string {
  return commandLine(['wait', customerId, qualification], options);
}
