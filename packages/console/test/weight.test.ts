import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, startConsole } from './console.js';

const BUDGET_IN_BYTES = 250_000;

/** The scripts that a page loads from now on, with what each of them weighs on the wire. */
async function watchScripts(page: Page): Promise<ReadonlyMap<string, number>> {
  const scripts = new Map<string, number>();
  const names = new Map<string, string>();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  devtools.on('Network.responseReceived', ({ requestId, response: { url } }) => {
    const { pathname } = new URL(url);
    if (pathname.endsWith('.js')) names.set(requestId, pathname);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const name = names.get(requestId);
    // What comes from the browser's cache has no weight.
    if (name !== undefined) scripts.set(name, (scripts.get(name) ?? 0) + encodedDataLength);
  });
  return scripts;
}

describe('the first load', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());

  it(`takes less than ${BUDGET_IN_BYTES} bytes of script until the overview is there, and no other page’s`, async () => {
    // Where no script of ours is in the browser's cache yet.
    const { page, complaints } = await bench.open({ path: '/healthz' });
    const scripts = await watchScripts(page);
    await page.goto(`${bench.sandbox.url}/`);
    await page.getByRole('button', { name: 'Sign in as Contoso Agent' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('main').getByRole('heading', { level: 2 }).first().waitFor();
    const weights = [...scripts].map(([name, bytes]) => `${bytes} ${name}`);
    const total = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
    expect(total, `${total} bytes of script:\n${weights.join('\n')}`).toBeLessThan(BUDGET_IN_BYTES);
    expect(total).toBeGreaterThan(50_000);
    expect([...scripts.keys()].filter((name) => /desk-page|customer-page|developer-page/.test(name))).toEqual([]);
    await page.getByRole('link', { name: 'Developer' }).click();
    await expect.poll(() => [...scripts.keys()].some((name) => name.includes('developer-page'))).toBe(true);
    expect(complaints).toEqual([]);
  });
});
