import {
  ConfigError,
  type LogLevel,
  logLevels,
  MAX_DRAIN_IN_SECONDS,
  MAX_PORT,
  parsePort,
  type ServiceOptions,
} from './config.js';
import { readThrottle } from './config-throttle.js';

/**
 * The options that environment variables give: PORT, HOST, and VETTED_DATABASE, VETTED_ENCRYPTION_KEY_FILE,
 * VETTED_ENCRYPTION_KEYS, VETTED_HOME, VETTED_ISSUERS, VETTED_AUDIENCES, VETTED_OPERATOR_TENANTS (lists separated by commas), VETTED_REQUIRE_MFA,
 * VETTED_CONSOLE_CLIENT_ID, VETTED_CONSOLE_AUTHORITY, VETTED_CONSOLE_SCOPE, VETTED_PUBLIC_URL, VETTED_DRAIN (seconds),
 * VETTED_METRICS_PORT, VETTED_METRICS_HOST, VETTED_METRICS_TOKEN, VETTED_METRICS_TOKEN_FILE, VETTED_LOG_LEVEL
 * and VETTED_THROTTLE.
 * Throws a ConfigError that names the variable, its value and what is allowed.
 */
export function optionsFromEnvironment(env: Readonly<Record<string, string | undefined>>): ServiceOptions {
  const read = (name: string) => (env[name] === '' ? undefined : env[name]);
  const list = (name: string) =>
    read(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  const options = {
    host: read('HOST'),
    port: readPort('PORT', read('PORT')),
    database: read('VETTED_DATABASE'),
    encryptionKeyFile: read('VETTED_ENCRYPTION_KEY_FILE'),
    encryptionKeys: list('VETTED_ENCRYPTION_KEYS'),
    home: read('VETTED_HOME'),
    issuers: list('VETTED_ISSUERS'),
    audiences: list('VETTED_AUDIENCES'),
    operatorTenants: list('VETTED_OPERATOR_TENANTS'),
    requireMfa: readFlag('VETTED_REQUIRE_MFA', read('VETTED_REQUIRE_MFA')),
    consoleClientId: read('VETTED_CONSOLE_CLIENT_ID'),
    consoleAuthority: read('VETTED_CONSOLE_AUTHORITY'),
    consoleScope: read('VETTED_CONSOLE_SCOPE'),
    publicUrl: read('VETTED_PUBLIC_URL'),
    drainInSeconds: readSeconds('VETTED_DRAIN', read('VETTED_DRAIN')),
    metricsPort: readPort('VETTED_METRICS_PORT', read('VETTED_METRICS_PORT')),
    metricsHost: read('VETTED_METRICS_HOST'),
    metricsToken: read('VETTED_METRICS_TOKEN'),
    metricsTokenFile: read('VETTED_METRICS_TOKEN_FILE'),
    logLevel: readLogLevel(read('VETTED_LOG_LEVEL')),
    throttle: readThrottle('VETTED_THROTTLE', read('VETTED_THROTTLE')),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,5}$/.test(text))
    return text === undefined ? undefined : parsePort(name, Number(text));
  throw new ConfigError(`${name}: "${text}" is not a port, a whole number from 0 to ${MAX_PORT}.`);
}

/** Whether the number is a possible one is the option's own question. */
function readSeconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new ConfigError(`${name}: "${text}" is not a whole number of seconds from 0 to ${MAX_DRAIN_IN_SECONDS}.`);
}

function readFlag(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new ConfigError(`${name}: "${text}" is not one of true, 1, false, 0.`);
}

function readLogLevel(text: string | undefined): LogLevel | undefined {
  const level = logLevels.find((name) => name === text);
  if (text === undefined || level !== undefined) return level;
  throw new ConfigError(`VETTED_LOG_LEVEL: "${text}" is not one of ${logLevels.join(', ')}.`);
}
