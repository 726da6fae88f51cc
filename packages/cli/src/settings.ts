import type { ServiceOptions } from '@vetted/service';
import { WrongUse } from './errors.js';
import type { Io } from './io.js';

/** Where the data folder is unless VETTED_HOME or --home says otherwise. */
export const DEFAULT_HOME = '.vetted';

/** The data folder of the environment. */
export function homeOf({ env }: Io): string {
  return env.VETTED_HOME || DEFAULT_HOME;
}

/** The flags that have an environment variable, each with its own; the flag wins. */
const variables = {
  port: 'PORT',
  host: 'HOST',
  database: 'VETTED_DATABASE',
  'encryption-key-file': 'VETTED_ENCRYPTION_KEY_FILE',
  home: 'VETTED_HOME',
  issuer: 'VETTED_ISSUERS',
  audience: 'VETTED_AUDIENCES',
  'operator-tenant': 'VETTED_OPERATOR_TENANTS',
  'require-mfa': 'VETTED_REQUIRE_MFA',
  'console-client-id': 'VETTED_CONSOLE_CLIENT_ID',
  'console-authority': 'VETTED_CONSOLE_AUTHORITY',
  'console-scope': 'VETTED_CONSOLE_SCOPE',
  'public-url': 'VETTED_PUBLIC_URL',
  drain: 'VETTED_DRAIN',
  'metrics-port': 'VETTED_METRICS_PORT',
  'metrics-host': 'VETTED_METRICS_HOST',
  'metrics-token-file': 'VETTED_METRICS_TOKEN_FILE',
  'log-level': 'VETTED_LOG_LEVEL',
  throttle: 'VETTED_THROTTLE',
} as const;
type Flag = keyof typeof variables;

/** The flags as they were typed. */
export type Flags = { readonly [F in Flag]?: string | readonly string[] | true | undefined };

/**
 * What flags and environment say together. A flag is read as its variable would be, so that each value is checked in
 * one place. Throws WrongUse where one is wrong, with the name the person used for it.
 */
export async function readSettings(flags: Flags, io: Io): Promise<ServiceOptions & { home: string }> {
  const { optionsFromEnvironment } = await import('@vetted/service');
  const given = entriesOf(flags).map(([flag, value]) => {
    // `--database "$DB"` with DB unset must not quietly mean another database.
    if (String(value) === '') throw new WrongUse(`--${flag}: is empty. Give it a value or leave it out.`);
    return [variables[flag], String(value)];
  });
  try {
    return { home: DEFAULT_HOME, ...optionsFromEnvironment({ ...io.env, ...Object.fromEntries(given) }) };
  } catch (error) {
    throw namingSetting(error, flags);
  }
}

/** The service's complaint about a setting, with the names that it has here. */
export function namingSetting(error: unknown, flags: Flags): unknown {
  if (!(error instanceof Error) || error.name !== 'ConfigError') return error;
  const [, name = '', rest = ''] = /^([\w-]+): (.*)$/s.exec(error.message) ?? [];
  if (rest === '') return error;
  const flag = entriesOf(variables).find(([, variable]) => variable === name)?.[0];
  if (flag !== undefined) return new WrongUse(`${flags[flag] === undefined ? name : `--${flag}`}: ${rest}`);
  // There is no flag for what only a variable may hold: a flag's value shows in the list of processes.
  if (/^VETTED_[A-Z_]+$/.test(name)) return new WrongUse(`${name}: ${rest}`);
  if (isFlag(name)) return new WrongUse(`--${name} or ${variables[name]}: ${rest}`);
  // Some settings have a variable and no flag.
  return new WrongUse(/^[A-Z_]+$/.test(name) ? `${name}: ${rest}` : `--${name}: ${rest}`);
}

function isFlag(name: string): name is Flag {
  return Object.hasOwn(variables, name);
}

function entriesOf<V>(flags: { readonly [F in Flag]?: V | undefined }): [Flag, V][] {
  return Object.entries(flags).filter((entry): entry is [Flag, V] => isFlag(entry[0]) && entry[1] !== undefined);
}
