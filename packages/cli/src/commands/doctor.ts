import type { Command } from 'commander';
import { PartialFailure, WrongUse } from '../errors.js';
import type { Io } from '../io.js';
import { addTargetOptions, type SandboxUser, type Target, type TargetOptions } from '../target.js';
import { type Check, failed, isWell, printChecks, printChecksAsJson } from './doctor/check.js';
import { askService, checkClock } from './doctor/service.js';
import { checkProgram, checkTarget } from './doctor/setup.js';
import { findTargetAs, userOption } from './token.js';

interface DoctorOptions extends TargetOptions {
  readonly user?: SandboxUser;
  readonly json?: true;
}

const doctorHelp = `
Example:
  $ npx vetted doctor --user agent

It asks for a token, says what the token holds without showing it, and asks the
service for one customer, as a reviewer for one review. The exit code is 1 where
something failed (✗); what may become a problem (!) leaves it 0.`;

/** `vetted doctor`: says which service is asked and as whom, and what is wrong with either. */
export function addDoctorCommand(program: Command, io: Io): void {
  const command = program
    .command('doctor')
    .summary('look for what is wrong with sign-in and setup')
    .description('Says which service is asked and as whom, tries both, and says what to do about each problem.')
    .addOption(userOption())
    .option('--json', 'print an object: ok, and checks with name, status, text and advice')
    .addHelpText('after', doctorHelp);
  addTargetOptions(command).action(async ({ json, ...options }: DoctorOptions) => {
    const checks = await examine(io, options, program.version() ?? '');
    if (json) printChecksAsJson(io, checks);
    else printChecks(io, checks);
    if (!isWell(checks)) throw new PartialFailure();
  });
}

async function examine(io: Io, options: Omit<DoctorOptions, 'json'>, version: string): Promise<Check[]> {
  const program = checkProgram(version);
  let target: Target;
  try {
    target = await findTargetAs(io, options);
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    return [program, failed('Service', error.message)];
  }
  const { checkMfa, findToken, rolesOf } = await import('./doctor/token.js');
  const { checks, token, claims } = await findToken(target);
  const found = await askService(target, token, claims && rolesOf(claims));
  return [
    program,
    ...checkTarget(io, target, options.user),
    ...checks,
    found.check,
    ...(claims === undefined ? [] : [checkMfa(claims, found.answer?.isMfaCompliant)]),
    ...(found.answer === undefined ? [] : [checkClock(found, claims?.iat, target.kind)]),
  ];
}
