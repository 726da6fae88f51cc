import { type Command, Option } from 'commander';
import { WrongUse } from '../errors.js';
import type { Io } from '../io.js';
import { print } from '../output.js';
import { type SandboxUser, sandboxCredential } from '../sandbox-credential.js';
import { homeOf, PARTNER_CENTER_SCOPE } from '../settings.js';
import { findSandbox, findTarget, noSandbox, partnerCenterOption, targetHelp } from '../target.js';

interface TokenOptions {
  readonly user?: SandboxUser;
  readonly partnerCenter?: true;
}

/** `vetted token`: prints an access token and nothing else. */
export function addTokenCommand(program: Command, io: Io): void {
  program
    .command('token')
    .summary('print an access token')
    .description('Prints an access token, for use in other commands: app-only, or App+User with --user.')
    .addOption(
      new Option('--user <name>', "sign in as one of the sandbox's users").choices([
        'agent',
        'reviewer',
        'administrator',
      ]),
    )
    .option(...partnerCenterOption)
    .addHelpText(
      'after',
      `
Example:
  $ curl -s http://127.0.0.1:7070/v1/customers -H "Authorization: Bearer $(npx vetted token)"
${targetHelp}`,
    )
    .action(async (options: TokenOptions) => {
      const credential = await findCredential(options, io);
      const token = await credential.getToken(PARTNER_CENTER_SCOPE);
      print(io, token?.token ?? '');
    });
}

async function findCredential({ user, ...options }: TokenOptions, io: Io) {
  if (user === undefined) return (await findTarget(io, options)).credential;
  if (options.partnerCenter) throw new WrongUse('--user is one of the sandbox, and does not go with --partner-center.');
  const sandbox = await findSandbox(homeOf(io));
  if (sandbox) return sandboxCredential(sandbox, user);
  throw new WrongUse(`--user is one of the sandbox, and there is none.${noSandbox(io)}`);
}
