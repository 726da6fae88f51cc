import { isGuid } from '@vetted/contract';
import type { Clock } from './domain/clock.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where the data is: an SQLite file, SQLite in memory, or PostgreSQL. */
export type DatabaseConfig =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly url: string };

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
  /** Default `info`, in sandbox mode `warn`. */
  logLevel?: LogLevel;
  /** The time. Default the machine's. */
  clock?: Clock;
}

/** The options, checked: what the service runs by. */
export interface ServiceConfig {
  readonly sandbox: boolean;
  readonly host: string;
  readonly port: number;
  readonly httpsPort: number | undefined;
  readonly database: DatabaseConfig;
  readonly home: string | undefined;
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly operatorTenants: readonly string[];
  readonly requireMfa: boolean;
  readonly logLevel: LogLevel;
  readonly clock: Clock;
}

/** A setting that is missing or wrong: names the setting, its value and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
