import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, type Person, startConsole, takeScreenshot } from './console.js';
import { expectHarmless, expectToTell, goTo, harmIn, watchForHarm } from './harm.js';
import { asWebhookUrls, hostileTexts } from './hostile-corpus.js';
import { fillWithHostileTexts, type HostileCase, registerWebhook, relationshipOf } from './hostile-data.js';
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

  /** What stands on the page did nothing, and leaves its width as it is. */
  async function expectTamed(page: Page): Promise<void> {
    await expectHarmless(page);
    await expectToFit(page);
  }

  it('are at least forty, and none of them twice', () => {
    expect(hostileTexts.length).toBeGreaterThanOrEqual(40);
    expect(new Set(hostileTexts).size).toBe(hostileTexts.length);
  });

  it('would be noticed if a page took them for markup, followed them, or let them turn its words round', async () => {
    const { page, context } = await bench.open({ bypassCSP: true });
    const elements = [
      ['img', 'alt', '', 'made'],
      ['b', 'onmouseover', '0', 'handlers'],
      ['a', 'href', 'vbscript:0', 'links'],
      ['a', 'href', 'https://evil.example/', 'careless'],
    ] as const;
    for (const [tag, name, value, kind] of elements) {
      const element = await page.evaluateHandle(
        ([tagName, attribute, text]) => {
          const made = document.createElement(tagName);
          made.setAttribute(attribute, text);
          document.body.append(made);
          return made;
        },
        [tag, name, value] as const,
      );
      expect((await harmIn(page))[0]).toContain(`${kind}: <${tag}`);
      await element.evaluate((made) => made.remove());
    }
    await expectHarmless(page);
    await page.evaluate(() => document.body.append('School \u202egnp.exe', document.createElement('b')));
    await page.evaluate(() => document.body.append(' is approved'));
    expect(await harmIn(page)).toEqual([expect.stringContaining('unbounded: <body')]);
    await context.close();
  });

  it('are shown on the overview as names and reasons', { timeout: PATIENCE }, async () => {
    await visit('Contoso Agent', '/customers', async (page) => {
      await page.route('**/vetting/v1/customers?*', (route) =>
        route.continue({ url: route.request().url().replace('size=5', 'size=500') }),
      );
      await goTo(page, '/');
      // Its name twice, and the reason of its denial.
      for (const text of hostileTexts) await expectToTell(page.getByRole('main'), text, 3);
      await expectTamed(page);
      await takeScreenshot(page, 'overview-hostile', { fullPage: true });
    });
  });

  it('are found in the list of customers, by themselves', { timeout: PATIENCE }, async () => {
    await visit('Contoso Agent', '/', async (page) => {
      for (const text of hostileTexts) {
        await goTo(page, `/customers?${new URLSearchParams({ search: text })}`);
        await expectToTell(page.getByRole('table'), text, 2);
        await expectTamed(page);
      }
      await goTo(page, '/customers');
      await page.getByText(/^[0-9]+ customers$/).waitFor();
      await takeScreenshot(page, 'customers-hostile');
    });
  });

  it('are shown in a customer’s account as name and relationship', { timeout: PATIENCE }, async () => {
    await visit('Contoso Agent', '/', async (page) => {
      for (const { text, waiting } of cases) {
        await goTo(page, `/customers/${waiting.customerId}/account`);
        await expectToTell(page.getByRole('main'), text, 2);
        await expectToTell(page.getByRole('main').locator('dl'), relationshipOf(text));
        await expectTamed(page);
      }
      await takeScreenshot(page, 'account-hostile', { fullPage: true });
    });
  });

  it('are shown with a customer’s qualifications as the reason of a denial', { timeout: PATIENCE }, async () => {
    await visit('Contoso Agent', '/', async (page) => {
      for (const { text, denied } of cases) {
        await goTo(page, `/customers/${denied.customerId}/qualifications`);
        // The title, the denial, and the step that made it.
        await expectToTell(page.getByRole('main'), text, 3);
        await expectTamed(page);
      }
      await takeScreenshot(page, 'qualifications-hostile', { fullPage: true });
    });
  });

  it('are shown in the queue of the desk as names and domains', { timeout: PATIENCE }, async () => {
    await visit('Vetting Reviewer', '/', async (page) => {
      // As high as it takes to have all rows rendered.
      await page.setViewportSize({ width: narrow.width, height: 12_000 });
      for (const text of hostileTexts) await expectToTell(page.getByRole('region', { name: 'Queue' }), text);
      await expectTamed(page);
    });
  });

  it('are shown in a review as name, website, reason and note', { timeout: PATIENCE }, async () => {
    await visit('Vetting Reviewer', '/', async (page) => {
      for (const { text, denied } of cases) {
        await goTo(page, `/desk/${denied.reviewId}`);
        await expectToTell(page.getByRole('region', { name: 'Review' }), text, 5);
        await expectTamed(page);
      }
      await takeScreenshot(page, 'desk-hostile', { fullPage: true });
    });
  });

  it('are shown on the developer page as the path of a webhook', { timeout: PATIENCE }, async () => {
    const { sandbox } = bench;
    for (const WebhookUrl of asWebhookUrls(hostileTexts)) {
      await registerWebhook(sandbox, WebhookUrl);
      await visit('Contoso Agent', '/developer', async (page) => {
        await expectToTell(page.getByRole('main'), WebhookUrl);
        await expectTamed(page);
        await takeScreenshot(page, 'developer-hostile', { fullPage: true });
      });
    }
  });
});
