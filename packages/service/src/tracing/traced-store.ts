import { type Tracer, trace } from '@opentelemetry/api';
import { overlayStore } from '../domain/overlay-store.js';
import type { Store, StoreTransaction } from '../domain/store.js';
import { traced } from './traced.js';

/**
 * The same store, with a span for each read and each transaction of a request. What looks for work in the background,
 * every second, would be a trace of nothing each time.
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export function tracedStore(store: Store, tracer: Tracer, system: string): Store {
  const around = <Result>(operation: string, work: () => Result): Result => {
    if (trace.getActiveSpan() === undefined) return work();
    const attributes = { 'db.system.name': system, 'db.operation.name': operation };
    return traced(tracer, { name: operation, attributes }, work);
  };
  return overlayStore(store, {
    reads: tracedReads(store.reads, around),
    transaction: <T>(work: (transaction: StoreTransaction) => Promise<T>) =>
      around('transaction', () => store.transaction(work)),
  });
}

type Around = <Result>(operation: string, work: () => Result) => Result;

/** Reads, and groups of them, by their names. */
function tracedReads<Reads extends object>(reads: Reads, around: Around): Reads {
  return new Proxy(reads, {
    get(target, name) {
      const read: unknown = Reflect.get(target, name, target);
      if (typeof read === 'object' && read !== null) return tracedReads(read, around);
      if (typeof read !== 'function') return read;
      return (...parameters: unknown[]): unknown =>
        around(`read ${String(name)}`, () => Reflect.apply(read, target, parameters));
    },
  });
}
