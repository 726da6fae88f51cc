import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { isServiceReached } from '../session/service-reached.js';
import { tellFetching } from './fetching.js';

const RELOADED_FOR = 'vetted.reloaded-for';

interface Fetched<P> {
  readonly default: ComponentType<P>;
}

/** A component that is fetched when it is first shown, or before. */
export type LazyPart<P> = LazyExoticComponent<ComponentType<P>> & {
  /** Resolves once it is there. Why it could not be fetched is told where it is shown. */
  fetch(): Promise<void>;
};

/**
 * A component of a file of its own. After an upgrade of the service that file may be gone: then the page is loaded anew,
 * once for each file.
 */
export function lazyPart<P>(load: () => Promise<ComponentType<P>>): LazyPart<P> {
  let fetching: Promise<Fetched<P>> | undefined;
  let fetched: Fetched<P> | undefined;
  const fetchOnce = () => {
    if (fetching === undefined) {
      fetching = loadOrReload(load);
      tellFetching(fetching);
    }
    return fetching;
  };
  const part = lazy(() => (fetched === undefined ? fetchOnce() : atHand(fetched)));
  return Object.assign(part, {
    async fetch() {
      const [outcome] = await Promise.allSettled([fetchOnce()]);
      if (outcome.status === 'fulfilled') fetched = outcome.value;
    },
  });
}

/** Of this React takes the value at once. What it has to wait for, if only for a moment, it shows 300 ms later. */
function atHand<T>(value: T): Promise<T> {
  // biome-ignore lint/suspicious/noThenProperty: a promise could not call back at once.
  return { then: (take: (value: T) => void) => take(value) } as unknown as Promise<T>;
}

async function loadOrReload<P>(load: () => Promise<ComponentType<P>>): Promise<Fetched<P>> {
  try {
    return { default: await load() };
  } catch (error) {
    if (await reloadsFor(error)) return new Promise<never>(() => {});
    throw error;
  }
}

async function reloadsFor(error: unknown): Promise<boolean> {
  // The browser's text names the file.
  const reason = String(error);
  if (sessionStorage.getItem(RELOADED_FOR) === reason) return false;
  // Without the service, loading the page anew would lose it.
  if (!(await isServiceReached())) return false;
  sessionStorage.setItem(RELOADED_FOR, reason);
  location.reload();
  return true;
}
