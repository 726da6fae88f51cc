import type { Store } from './store.js';

/** The store with some of its members in another way: what is counted or traced stands around what it has. */
export function overlayStore(store: Store, overlay: Partial<Pick<Store, 'reads' | 'transaction'>>): Store {
  return {
    throttle: store.throttle,
    reads: store.reads,
    transaction: (work) => store.transaction(work),
    onEvents: (listener) => store.onEvents(listener),
    forgetAnswers: (before) => store.forgetAnswers(before),
    forgetDeliveries: (before) => store.forgetDeliveries(before),
    connections: () => store.connections(),
    rekey: () => store.rekey(),
    ping: () => store.ping(),
    close: () => store.close(),
    ...overlay,
  };
}
