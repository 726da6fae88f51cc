import { join, resolve } from 'node:path';
import type { RunningService, SandboxDescription, ServiceOptions } from '@vetted/service';
import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from '../io.js';
import { giveBack, type OtherSandbox, otherSandbox } from '../other-sandbox.js';
import { print, style } from '../output.js';
import { loadPolicy } from '../policy.js';
import { quoted } from '../quoted.js';
import { complain } from '../report.js';
import { DEFAULT_HOME, type Flags, namingSetting, readSettings } from '../settings.js';

const DEFAULT_HTTPS_PORT = 7443;
const EXAMPLE_CUSTOMER = 'Fabrikam Academy';

type ServeOptions = Readonly<Record<string, string | string[] | true | undefined>> & {
  readonly sandbox?: true;
  readonly https?: number | true;
};

/** `vetted serve`: runs the service until Ctrl-C. */
export function addServeCommand(program: Command, io: Io): void {
  program
    .command('serve')
    .summary('run the service; --sandbox brings sample data')
    .description(
      'Runs the service until Ctrl-C. With --sandbox it has sample customers and an authority that gives tokens, ' +
        'so that nothing outside this machine is needed.',
    )
    .option('--sandbox', 'bring sample data and an own authority; on this machine only')
    .option('--port <port>', 'the port, 0 for a free one (PORT; default 7070)')
    .option('--host <host>', 'the address to listen on (HOST; default 127.0.0.1)')
    .option(
      '--https [port]',
      `in sandbox mode also speak https, with a certificate of its own (default ${DEFAULT_HTTPS_PORT})`,
      parsePort,
    )
    .option(
      '--database <address>',
      'sqlite:<file>, sqlite::memory: or postgres://… (VETTED_DATABASE; default vetted.db in the data folder)',
    )
    .option(
      '--encryption-key-file <file>',
      'the keys for secrets in the database (VETTED_ENCRYPTION_KEY_FILE; default beside SQLite, required for PostgreSQL)',
    )
    .option('--home <folder>', `the data folder (VETTED_HOME; default ${DEFAULT_HOME})`)
    .option('--issuer <url>', 'an issuer whose tokens count; repeatable (VETTED_ISSUERS)', collect)
    .option('--audience <audience>', 'an audience that counts; repeatable (VETTED_AUDIENCES)', collect)
    .option(
      '--operator-tenant <id>',
      'a tenant in whose tokens our roles count; repeatable (VETTED_OPERATOR_TENANTS)',
      collect,
    )
    .option('--require-mfa', 'refuse users without multi-factor authentication (VETTED_REQUIRE_MFA)')
    .option(
      '--console-client-id <id>',
      'the application as which people sign in to the console (VETTED_CONSOLE_CLIENT_ID; without it nobody can)',
    )
    .option(
      '--console-authority <url>',
      'where people sign in to it (VETTED_CONSOLE_AUTHORITY; default Microsoft Entra ID, any work account)',
    )
    .option(
      '--console-scope <scope>',
      'the permission it asks for (VETTED_CONSOLE_SCOPE; default user_impersonation of the first audience)',
    )
    .option('--policy <file>', 'an ES module whose default export decides requests before a reviewer sees them')
    .option('--public-url <url>', 'where partners reach the service, for links in webhooks (VETTED_PUBLIC_URL)')
    .option(
      '--drain <seconds>',
      'go on answering so long after SIGTERM, with /readyz false (VETTED_DRAIN; default 5, sandbox 0)',
    )
    .option('--metrics-port <port>', 'a port of its own for /metrics, 0 for a free one (VETTED_METRICS_PORT)')
    .option('--metrics-host <host>', 'where that port listens (VETTED_METRICS_HOST; default 127.0.0.1)')
    .option(
      '--metrics-token-file <file>',
      'holds what a reader of /metrics has to show (VETTED_METRICS_TOKEN_FILE, or VETTED_METRICS_TOKEN itself)',
    )
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent (VETTED_LOG_LEVEL)')
    .option(
      '--throttle <limits>',
      "off, or a partner's requests in ten seconds: reads=<n>,writes=<n>, and customer-reads and customer-writes alike (VETTED_THROTTLE)",
    )
    .addHelpText(
      'after',
      `
A flag wins over its environment variable; lists in variables are separated by
commas.

Examples:
  $ npx vetted serve --sandbox
  $ npx vetted serve --database postgres://vetted@db.example/vetted \\
      --encryption-key-file /etc/vetted/vetted.key \\
      --issuer 'https://login.microsoftonline.com/{tenantid}/v2.0' \\
      --audience https://api.partnercenter.microsoft.com`,
    )
    .action((options: ServeOptions) => serve(options, io));
}

