import type { ServiceConfig } from './config.js';
import type { Store } from './domain/store.js';
import type { Metrics } from './metrics/exposition.js';
import { version } from './package.js';
import type { Tracing } from './tracing/tracing.js';
import type { SendWebhook } from './webhooks/send.js';

/** The parts that are looked at while they work, and those who look. */
export interface Observed {
  readonly store: Store;
  readonly send: SendWebhook;
  readonly metrics?: Metrics;
  readonly tracing?: Tracing;
}

/** Lays around the parts what was asked for. Where nothing was, they stay as they are, and nothing is even loaded. */
export async function observe(config: ServiceConfig, store: Store, send: SendWebhook): Promise<Observed> {
  const tracing = await openTracing(config);
  const traced = tracing
    ? { store: tracing.store(store, systemOf(config)), send: tracing.send(send), tracing }
    : { store, send };
  if (config.metrics === undefined) return traced;
  const { Metrics, ServiceCounts, countedSend, countedStore } = await import('./metrics/index.js');
  const counts = new ServiceCounts();
  return {
    ...traced,
    store: countedStore(traced.store, counts),
    send: countedSend(traced.send, counts),
    metrics: new Metrics({ counts, store, now: config.clock, version }),
  };
}

async function openTracing({ tracerProvider }: ServiceConfig): Promise<Tracing | undefined> {
  if (tracerProvider === undefined) return undefined;
  const { Tracing } = await import('./tracing/tracing.js');
  return new Tracing(tracerProvider);
}

/** As the conventions name it. */
function systemOf({ database }: ServiceConfig): string {
  return database.kind === 'postgres' ? 'postgresql' : 'sqlite';
}
