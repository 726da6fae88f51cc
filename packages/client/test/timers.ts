import { vi } from 'vitest';

/** Turns the event loop until something has happened. Its turns are no time: fake timers stand still meanwhile. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Stops the timers, and tells when one of so many milliseconds has been set. `vi.restoreAllMocks` ends the telling. */
export function fakeTimers(): (ms: number) => Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const set = vi.spyOn(globalThis, 'setTimeout');
  return (ms) => until(() => set.mock.calls.some(([, delay]) => delay === ms));
}
