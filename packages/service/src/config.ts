import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { TracerProvider } from '@opentelemetry/api';
import { isGuid } from '@vetted/contract';
import { type MetricsConfig, parseMetrics } from './config-metrics.js';
import { parseThrottle, type ThrottleOption } from './config-throttle.js';
import type { Clock } from './domain/clock.js';
import type { VettingPolicy } from './domain/policy.js';
import type { DatabaseAddress } from './domain/store.js';
import type { ThrottleLimits } from './domain/throttle.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What {@link startService} takes. Everything has a default but, without `sandbox`, the issuers and audiences. */
export interface ServiceOptions {
  /** Brings an authority of its own and sample data; loopback only. Default false. */
  sandbox?: boolean;
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 to 65535; 0 takes a free one. Default 7070. */
  port?: number;
  /** In sandbox mode, a second port that speaks https with a certificate of its own; 0 takes a free one. Default none. */
  httpsPort?: number;
  /**
   * `sqlite:<file>`, `sqlite::memory:` or `postgres://…`.
   * Default: `vetted.db` in the data folder, or memory where there is no data folder.
   */
  database?: string;
  /**
   * A file with the keys that secrets in the database are encrypted with, one a line, the base64 of 32 bytes each: the first
   * one encrypts, all of them decrypt. Default: beside SQLite's file, with `.key` at its end, made for a new database;
   * PostgreSQL needs one outside sandbox mode.
   */
  encryptionKeyFile?: string;
  /** The keys themselves instead, the current one first. */
  encryptionKeys?: readonly string[];
  /** The data folder. Without it nothing is written but the database. Default none. */
  home?: string;
  /** Issuers whose tokens count, `{tenantid}` standing for the tenant: `https://login.microsoftonline.com/{tenantid}/v2.0`. */
  issuers?: readonly string[];
  /** Audiences that count. */
  audiences?: readonly string[];
  /** Tenants in whose tokens our roles count. Default none. */
  operatorTenants?: readonly string[];
  /** Refuses App+User tokens without multi-factor authentication. Default false. */
  requireMfa?: boolean;
  /** The application as which people sign in to the console. Default none: nobody can sign in to it. */
  consoleClientId?: string;
  /** Where people sign in to the console, an OpenID Connect issuer. Default `https://login.microsoftonline.com/organizations/v2.0`. */
  consoleAuthority?: string;
  /** The permission that the console's tokens are asked for. Default `user_impersonation` of the first audience. */
  consoleScope?: string;
  /** Where partners reach the service, for links in webhooks: an https or http URL without a path. Default where it listens. */
  publicUrl?: string;
  /**
   * Seconds that the process goes on answering after SIGTERM, with readiness false, so that a balancer notices first;
   * 0 to 300. Default 5, in sandbox mode 0.
   */
  drainInSeconds?: number;
  /** A port of its own for `/metrics`; 0 takes a free one. Default none. */
  metricsPort?: number;
  /** Where that port listens. Default 127.0.0.1. */
  metricsHost?: string;
  /** What a reader of `/metrics` has to show. With a token and without a port of its own, it is on the service's. Default none. */
  metricsToken?: string;
  /** The file that holds this token. */
  metricsTokenFile?: string;
  /** Where traces go. Default none: nothing is traced. `vetted serve` makes one by OpenTelemetry's variables. */
  tracerProvider?: TracerProvider;
  /** Default `info`, in sandbox mode `warn`. */
  logLevel?: LogLevel;
  /**
   * How many requests of a partner are let through in ten seconds, or `off`. Default 40,000 reads and 10,000 writes; of
   * these for one customer 1,000 reads and 100 writes. In sandbox mode off.
   */
  throttle?: ThrottleOption;
  /** Decides requests before a reviewer sees them. Default none: every request goes to the desk. */
  policy?: VettingPolicy;
  /** The time. Default the machine's. */
  clock?: Clock;
}

/** The options, checked: what the service runs by. */
export interface ServiceConfig {
  readonly sandbox: boolean;
  readonly host: string;
  readonly port: number;
  readonly httpsPort: number | undefined;
  readonly database: DatabaseAddress;
  readonly encryptionKeyFile: string | undefined;
  readonly encryptionKeys: readonly string[] | undefined;
  readonly home: string | undefined;
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly operatorTenants: readonly string[];
  readonly requireMfa: boolean;
  /** How people sign in to the console; undefined where nobody can, and in sandbox mode, which brings its own. */
  readonly console: ConsoleSignIn | undefined;
  readonly clockToleranceInSeconds: number;
  /** Without a trailing slash. */
  readonly publicUrl: string | undefined;
  readonly drainInMs: number;
  /** Undefined where nobody may read metrics. */
  readonly metrics: MetricsConfig | undefined;
  readonly tracerProvider: TracerProvider | undefined;
  readonly logLevel: LogLevel;
  /** Undefined where everything is let through. */
  readonly throttle: ThrottleLimits | undefined;
  readonly policy: VettingPolicy | undefined;
  readonly clock: Clock;
}

