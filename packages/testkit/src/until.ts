import { setTimeout } from 'node:timers/promises';

const LIMIT_IN_MS = 60_000;
const PAUSE_IN_MS = 20;

/** Resolves once this holds; rejects after a minute, with the words for what was waited for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_IN_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Within a minute it did not come to this: ${what}.`);
    await setTimeout(PAUSE_IN_MS);
  }
}
