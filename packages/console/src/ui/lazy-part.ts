import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { isServiceReached } from '../session/service-reached.js';

const RELOADED_FOR = 'vetted.reloaded-for';

/**
 * A component that is fetched when it is first shown. After an upgrade of the service its file may be gone: then the
 * page is loaded anew, once for each file.
 */
export function lazyPart<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      if (await reloadsFor(error)) return new Promise<never>(() => {});
      throw error;
    }
  });
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