/** How people sign in to the console. */
export interface ConsoleSignIn {
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
}

/** A setting that is missing or wrong: names the setting, its value and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const DEFAULT_PORT = 7070;
const DEFAULT_HOST = '127.0.0.1';
/** With the five seconds that closing may take it is what Docker gives a container to stop. */
const DEFAULT_DRAIN_IN_SECONDS = 5;
/** The slowest balancers ask every 30 seconds, and want several failures in a row. */
export const MAX_DRAIN_IN_SECONDS = 300;
export const MAX_PORT = 65_535;
/** How far an issuer's clock may be from ours. The sandbox's issuer reads the same clock. */
const CLOCK_TOLERANCE_IN_SECONDS = 60;

/** Checks the options and fills in the defaults. Throws a ConfigError for the first one that is wrong. */
export function parseOptions(options: ServiceOptions): ServiceConfig {
  const sandbox = options.sandbox ?? false;
  const host = options.host ?? DEFAULT_HOST;
  if (sandbox && !isLoopback(host)) {
    throw new ConfigError(
      `host: "${host}" is not allowed in sandbox mode, which listens on loopback only: 127.0.0.1, ::1 or localhost.`,
    );
  }
  if (options.httpsPort !== undefined && !sandbox) {
    throw new ConfigError('https: is for sandbox mode only. Put a reverse proxy with your own certificate in front.');
  }
  const logLevel = options.logLevel ?? (sandbox ? 'warn' : 'info');
  if (!logLevels.includes(logLevel)) {
    throw new ConfigError(`log-level: "${logLevel}" is not one of ${logLevels.join(', ')}.`);
  }
  return {
    sandbox,
    host,
    port: parsePort('port', options.port ?? DEFAULT_PORT),
    httpsPort: options.httpsPort === undefined ? undefined : parsePort('https', options.httpsPort),
    database: parseDatabase(options.database, options.home),
    encryptionKeyFile: options.encryptionKeyFile,
    encryptionKeys: options.encryptionKeys,
    home: options.home,
    ...parseTrust(options, sandbox),
    requireMfa: options.requireMfa ?? false,
    console: parseConsole(options, sandbox),
    clockToleranceInSeconds: sandbox ? 0 : CLOCK_TOLERANCE_IN_SECONDS,
    publicUrl: options.publicUrl === undefined ? undefined : parsePublicUrl(options.publicUrl),
    drainInMs: parseDrain(options.drainInSeconds, sandbox),
    metrics: parseMetrics(options),
    tracerProvider: options.tracerProvider,
    logLevel,
    throttle: parseThrottle(options.throttle, sandbox),
    policy: options.policy === undefined ? undefined : checkPolicy(options.policy),
    clock: options.clock ?? (() => new Date()),
  };
}

/** A sandbox stands behind no balancer. */
function parseDrain(seconds: number | undefined, sandbox: boolean): number {
  const drain = seconds ?? (sandbox ? 0 : DEFAULT_DRAIN_IN_SECONDS);
  if (Number.isInteger(drain) && drain >= 0 && drain <= MAX_DRAIN_IN_SECONDS) return drain * 1_000;
  throw new ConfigError(`drain: "${drain}" is not a whole number of seconds from 0 to ${MAX_DRAIN_IN_SECONDS}.`);
}

const DEFAULT_AUTHORITY = 'https://login.microsoftonline.com/organizations/v2.0';

function parseConsole(options: ServiceOptions, sandbox: boolean): ConsoleSignIn | undefined {
  const { consoleClientId: clientId, consoleAuthority: authority, consoleScope: scope, audiences = [] } = options;
  const given = { 'console-client-id': clientId, 'console-authority': authority, 'console-scope': scope };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (sandbox) throw new ConfigError(`${name}: is not for sandbox mode, which signs its sample users in by itself.`);
    if (clientId === undefined) {
      throw new ConfigError(`${name}: "${value}" needs console-client-id, the application as which people sign in.`);
    }
  }
  if (clientId === undefined) return undefined;
  return {
    authority: checkAuthority(authority ?? DEFAULT_AUTHORITY),
    clientId: checkWord('console-client-id', clientId),
    scope: checkWord('console-scope', scope ?? `${audiences[0]}/user_impersonation`),
  };
}

