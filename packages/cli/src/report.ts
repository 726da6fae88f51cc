import type { PartnerCenterError } from '@vetted/client';
import type { ConfigError, ProvisioningError } from '@vetted/service';
import { CommanderError } from 'commander';
import type { Failure, Interrupted, Outcome, PartialFailure, WrongUse } from './errors.js';
import type { Io } from './io.js';
import { printable } from './output.js';
import { inWordsOfTheCommandLine } from './service-words.js';

const FAILED = 1;
/** What was typed, set or named as a file cannot be used. */
export const WRONG_USE = 2;
const INTERRUPTED = 130;
const MAX_PROBLEMS = 20;

type Reported =
  | ConfigError
  | Failure
  | Interrupted
  | Outcome
  | PartialFailure
  | PartnerCenterError
  | ProvisioningError
  | WrongUse;

/** Says what went wrong on stderr, in a sentence and never a stack trace, and answers the exit code. */
export function report(thrown: unknown, io: Io): number {
  // Commander has printed its message, or the help that was asked for.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : WRONG_USE;
  // Told by name: the classes' packages are loaded by the commands that need them, not by every one.
  const error = thrown as Reported;
  switch (error?.name) {
    case 'WrongUse':
    case 'ConfigError':
      complain(io, error.message);
      return WRONG_USE;
    case 'ProvisioningError':
      complain(io, explainProblems(error));
      return WRONG_USE;
    case 'PartnerCenterError':
      complain(io, explainFault(error));
      return FAILED;
    case 'PartialFailure':
      return FAILED;
    case 'Interrupted':
      return INTERRUPTED;
    case 'Outcome':
      return error.exitCode;
    default:
      complain(io, thrown instanceof Error ? firstLine(thrown.message) : String(thrown));
      return FAILED;
  }
}

/** One sentence on stderr, in the command's name. */
export function complain(io: Io, sentence: string): void {
  io.stderr.write(`vetted: ${sentence}\n`);
}

/** A fault as a sentence: the service's text, what it names, and what its operator needs to find the call. */
export function explainFault(error: PartnerCenterError): string {
  const reasons = error.data.flatMap((datum) => reasonOf(datum) ?? []);
  // The message names what data does, which is told below.
  const said = inWordsOfTheCommandLine(error.description ?? error.message);
  const { correlationId } = error;
  const marks = [
    error.code === undefined ? `status ${error.statusCode ?? 'unknown'}` : `fault ${error.code}`,
    // An unforeseen error tells it in its text.
    ...(correlationId === undefined || said.includes(correlationId) ? [] : [`correlation id ${correlationId}`]),
  ];
  const text = said.replace(/[.\s]+$/, '');
  return printable(`${text}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''} (${marks.join(', ')}).`);
}

function reasonOf(datum: unknown): string | undefined {
  if (typeof datum !== 'object' || datum === null || !('name' in datum) || !('reason' in datum)) return undefined;
  return inWordsOfTheCommandLine(`${datum.name} ${datum.reason}`);
}

function explainProblems({ sentences: lines }: ProvisioningError): string {
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return printable(`Nothing was changed: ${only}`);
  const shown = lines.slice(0, MAX_PROBLEMS).map((line) => `  ${printable(line)}`);
  const hidden = lines.length - shown.length;
  return [
    `Nothing was changed, for ${lines.length} reasons:`,
    ...shown,
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
  ].join('\n');
}

function firstLine(message: string): string {
  return printable(message.split('\n', 1)[0] ?? '');
}
