import type { ClockReading, PartnerCenterError, SandboxDescription } from '@vetted/client';
import { type Command, InvalidArgumentError } from 'commander';
import { Failure, WrongUse } from '../errors.js';
import type { Io } from '../io.js';
import { print, printJson } from '../output.js';
import { findSandbox, noSandbox } from '../place.js';
import { homeOf } from '../settings.js';

const TIMEOUT_IN_MS = 60_000;
const START_SANDBOX = 'Start the sandbox with: npx vetted serve --sandbox';

interface ClockOptions {
  readonly advance?: string;
  readonly json?: true;
}

const clockHelp = `
It is the sandbox that sandbox.json in the data folder describes (VETTED_HOME,
default .vetted). The clock only goes forwards, ten years in all.

Examples:
  $ npx vetted clock
  $ npx vetted clock --advance 2h`;

/** `vetted clock`: shows the sandbox's clock, and moves it. */
export function addClockCommand(program: Command, io: Io): void {
  program
    .command('clock')
    .summary("show the sandbox's clock, or move it forwards")
    .description(
      "Shows the time by the sandbox's clock, which everything in it goes by. With --advance it is moved forwards, and " +
        'what becomes due by that is decided at once.',
    )
    .option(
      '--advance <duration>',
      'move it by this: 30s, 15m, 2h, 3d, or an ISO 8601 duration such as P1M',
      isoDuration,
    )
    .option('--json', 'print a JSON object, as the sandbox sent it')
    .addHelpText('after', clockHelp)
    .action((options: ClockOptions) => clock(options, io));
}

async function clock({ advance, json }: ClockOptions, io: Io): Promise<void> {
  const sandbox = await findSandbox(homeOf(io));
  if (sandbox === undefined) throw new WrongUse(noSandbox(io));
  const reading = await ask(sandbox, advance);
  if (json) printJson(io, reading);
  else print(io, reading.now);
}

/** Reads the clock, or moves it. */
async function ask(sandbox: SandboxDescription, advance: string | undefined): Promise<ClockReading> {
  const { isPartnerCenterError, PartnerCenterClient, sandboxCredential } = await import('@vetted/client');
  const { baseUrl } = sandbox;
  // Whether it runs is known at the first try.
  const options = { baseUrl, timeoutInMs: TIMEOUT_IN_MS, retryOptions: { maxRetries: 0 } };
  const client = new PartnerCenterClient(sandboxCredential({ sandbox }), options);
  const asked = advance === undefined ? client.sandbox.getClock() : client.sandbox.advanceClock(advance);
  const reading = await asked.catch((error: unknown) => {
    throw isPartnerCenterError(error) ? explained(error, baseUrl) : error;
  });
  if (typeof reading.now !== 'string') throw noSandboxAt(baseUrl);
  return reading;
}

/** What the sandbox refuses, it says itself. */
function explained(error: PartnerCenterError, baseUrl: string): Error {
  const { statusCode, code, description } = error;
  if (statusCode === undefined) return new Failure(`Nothing answers at ${baseUrl}. ${START_SANDBOX}`, { cause: error });
  return code === undefined || description === undefined ? noSandboxAt(baseUrl) : error;
}

function noSandboxAt(baseUrl: string): Failure {
  return new Failure(`What answers at ${baseUrl} is not a sandbox. ${START_SANDBOX}`);
}

/** 2h as PT2H; what is written as ISO 8601 is the sandbox's to judge. */
function isoDuration(text: string): string {
  if (/^p/i.test(text)) return text.toUpperCase();
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new InvalidArgumentError('It must be a duration such as 30s, 15m, 2h or 3d, or one of ISO 8601 such as P1M.');
  }
  return `P${unit === 'd' ? '' : 'T'}${count}${unit.toUpperCase()}`;
}
