import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, type Person, startConsole, takeScreenshot } from './console.js';
import { expectHarmless, expectToTell, goTo, watchForHarm } from './harm.js';
import { hostileTexts } from './hostile-corpus.js';
import { fillWithHostileTexts, type HostileCase } from './hostile-data.js';
import { expectToFit } from './overflow.js';

const narrow = { width: 360, height: 740 };
const PATIENCE = 180_000;

describe('hostile texts', () => {
  let bench: ConsoleBench;
  let cases: readonly HostileCase[];

  beforeAll(async () => {
    bench = await startConsole();
    cases = await fillWithHostileTexts(bench.sandbox);
  });
  afterAll(() => bench.close());

  /** Opens the console for a visit, and holds it afterwards to have come to no harm and to have nothing to complain of. */
  async function visit(as: Person, path: string, steps: (page: Page) => Promise<void>): Promise<void> {
    const { page, context, complaints } = await bench.open({ as, path, viewport: narrow });
    const harm = watchForHarm(page);
    await steps(page);
    expect([...harm, ...complaints]).toEqual([]);
    await context.close();
  }

  /** The texts stand on the page to the letter, did nothing, and leave its width as it is. */
  async function expectTamed(page: Page, texts: readonly string[]): Promise<void> {
    for (const text of texts) await expectToTell(page, text);
    await expectHarmless(page);
    await expectToFit(page);
  }

  it('are at least forty, and none of them twice', () => {
    expect(hostileTexts.length).toBeGreaterThanOrEqual(40);
    expect(new Set(hostileTexts).size).toBe(hostileTexts.length);
  });

  it('are shown on the overview as names and reasons', { timeout: PATIENCE }, async () => {
    await visit('Contoso Agent', '/customers', async (page) => {
      await page.route('**/vetting/v1/customers?*', (route) =>
        route.continue({ url: route.request().url().replace('size=5', 'size=500') }),
      );
      await goTo(page, '/');
      await expectTamed(page, hostileTexts);
      await takeScreenshot(page, 'overview-hostile', { fullPage: true });
    });
  });
});
