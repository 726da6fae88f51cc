import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, looks, startConsole, takeScreenshot } from './console.js';
import { expectToFit } from './overflow.js';

const links = (page: Page) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
/** All that is asked of the service but scripts. */
const everyCall = /\/v1\/|\/$/;
/** What is shown when a page's own code throws. */
const broken = "export function DeveloperPage() { throw new Error('A mistake of ours') }";

describe('the shell', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());

  it('leads to the pages that are for a partner, and tells which is shown', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/customers' });
    expect(await links(page).allTextContents()).toEqual(['Overview', 'Customers', 'Developer']);
    await page.locator('[aria-current="page"]', { hasText: 'Customers' }).waitFor();
    await links(page).nth(2).click();
    await page.locator('[aria-current="page"]', { hasText: 'Developer' }).waitFor();
    await expect.poll(() => page.title()).toMatch(/ · Vetted$/);
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(complaints).toEqual([]);
  });

  it('lets the keyboard skip to the content', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/desk/none' });
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    await skip.focus();
    await takeScreenshot(page, 'skip-link-light');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    expect(complaints).toEqual([]);
  });

  it.each(looks)('says who is signed in, for whom ($look)', async ({ look, colorScheme, viewport }) => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/desk/none', colorScheme, viewport });
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await expectToFit(page);
    const button = page.getByRole('button', { name: 'Account: Contoso Agent' });
    await button.click();
    const account = page.getByRole('region', { name: 'Account' });
    for (const text of ['agent@contoso.example', 'Contoso CSP', '9daaeb1c-4195-4db5-9f1d-509eb70c8c2d']) {
      await account.getByText(text).waitFor();
    }
    await expectAccessible(page);
    await expectToFit(page);
    await takeScreenshot(page, `account-menu-${look}`);
    await page.keyboard.press('Escape');
    await account.waitFor({ state: 'hidden' });
    expect(complaints).toEqual([]);
  });

  it("names a reviewer's roles", async () => {
    const { page, complaints } = await bench.open({ as: 'Vetting Administrator' });
    await page.getByRole('button', { name: 'Account: Vetting Administrator' }).click();
    await page.getByRole('region', { name: 'Account' }).getByText('Reviewer, Administrator').waitFor();
    expect(complaints).toEqual([]);
  });

  it('has room on a very large screen and on a narrow one', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/desk/none' });
    for (const width of [320, 360, 640, 1920, 3840]) {
      await page.setViewportSize({ width, height: 900 });
      await expectToFit(page);
    }
    await takeScreenshot(page, 'shell-4k');
    expect(complaints).toEqual([]);
  });

  it('turns dark and light with the system while it is open', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/desk/none', colorScheme: 'light' });
    const brightness = () =>
      page.locator('header').evaluate((header) => Number(/\d+/.exec(getComputedStyle(header).backgroundColor)?.[0]));
    expect(await brightness()).toBeGreaterThan(200);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(brightness).toBeLessThan(60);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(brightness).toBeGreaterThan(200);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['moves while something is loaded', 'no-preference', true],
    ['keeps still for a person who wishes for less motion', 'reduce', false],
  ] as const)('%s', async (_, reducedMotion, moves) => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/developer', reducedMotion });
    await page.route('**/vetting/v1/summary', () => {});
    await links(page).first().click();
    await page.getByText('Loading the overview').waitFor();
    const isMoving = () =>
      page.evaluate(() => document.getAnimations().some(({ playState }) => playState === 'running'));
    await expect.poll(isMoving).toBe(moves);
  });

  it('says that the browser is offline, for as long as it is', async () => {
    const { page, context } = await bench.open({ as: 'Contoso Agent' });
    await page.getByRole('heading', { name: 'Time to decision' }).waitFor();
    await context.setOffline(true);
    await page.getByRole('status').getByText('You are offline').waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, 'offline-light');
    await context.setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
  });

  it('goes on while the browser is offline, where the service is on the same machine', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/desk/none' });
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    const asked = page.waitForRequest((request) => request.method() === 'HEAD');
    await page.evaluate(() => window.dispatchEvent(new Event('offline')));
    await asked;
    await links(page).nth(1).click();
    await page.getByRole('status').getByText('8 customers').waitFor();
    await page.getByText('You are offline').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('loads what failed as soon as the service is reached again, without a click', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/desk/none' });
    await page.route(everyCall, (route) => route.abort());
    await links(page).nth(1).click();
    await page.getByText('The customers could not be loaded').waitFor();
    await page.unroute(everyCall);
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await page.getByRole('status').getByText('8 customers').waitFor();
    expect(await page.getByText('The service cannot be reached').count()).toBe(0);
  });

  it('tries again at once where a person wants it', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/developer' });
    await page.route('**/vetting/v1/**', (route) => route.abort());
    await links(page).first().click();
    const status = page.getByRole('status').filter({ hasText: 'The service cannot be reached' });
    await status.waitFor();
    await page.unroute('**/vetting/v1/**');
    await status.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The service cannot be reached').first().waitFor({ state: 'detached' });
    await page.getByText('could not be loaded').waitFor({ state: 'detached' });
  });

  it.each(looks)('tells that a page is on its way, where the network is slow ($look)', async ({ look, ...how }) => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/desk/none', ...how });
    let send = () => {};
    const sent = new Promise<void>((resolve) => {
      send = resolve;
    });
    await page.route('**/assets/developer-page-*.js', async (route) => {
      await sent;
      await route.continue();
    });
    await links(page).last().click();
    const progress = page.getByRole('progressbar', { name: 'Loading the page' });
    await progress.waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, `page-on-its-way-${look}`);
    send();
    await page.getByRole('heading', { name: 'Developer' }).waitFor();
    await progress.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('keeps a mistake in one page from taking the others along', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/desk/none' });
    await page.route('**/assets/developer-page-*.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: broken }),
    );
    await page.getByRole('link', { name: 'Developer' }).click();
    const alert = page.getByText('This page could not be shown');
    await alert.waitFor();
    await page.getByText('A mistake of ours').waitFor();
    await takeScreenshot(page, 'crash-light');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(await alert.count()).toBe(0);
  });

  it('is loaded anew, once, where a page is gone after an upgrade', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/desk/none' });
    let isGone = true;
    let asked = 0;
    await page.route('**/assets/developer-page-*.js', (route) => {
      asked += 1;
      return isGone ? route.fulfill({ status: 404, json: {} }) : route.continue();
    });
    const reloaded = page.waitForEvent('load');
    await page.getByRole('link', { name: 'Developer' }).click();
    await reloaded;
    await page.getByText('This page could not be shown').waitFor();
    expect([new URL(page.url()).pathname, asked]).toEqual(['/developer', 2]);
    isGone = false;
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.getByText('This page could not be shown').count()).toBe(0);
  });
});
