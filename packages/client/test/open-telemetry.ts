import { createRequire } from 'node:module';
import { createAzureSdkInstrumentation } from '@azure/opentelemetry-instrumentation-azure-sdk';
import { context, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';

export interface RecordedSpans extends AsyncDisposable {
  /** The spans that have ended since the last `clear`. */
  ended(): ReadableSpan[];
  clear(): void;
}

/** OpenTelemetry as a program registers it, except that the spans stay in memory. */
export function recordSpans(sampler?: Sampler): RecordedSpans {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...(sampler === undefined ? {} : { sampler }),
  });
  provider.register();
  createAzureSdkInstrumentation();
  // The instrumentation waits for this module to be loaded; sources run here as ES modules, past its hook.
  createRequire(import.meta.url)('@azure/core-tracing');
  return {
    ended: () => exporter.getFinishedSpans(),
    clear: () => exporter.reset(),
    async [Symbol.asyncDispose]() {
      trace.disable();
      context.disable();
      await provider.shutdown();
    },
  };
}