async function serve({ sandbox, https, ...options }: ServeOptions, io: Io): Promise<void> {
  const flags: Flags = {
    ...options,
    'encryption-key-file': options.encryptionKeyFile,
    'operator-tenant': options.operatorTenant,
    'require-mfa': options.requireMfa,
    'console-client-id': options.consoleClientId,
    'console-authority': options.consoleAuthority,
    'console-scope': options.consoleScope,
    'public-url': options.publicUrl,
    'metrics-port': options.metricsPort,
    'metrics-host': options.metricsHost,
    'metrics-token-file': options.metricsTokenFile,
    'log-level': options.logLevel,
  };
  const settings = {
    ...(await readSettings(flags, io)),
    ...(sandbox && { sandbox }),
    ...(options.policy !== undefined && { policy: await loadPolicy(String(options.policy)) }),
    ...(https !== undefined && { httpsPort: https === true ? DEFAULT_HTTPS_PORT : https }),
  };
  const other = sandbox && (await otherSandbox(settings.home));
  const { runService } = await import('@vetted/service');
  let own: string | undefined;
  try {
    await runService(settings, {
      onListening: (service) => {
        own = service.sandbox?.baseUrl;
        announce(service, settings, io);
        if (other) complain(io, takenOver(other));
      },
      onOverdue: () =>
        complain(io, 'Something did not end in time. What was answered is kept; the rest is broken off.'),
    });
  } catch (error) {
    throw namingSetting(error, flags);
  } finally {
    if (other && own !== undefined) await giveBack(settings.home, other, own);
  }
}

function takenOver({ baseUrl }: OtherSandbox): string {
  return `Another sandbox runs on this data folder, at ${baseUrl}. Until this one stops, commands ask this one.`;
}

function announce(service: RunningService, settings: ServiceOptions & { home: string }, io: Io): void {
  if (service.sandbox) print(io, sandboxBanner(service.sandbox, settings.home, io));
  // To stderr: stdout is the log's, one JSON object a line.
  else io.stderr.write(`Vetted is ready at ${service.url}, on ${databaseOf(settings)}. Press Ctrl-C to stop.\n`);
  if (service.metricsUrl !== undefined) io.stderr.write(`Metrics are at ${service.metricsUrl}/metrics.\n`);
}

function sandboxBanner({ baseUrl, https, customers }: SandboxDescription, home: string, io: Io): string {
  const folder = resolve(home);
  const vetted = `${folder === resolve(DEFAULT_HOME) ? '' : `VETTED_HOME=${quoted(home)} `}npx vetted`;
  const { id } = customers.find(({ companyName }) => companyName === EXAMPLE_CUSTOMER) ?? { id: '' };
  const strong = (text: string) => style(io.stdout, 'bold', text);
  return [
    `Vetted sandbox is ready at ${strong(baseUrl)}`,
    '',
    `  Console      ${baseUrl}`,
    `  API          ${baseUrl}/docs`,
    `  Data folder  ${folder}`,
    ...(https ? [`  https        ${https.baseUrl}`, `  Certificate  ${join(folder, 'https-certificate.pem')}`] : []),
    '',
    `Try it in a second terminal. ${EXAMPLE_CUSTOMER}'s qualifications:`,
    '',
    `  ${vetted} get ${id}`,
    '',
    `  curl -s ${baseUrl}/v1/customers/${id}/qualifications -H "Authorization: Bearer $(${vetted} token)"`,
    '',
    'Press Ctrl-C to stop.',
  ].join('\n');
}

function databaseOf({ database, home }: ServiceOptions & { home: string }): string {
  if (database === undefined) return `SQLite (${join(resolve(home), 'vetted.db')})`;
  if (database === 'sqlite::memory:') return 'SQLite in memory';
  return database.startsWith('sqlite:') ? `SQLite (${resolve(database.slice('sqlite:'.length))})` : 'PostgreSQL';
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a port, a whole number from 0 to 65535.');
}

function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
