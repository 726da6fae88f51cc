import { ConfigError } from '../config.js';
import type { Traces } from './sdk.js';

type Environment = Readonly<Record<string, string | undefined>>;

const protocols = ['http/protobuf', 'http/json'] as const;
export type Protocol = (typeof protocols)[number];

/**
 * Sends traces where OpenTelemetry's own variables ask for it; what does so is loaded only then. Undefined where they do
 * not, or say that they are not wanted.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * @throws ConfigError where they ask for what is not there
 */
export async function startTraces(env: Environment): Promise<Traces | undefined> {
  if (!areWanted(env)) return undefined;
  const protocol = protocolOf(env);
  const { openTraces } = await import('./sdk.js');
  return openTraces(protocol);
}

function areWanted(env: Environment): boolean {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  const exporter = env.OTEL_TRACES_EXPORTER || undefined;
  if (exporter === 'otlp') return true;
  if (exporter === 'none') return false;
  if (exporter !== undefined) {
    throw new ConfigError(`OTEL_TRACES_EXPORTER: "${exporter}" is not one of otlp, none.`);
  }
  // By the letter they would be sent to this machine even without; a service that nobody asked sends nothing.
  return Boolean(env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT);
}

function protocolOf(env: Environment): Protocol {
  const name = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL
    ? 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'
    : 'OTEL_EXPORTER_OTLP_PROTOCOL';
  const wanted = env[name] || 'http/protobuf';
  const protocol = protocols.find((each) => each === wanted);
  if (protocol !== undefined) return protocol;
  throw new ConfigError(`${name}: "${wanted}" is not one of ${protocols.join(', ')}.`);
}
