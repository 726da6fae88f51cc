import { setTimeout } from 'node:timers/promises';
import { DiagConsoleLogger, DiagLogLevel, diag, type TracerProvider } from '@opentelemetry/api';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { version } from '../package.js';
import type { Protocol } from './environment.js';

/** Traces on their way out. */
export interface Traces {
  readonly provider: TracerProvider;
  /** Sends what is left, within a second. */
  close(): Promise<void>;
}

/** Within what a process has that is to stop. */
const CLOSE_WITHIN_MS = 1_000;

/** The exporter, the sampler and the batches read their own variables. */
export async function openTraces(protocol: Protocol): Promise<Traces> {
  // To stderr: stdout is the log's. A collector that is away would otherwise not be noticed.
  diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
  const { OTLPTraceExporter } = await exporters[protocol]();
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'vetted', 'service.version': version }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return {
    provider,
    async close() {
      const closed = provider.shutdown().catch((error: unknown) => diag.error('The last traces were not sent.', error));
      await Promise.race([closed, setTimeout(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

const exporters = {
  'http/protobuf': () => import('@opentelemetry/exporter-trace-otlp-proto'),
  'http/json': () => import('@opentelemetry/exporter-trace-otlp-http'),
};
