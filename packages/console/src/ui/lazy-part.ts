import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

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
  if (sessionStorage.getItem(RELOADED_FOR) === reason || !(await isServiceThere())) return false;
  sessionStorage.setItem(RELOADED_FOR, reason);
  location.reload();
  return true;
}

/** Without the service, loading the page anew would lose it. */
async function isServiceThere(): Promise<boolean> {
  const answer = await fetch('/', { method: 'HEAD' }).catch(() => undefined);
  return answer?.ok ?? false;
}
