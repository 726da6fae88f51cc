import { type Command, Option } from 'commander';
import { WrongUse } from '../errors.js';
import type { Io } from '../io.js';
import { print } from '../output.js';
import { noSandbox } from '../place.js';
import { addTargetOptions, findTarget, type SandboxUser, type Target, type TargetOptions } from '../target.js';

interface TokenOptions extends TargetOptions {
  readonly user?: SandboxUser;
}

const tokenHelp = `
Example:
  $ curl -s http://127.0.0.1:7070/v1/customers -H "Authorization: Bearer $(npx vetted token)"`;

/** `vetted token`: prints an access token and nothing else. */
export function addTokenCommand(program: Command, io: Io): void {
  const command = program
    .command('token')
    .summary('print an access token')
    .description('Prints an access token, for use in other commands: app-only, or App+User with --user.')
    .addOption(userOption())
    .addHelpText('after', tokenHelp);
  addTargetOptions(command).action(async (options: TokenOptions) => {
    const { credential, scope } = await findTargetAs(io, options);
    const token = await credential.getToken(scope);
    print(io, token?.token ?? '');
  });
}

/** `--user`, of the commands that are about signing in. */
export function userOption(): Option {
  return new Option('--user <name>', "sign in as one of the sandbox's users").choices([
    'agent',
    'reviewer',
    'administrator',
  ]);
}

/** The target that a user signs in to. Throws WrongUse where it has no such users. */
export async function findTargetAs(io: Io, { user, ...options }: TokenOptions): Promise<Target> {
  if (user !== undefined && options.partnerCenter) {
    throw new WrongUse('--user is one of the sandbox, and does not go with --partner-center.');
  }
  const target = await findTarget(io, options, user);
  if (user === undefined || target.kind === 'sandbox') return target;
  if (target.kind === 'service' || options.cloud !== undefined) {
    throw new WrongUse(`--user is one of the sandbox, and ${target.baseUrl} is asked: ${target.reason}.`);
  }
  throw new WrongUse(`--user is one of the sandbox, and there is none. (${noSandbox(io)})`);
}
