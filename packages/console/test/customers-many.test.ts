import { randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, startConsole, takeScreenshot } from './console.js';
import { importCustomers } from './import-customers.js';

const SAMPLE_CUSTOMERS = 8;
/** What takes seconds may take minutes on a machine that has much else to do. */
const LONG_TIMEOUT_IN_MS = 300_000;
const PAGE_SIZE = 100;
/** Of rows whose texts have one line. */
const ROW_HEIGHT = 45;

/** `School 00000`, `School 00001`, …: the order in which the list has them. */
const schools = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    companyName: schoolName(index),
    domain: `school-${index}.example.edu`,
    country: 'GB',
  }));
const schoolName = (index: number) => `School ${String(index).padStart(5, '0')}`;

const rowsIn = (page: Page) => page.getByRole('table').getByRole('row').count();
const count = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();
const searchBox = (page: Page) => page.getByRole('searchbox', { name: 'Search by name or domain' });

/** Counts the requests for customers from here on. */
function listingsOf(page: Page): { count: number } {
  const listings = { count: 0 };
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/vetting/v1/customers') listings.count++;
  });
  return listings;
}

const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

const isInWindow = (locator: Locator) =>
  locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= window.innerHeight;
  });

const scrollTo = (page: Page, top: number) => page.evaluate((y) => window.scrollTo(0, y), top);
const scrollToEnd = (page: Page) => scrollTo(page, Number.MAX_SAFE_INTEGER);

describe('a list of a thousand customers', () => {
  const customers = 1_000;
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
    await importCustomers(bench.sandbox, schools(customers));
  });
  afterAll(() => bench.close());

  it(
    'fetches page after page as a person scrolls, and renders only what they see',
    async () => {
      const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/customers?search=school' });
      await count(page, '1,000 customers match');
      const listings = listingsOf(page);
      const most = await rowsIn(page);
      const last = page.getByRole('link', { name: schoolName(customers - 1) });
      await expect
        .poll(
          async () => {
            await scrollToEnd(page);
            expect(await rowsIn(page)).toBeLessThanOrEqual(most + 20);
            return last.isVisible();
          },
          { timeout: LONG_TIMEOUT_IN_MS },
        )
        .toBe(true);
      expect(listings.count).toBe(customers / PAGE_SIZE - 1);
      expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('1001');
      const row = page.getByRole('row', { name: schoolName(customers - 1) });
      expect(await row.getAttribute('aria-rowindex')).toBe('1001');
      await expectAccessible(page);
      await takeScreenshot(page, 'customers-scrolled-light');
      expect(complaints).toEqual([]);
    },
    LONG_TIMEOUT_IN_MS,
  );

  it('keeps the customer that has the focus while a person scrolls', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/customers?search=school' });
    await page.getByRole('link', { name: schoolName(0) }).focus();
    await scrollToEnd(page);
    await page.getByRole('link', { name: schoolName(PAGE_SIZE - 1) }).waitFor();
    expect(await focusedText(page)).toBe(schoolName(0));
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toMatch(/^School \d{5}$/);
  });

  it('comes back to the customer that a person had opened, with what was loaded', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/customers?search=school' });
    await count(page, '1,000 customers match');
    const opened = page.getByRole('link', { name: schoolName(PAGE_SIZE + 50) });
    await expect
      .poll(() => scrollTo(page, (PAGE_SIZE + 45) * ROW_HEIGHT).then(() => opened.isVisible()), { timeout: 20_000 })
      .toBe(true);
    await opened.click();
    await page.getByRole('heading', { name: 'Customer Account Info' }).waitFor();
    const listings = listingsOf(page);
    await page.goBack();
    await expect.poll(() => focusedText(page), { timeout: 20_000 }).toBe(schoolName(PAGE_SIZE + 50));
    expect(await isInWindow(opened)).toBe(true);
    expect(listings.count).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('tells that a further page could not be loaded, and goes on from there', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/customers?search=school' });
    await count(page, '1,000 customers match');
    await page.route('**/vetting/v1/customers?continuationToken=*', (route) => route.fulfill({ status: 500 }));
    await scrollToEnd(page);
    await page.getByText('More customers could not be loaded').waitFor();
    await page.unroute('**/vetting/v1/customers?continuationToken=*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: schoolName(PAGE_SIZE) }).waitFor();
  });
});

describe('a list of a hundred thousand customers', () => {
  const customers = 100_000;
  let bench: ConsoleBench;
  let few: Awaited<ReturnType<typeof effort>>;
  beforeAll(async () => {
    bench = await startConsole();
    few = await effort('8 customers');
    await importCustomers(bench.sandbox, schools(customers));
  }, LONG_TIMEOUT_IN_MS);
  afterAll(() => bench.close());

  /** Opens the list and searches; tells what the browser had to do for it. */
  async function effort(total: string) {
    const { page, context, complaints } = await bench.open({ as: 'Contoso Agent' });
    const listings = listingsOf(page);
    await page.getByRole('link', { name: 'Customers', exact: true }).click();
    await count(page, total);
    const opened = { listings: listings.count, rows: await rowsIn(page) };
    await searchBox(page).fill('Fabrikam');
    await count(page, '1 customer matches');
    const searched = { listings: listings.count, rows: await rowsIn(page) };
    expect(complaints).toEqual([]);
    await context.close();
    return { opened, searched };
  }

  it('costs no more requests than one of eight, and no more rows than are seen', async () => {
    const many = await effort((customers + SAMPLE_CUSTOMERS).toLocaleString('en-GB'));
    expect(few).toEqual({ opened: { listings: 1, rows: 9 }, searched: { listings: 2, rows: 2 } });
    expect(many.searched).toEqual(few.searched);
    expect(many.opened.listings).toBe(1);
    expect(many.opened.rows).toBeLessThan(40);
  });

  it('finds one of them by its domain', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/customers' });
    await searchBox(page).fill('school-99999.');
    await page.getByRole('link', { name: schoolName(customers - 1) }).waitFor();
  });
});
