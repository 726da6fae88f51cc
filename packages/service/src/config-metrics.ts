import { readFileSync } from 'node:fs';
import { ConfigError, parsePort, type ServiceOptions } from './config.js';

/** Where metrics are read. */
export interface MetricsConfig {
  /** A port of its own; undefined where they are on the service's. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  /** What a reader has to show; undefined where the port is enough. */
  readonly token: string | undefined;
}

export type MetricsOptions = Pick<ServiceOptions, 'metricsPort' | 'metricsHost' | 'metricsToken' | 'metricsTokenFile'>;

const DEFAULT_HOST = '127.0.0.1';
const MIN_TOKEN_LENGTH = 16;

/** Undefined where nobody may read metrics: then nothing is measured. */
export function parseMetrics(options: MetricsOptions): MetricsConfig | undefined {
  const { metricsPort, metricsHost } = options;
  const token = readToken(options);
  if (metricsPort === undefined) {
    if (metricsHost !== undefined) throw new ConfigError(`metrics-host: "${metricsHost}" needs metrics-port.`);
    return token === undefined ? undefined : { listen: undefined, token };
  }
  return { listen: { host: metricsHost ?? DEFAULT_HOST, port: parsePort('metrics-port', metricsPort) }, token };
}

function readToken({ metricsToken, metricsTokenFile }: MetricsOptions): string | undefined {
  if (metricsTokenFile === undefined) {
    return metricsToken === undefined ? undefined : checkToken('VETTED_METRICS_TOKEN', metricsToken);
  }
  if (metricsToken !== undefined) {
    throw new ConfigError(
      `metrics-token-file: "${metricsTokenFile}" is one token too many beside VETTED_METRICS_TOKEN.`,
    );
  }
  return checkToken('metrics-token-file', readFile(metricsTokenFile).trim());
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`metrics-token-file: "${file}" cannot be read: ${reason}`, { cause: error });
  }
}

/** What is wrong with a token is told without it. */
function checkToken(name: string, token: string): string {
  if (token.length >= MIN_TOKEN_LENGTH && /^[\x21-\x7E]+$/.test(token)) return token;
  throw new ConfigError(`${name}: is not at least ${MIN_TOKEN_LENGTH} printable ASCII characters without spaces.`);
}