function checkAuthority(authority: string): string {
  const url = URL.canParse(authority) ? new URL(authority) : undefined;
  if (url !== undefined && isSafe(url) && url.username === '' && !/[?#{]/.test(authority)) return authority;
  throw new ConfigError(
    `console-authority: "${authority}" is not an OpenID Connect issuer, an https URL such as ${DEFAULT_AUTHORITY}.`,
  );
}

/** Parts of a list that spaces separate, so none may stand in them (RFC 6749, appendix A). */
function checkWord(name: string, value: string): string {
  if (/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(value)) return value;
  throw new ConfigError(`${name}: "${value}" is not one word of printable ASCII without quotes and backslashes.`);
}

function checkPolicy(policy: VettingPolicy): VettingPolicy {
  // It may come from a module of the operator's own.
  if (typeof policy === 'object' && policy !== null && typeof policy.decide === 'function') return policy;
  throw new ConfigError('policy: is no VettingPolicy, an object with a function decide(request, options).');
}

/** Issuers, audiences and operator tenants: the sandbox brings its own, everybody else has to name theirs. */
function parseTrust(options: ServiceOptions, sandbox: boolean) {
  const { issuers = [], audiences = [], operatorTenants = [] } = options;
  if (!sandbox && issuers.length === 0) {
    throw new ConfigError(
      'issuer: is required without --sandbox. For Microsoft Entra ID: https://login.microsoftonline.com/{tenantid}/v2.0 ' +
        'and https://sts.windows.net/{tenantid}/',
    );
  }
  if (!sandbox && audiences.length === 0) {
    throw new ConfigError(
      'audience: is required without --sandbox. For Partner Center: https://api.partnercenter.microsoft.com ' +
        'and fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd',
    );
  }
  for (const issuer of issuers) checkIssuer(issuer);
  for (const tenant of operatorTenants) {
    if (!isGuid(tenant)) throw new ConfigError(`operator-tenant: "${tenant}" is not a GUID.`);
  }
  return { issuers, audiences, operatorTenants: operatorTenants.map((tenant) => tenant.toLowerCase()) };
}

function checkIssuer(issuer: string): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url === undefined || !isSafe(url)) {
    throw new ConfigError(`issuer: "${issuer}" is not an https URL.`);
  }
  if (!issuer.includes('{tenantid}') && !url.pathname.split('/').some(isGuid)) {
    throw new ConfigError(`issuer: "${issuer}" names no tenant. Write {tenantid}, or one tenant's id, in its place.`);
  }
}

/** Whether what is sent there cannot be read on its way. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  // A URL that is no more than its origin differs from it by a slash at most.
  if (isWeb && url.href === `${url.origin}/` && !/[?#]$/.test(text)) return url.origin;
  throw new ConfigError(
    `public-url: "${text}" is not an http or https URL without a path, such as https://vetted.example.`,
  );
}

export function parsePort(name: string, port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port;
  throw new ConfigError(`${name}: "${port}" is not a port, a whole number from 0 to ${MAX_PORT}.`);
}

/** Reads a database's address; without one it is a file in the data folder, or memory where there is none. */
export function parseDatabase(database: string | undefined, home: string | undefined): DatabaseAddress {
  if (database === undefined)
    return home === undefined ? { kind: 'memory' } : { kind: 'sqlite', file: join(home, 'vetted.db') };
  if (database === 'sqlite::memory:') return { kind: 'memory' };
  if (/^sqlite:./.test(database)) return { kind: 'sqlite', file: database.slice('sqlite:'.length) };
  if (/^postgres(ql)?:\/\//.test(database) && URL.canParse(database)) return { kind: 'postgres', url: database };
  throw new ConfigError(
    `database: "${withoutPassword(database)}" is none of sqlite:<file>, sqlite::memory: and postgres://user@host/database.`,
  );
}

/** A database's address as it may be shown and logged. */
export function withoutPassword(address: string): string {
  return address.replace(/(:\/\/[^:@/]*):.*@/, '$1:***@').replace(/(password=)[^&]*/i, '$1***');
}

/** Whether a host name or address is this machine's own. */
export function isLoopback(host: string): boolean {
  return /^(localhost|\[?::1\]?)$/i.test(host) || (isIPv4(host) && host.startsWith('127.'));
}
