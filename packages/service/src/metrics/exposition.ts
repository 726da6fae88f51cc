import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { Store } from '../domain/store.js';
import { type Backlog, BacklogReader } from './backlog.js';
import { type Family, familiesOf } from './families.js';
import type { ServiceCounts } from './service-counts.js';

/** What `/metrics` answers. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

export interface MetricsParts {
  readonly counts: ServiceCounts;
  readonly store: Store;
  readonly now: () => Date;
  readonly version: string;
}

/** Everything that is measured, in Prometheus' text format, whenever somebody asks. */
export class Metrics {
  readonly counts: ServiceCounts;
  readonly #parts: MetricsParts;
  readonly #backlog: BacklogReader;
  /** Of the process and of Node.js, which prom-client knows; the rest is told anew each time. */
  readonly #process = new Registry();

  constructor(parts: MetricsParts) {
    this.counts = parts.counts;
    this.#parts = parts;
    this.#backlog = new BacklogReader(parts.store, parts.now);
    collectDefaultMetrics({ register: this.#process });
  }

  async expose(): Promise<Exposition> {
    const { store, now, version } = this.#parts;
    const backlog: Backlog | undefined = await this.#backlog.read();
    const families = familiesOf({
      counts: this.counts,
      connections: store.connections(),
      backlog,
      now: now(),
      version,
    });
    const registry = new Registry();
    for (const family of families) registry.registerMetric(asMetric(family));
    const text = await Promise.all([registry.metrics(), this.#process.metrics()]);
    return { contentType: registry.contentType, text: text.join('\n') };
  }
}

/** A registry asks a metric for nothing but its name and what `get` answers. */
function asMetric(family: Family): Metric {
  return { name: family.name, get: async () => family } as unknown as Metric;
}
