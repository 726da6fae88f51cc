import { overlayStore } from '../domain/overlay-store.js';
import type { Store, StoreTransaction } from '../domain/store.js';
import type { ServiceCounts } from './service-counts.js';

/** The same store, with its transactions counted. Reads stay as they are: timing each would cost what the fastest take. */
export function countedStore(store: Store, { transactionWaits, transactions }: ServiceCounts): Store {
  async function transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    const asked = performance.now();
    let began: number | undefined;
    try {
      return await store.transaction((begun) => {
        began = performance.now();
        return work(begun);
      });
    } finally {
      const ended = performance.now();
      transactionWaits.observe(((began ?? ended) - asked) / 1000);
      if (began !== undefined) transactions.observe((ended - began) / 1000);
    }
  }
  return overlayStore(store, { transaction });
}
