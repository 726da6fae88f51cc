import type { Tracer, TracerProvider } from '@opentelemetry/api';
import type { Store } from '../domain/store.js';
import type { ServiceInstance } from '../http/instance.js';
import { version } from '../package.js';
import type { SendWebhook } from '../webhooks/send.js';
import { traceRequests } from './trace-requests.js';
import { tracedSend } from './traced-send.js';
import { tracedStore } from './traced-store.js';

/** What is traced, and how; there is none where nobody asked, and then nothing of this is loaded. */
export class Tracing {
  readonly #tracer: Tracer;

  constructor(provider: TracerProvider) {
    this.#tracer = provider.getTracer('vetted', version);
  }

  traceRequests(app: ServiceInstance): void {
    traceRequests(app, this.#tracer);
  }

  store(store: Store, system: string): Store {
    return tracedStore(store, this.#tracer, system);
  }

  send(send: SendWebhook): SendWebhook {
    return tracedSend(send, this.#tracer);
  }
}
