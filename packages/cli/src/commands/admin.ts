import type { Admin } from '@vetted/service';
import { type Command, InvalidArgumentError } from 'commander';
import { codeFromStdin, readCode } from '../code-input.js';
import type { Io } from '../io.js';
import { print } from '../output.js';
import { namingSetting, readSettings } from '../settings.js';
import { customerColumns, openRecords } from './admin/records.js';

interface DatabaseOption {
  readonly database?: string;
  readonly encryptionKeyFile?: string;
}
interface CodeOptions extends DatabaseOption {
  readonly maxCreates: number;
  readonly remaining?: number;
}

const databaseOption = [
  '--database <address>',
  'sqlite:<file> or postgres://… (VETTED_DATABASE; default vetted.db in the data folder, VETTED_HOME or .vetted)',
] as const;

const keyOption = [
  '--encryption-key-file <file>',
  'the keys for secrets in it (VETTED_ENCRYPTION_KEY_FILE; default beside SQLite, required for PostgreSQL)',
] as const;

/** `vetted admin`: an operator's hands on the database itself. */
export function addAdminCommand(program: Command, io: Io): void {
  const admin = program
    .command('admin')
    .summary('register partners, customers and validation codes in a database')
    .description(
      'Registers partners, customers and validation codes in the database itself, without a service, and looks after ' +
        'the keys that secrets are encrypted with.',
    );
  addPartnerCommands(admin, io);
  addCustomerCommands(admin, io);
  addCodeCommands(admin, io);
  addMigrateCommand(admin, io);
  addKeyCommands(admin, io);
}

function addPartnerCommands(admin: Command, io: Io): void {
  admin
    .command('partner')
    .description('Registers partners.')
    .command('add')
    .description('Adds a partner, or renames it.')
    .argument('<tenant-id>', "the partner's tenant id, a GUID")
    .argument('<name>', 'its name')
    .option(...databaseOption)
    .option(...keyOption)
    .addHelpText(
      'after',
      `
Example:
  $ npx vetted admin partner add 9daaeb1c-4195-4db5-9f1d-509eb70c8c2d 'Contoso CSP'`,
    )
    .action((tenantId: string, name: string, options: DatabaseOption) =>
      withAdmin(options, io, async (open) => {
        await open.addPartner({ tenantId, name });
        print(io, `Partner ${tenantId} is registered as ${name}.`);
      }),
    );
}

function addCustomerCommands(admin: Command, io: Io): void {
  admin
    .command('customer')
    .description("Registers a partner's customers.")
    .command('import')
    .description('Adds customers from a file, or changes what is known of them: all of them, or none.')
    .argument('<partner>', "the partner's tenant id")
    .argument('<file>', 'NDJSON (.ndjson, .jsonl) or CSV with a header row (.csv), in UTF-8')
    .option(...databaseOption)
    .option(...keyOption)
    .addHelpText(
      'after',
      `
Members of a record, or columns:
  ${customerColumns.slice(0, 4).join(', ')},
  ${customerColumns.slice(4).join(', ')}.
The first three are required; an empty cell is an absent member. Between cells
are commas, semicolons or tabs.

Example:
  $ npx vetted admin customer import 9daaeb1c-4195-4db5-9f1d-509eb70c8c2d customers.csv`,
    )
    .action(async (partner: string, file: string, options: DatabaseOption) => {
      const records = await openRecords(file);
      await withAdmin(options, io, async (open) => {
        const { imported } = await open.importCustomers(partner, records);
        print(io, `${imported} ${imported === 1 ? 'customer' : 'customers'} imported.`);
      });
    });
}

function addCodeCommands(admin: Command, io: Io): void {
  admin
    .command('code')
    .description("Registers a partner's validation codes for Government Community Cloud.")
    .command('add')
    .description('Adds a validation code, or changes it.')
    .argument('<partner>', "the partner's tenant id")
    .argument('<validation-id>', `the code: letters, digits and hyphens; ${codeFromStdin}`)
    .argument('<organization-name>', 'whom the code is for')
    .requiredOption('--max-creates <n>', 'how many customers the code can qualify in all', parseCount)
    .option('--remaining <n>', 'how many of these are left (default: all that were not used)', parseCount)
    .option(...databaseOption)
    .option(...keyOption)
    .addHelpText(
      'after',
      `
Example:
  $ npx vetted admin code add 9daaeb1c-4195-4db5-9f1d-509eb70c8c2d 12345 'Contoso, Inc.' --max-creates 5`,
    )
    .action(async (partner: string, given: string, organizationName: string, options: CodeOptions) => {
      const validationId = await readCode(given, io);
      await withAdmin(options, io, async (open) => {
        const { maxCreates, remaining } = options;
        const left = remaining === undefined ? {} : { remainingCreates: remaining };
        await open.addValidationCode(partner, { validationId, organizationName, maxCreates, ...left });
        print(io, `Validation code ${validationId} is registered: ${organizationName}`);
      });
    });
}

/** Whoever opens a database brings its tables up to date: this opens it, and does nothing else. */
function addMigrateCommand(admin: Command, io: Io): void {
  admin
    .command('migrate')
    .description('Brings the tables up to date, so that a service whose role may not change them can start.')
    .option(...databaseOption)
    .option(...keyOption)
    .addHelpText(
      'after',
      `
Example:
  $ npx vetted admin migrate --database postgres://vetted_owner@db.example/vetted \\
      --encryption-key-file /etc/vetted/vetted.key`,
    )
    .action((options: DatabaseOption) => withAdmin(options, io, async () => print(io, 'The tables are up to date.')));
}

function addKeyCommands(admin: Command, io: Io): void {
  admin
    .command('new-key')
    .description('Prints a new key for a key file: secrets in the database are encrypted with it.')
    .addHelpText(
      'after',
      `
Example:
  $ (umask 077; npx vetted admin new-key > vetted.key)`,
    )
    .action(async () => {
      const { newEncryptionKey } = await import('@vetted/service');
      print(io, newEncryptionKey());
    });
  admin
    .command('rekey')
    .summary('encrypt the secrets in the database anew')
    .description(
      'Encrypts the secrets in the database with a new key of its own, and that one with the first key of the key file, ' +
        'so that the other ones are not needed any more. Services may run meanwhile. What was interrupted goes on.',
    )
    .option(...databaseOption)
    .option(...keyOption)
    .addHelpText(
      'after',
      `
Example:
  $ npx vetted admin rekey --encryption-key-file vetted.key`,
    )
    .action((options: DatabaseOption) =>
      withAdmin({ ...options, mustExist: true }, io, async (open) => {
        print(io, `Encrypted anew: ${await open.rekey()}. Only the first key is needed from now on.`);
      }),
    );
}

interface OpenOptions extends DatabaseOption {
  readonly mustExist?: true;
}

async function withAdmin(options: OpenOptions, io: Io, work: (admin: Admin) => Promise<void>): Promise<void> {
  const { database, encryptionKeyFile, mustExist = false } = options;
  const flags = { database, 'encryption-key-file': encryptionKeyFile };
  const settings = await readSettings(flags, io);
  const { openAdmin } = await import('@vetted/service');
  const admin = await openAdmin({ ...settings, mustExist }).catch((error: unknown) => {
    throw namingSetting(error, flags);
  });
  try {
    await work(admin);
  } finally {
    await admin.close();
  }
}

function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
