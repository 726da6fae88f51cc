import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAdminCommand } from './commands/admin.js';
import { addAuditCommand } from './commands/audit.js';
import { addCodesCommand } from './commands/codes.js';
import { addCustomersCommand } from './commands/customers.js';
import { addDecideCommand } from './commands/decide.js';
import { addExportCommand } from './commands/export.js';
import { addGetCommand } from './commands/get.js';
import { addImportCommand } from './commands/import.js';
import { addReviewsCommand } from './commands/reviews.js';
import { addServeCommand } from './commands/serve.js';
import { addTokenCommand } from './commands/token.js';
import type { Io } from './io.js';

/** The command line. Each command loads what it needs when it runs: `vetted --help` waits for nothing. */
export function createProgram(io: Io): Command {
  const program = new Command('vetted')
    .description('Customer qualifications of Microsoft Partner Center, and a service that stands in for it.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .showHelpAfterError('Run vetted --help to see what there is.')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'vetted: ')),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  addServeCommand(program, io);
  addGetCommand(program, io);
  addCustomersCommand(program, io);
  addCodesCommand(program, io);
  addReviewsCommand(program, io);
  addDecideCommand(program, io);
  addExportCommand(program, io);
  addImportCommand(program, io);
  addTokenCommand(program, io);
  addAdminCommand(program, io);
  addAuditCommand(program, io);
  return program.addHelpText(
    'after',
    `
The first steps:
  $ npx vetted serve --sandbox     a service with sample data; leave it running
  $ npx vetted customers           in a second terminal: the sample customers
  $ npx vetted get <customer-tenant-id>

Exit codes: 0 done, 1 refused by the service or not to be done, 2 used wrongly.`,
  );
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return version;
}
