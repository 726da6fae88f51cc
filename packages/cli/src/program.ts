import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAdminCommand } from './commands/admin.js';
import { addAuditCommand } from './commands/audit.js';
import { addBackupCommand } from './commands/backup.js';
import { addClockCommand } from './commands/clock.js';
import { addCodesCommand } from './commands/codes.js';
import { addCompletionCommand } from './commands/completion.js';
import { addCustomersCommand } from './commands/customers.js';
import { addDecideCommand } from './commands/decide.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addExportCommand } from './commands/export.js';
import { addGetCommand } from './commands/get.js';
import { addImportCommand } from './commands/import.js';
import { addRequestCommand } from './commands/request.js';
import { addReviewsCommand } from './commands/reviews.js';
import { addServeCommand } from './commands/serve.js';
import { addTokenCommand } from './commands/token.js';
import { addWaitCommand } from './commands/wait.js';
import { addWatchCommand } from './commands/watch.js';
import type { Io } from './io.js';

/** A description beside its term is wrapped down to this width, which a terminal of 40 columns leaves. */
const MIN_WIDTH_TO_WRAP = 12;

/** The command line. Each command loads what it needs when it runs: `vetted --help` waits for nothing. */
export function createProgram(io: Io): Command {
  const program = new Command('vetted')
    .description('Customer qualifications of Microsoft Partner Center, and a service that stands in for it.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ subcommandTerm: (command) => command.name(), minWidthToWrap: MIN_WIDTH_TO_WRAP })
    // What stands behind a command is the command's: vetted reviews show has a --json of its own.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(`vetted: ${inPlainWords(text)}`),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  program.commandsGroup('Customers and their qualifications:');
  addCustomersCommand(program, io);
  addGetCommand(program, io);
  addExportCommand(program, io);
  program.commandsGroup('Requests and decisions:');
  addRequestCommand(program, io);
  addImportCommand(program, io);
  addWaitCommand(program, io);
  addWatchCommand(program, io);
  addCodesCommand(program, io);
  program.commandsGroup('The vetting desk:');
  addReviewsCommand(program, io);
  addDecideCommand(program, io);
  program.commandsGroup('A service of your own:');
  addServeCommand(program, io);
  addClockCommand(program, io);
  addAdminCommand(program, io);
  addAuditCommand(program, io);
  addBackupCommand(program, io);
  program.commandsGroup('Sign-in and setup:');
  addTokenCommand(program, io);
  addDoctorCommand(program, io);
  addCompletionCommand(program, io);
  program.helpCommand('help [command]', 'print help for a command');
  pointToHelp(program, ['npx vetted']);
  return program.addHelpText(
    'after',
    `
The first steps:
  $ npx vetted serve --sandbox     a service with sample data; leave it running
  $ npx vetted customers           in a second terminal: the sample customers
  $ npx vetted get <customer-tenant-id>

Exit codes: 0 done, 1 refused by the service or not to be done, 2 used wrongly
or with a file that cannot be used, 130 stopped by Ctrl-C. Those of vetted wait
tell the decision, too.`,
  );
}

/** What follows a complaint about how a command was used; and its own word for help, for those that have commands. */
function pointToHelp(command: Command, words: readonly string[]): void {
  command.showHelpAfterError(`${words.join(' ')} --help tells how it is used.`);
  const isGroup = command
    .createHelp()
    .visibleCommands(command)
    .some((one) => one.name() === 'help');
  if (isGroup && command.parent !== null) command.helpCommand('help [command]', 'print help for a command');
  for (const one of command.commands) pointToHelp(one, [...words, one.name()]);
}

/** Commander's complaints about a value speak of options and arguments at once: its name is enough. */
function inPlainWords(complaint: string): string {
  return complaint
    .replace(/^error: /, '')
    .replace(/^command-argument value '(.*)' is invalid for argument '([^']+)'\./s, "<$2> cannot be '$1'.")
    .replace(/^option '([^']+)' argument '(.*)' is invalid\./s, "$1 cannot be '$2'.");
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return version;
}
