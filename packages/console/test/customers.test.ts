import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, looks, startConsole, takeScreenshot } from './console.js';

/** The sample partner's customers, as the list has them. */
const names = [
  'Adventure Works',
  'City of Relecloud',
  'Fabrikam Academy',
  'Lakeshore Primary School',
  'Litware Institute',
  'Northwind State University',
  'Tailspin Training',
  'Wingtip National Railways',
];

const namesIn = (page: Page) => page.getByRole('rowheader').allTextContents();
const count = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();
const searchBox = (page: Page) => page.getByRole('searchbox', { name: 'Search by name or domain' });
const query = (page: Page) => new URL(page.url()).search;

describe('the list of customers', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await fetch(`${bench.sandbox.url}/sandbox/v1/faults`, { method: 'DELETE' });
  });

  const openList = async (search = '') => bench.open({ as: 'Contoso Agent', path: `/customers${search}` });

  it.each(looks)('shows every customer with its qualifications, $look', async ({ look, ...how }) => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/customers', ...how });
    await count(page, '8 customers');
    expect(await namesIn(page)).toEqual(names);
    const northwind = page.getByRole('row', { name: 'Northwind State University' });
    await northwind.getByText('Education', { exact: true }).waitFor();
    await northwind.getByText('State Owned Entity', { exact: true }).waitFor();
    // What nobody vets has a sign and a colour of its own, as in the overview.
    const signs = await northwind.locator('svg path').evaluateAll((paths) => paths.map((path) => path.outerHTML));
    expect([signs.length, new Set(signs).size]).toEqual([2, 2]);
    await page.getByRole('row', { name: 'Tailspin Training' }).getByText('Education: Denied').waitFor();
    await page.getByRole('row', { name: 'Litware Institute' }).getByText('Germany').waitFor();
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('9');
    expect(await northwind.getAttribute('aria-rowindex')).toBe('7');
    expect(await isWiderThanWindow(page)).toBe(false);
    await expectAccessible(page);
    await takeScreenshot(page, `customers-${look}`);
    expect(complaints).toEqual([]);
  });

  it('finds customers as a person types, by name, by domain and by Microsoft ID', async () => {
    const { page, complaints } = await openList();
    await searchBox(page).pressSequentially('fab');
    await count(page, '1 customer matches');
    expect([await namesIn(page), query(page)]).toEqual([['Fabrikam Academy'], '?search=fab']);
    await searchBox(page).fill('LITWARE.ex');
    await page.getByRole('rowheader', { name: 'Litware Institute' }).waitFor();
    await searchBox(page).fill(` ${bench.sandbox.description.customers[6]?.id} `);
    await page.getByRole('rowheader', { name: 'Adventure Works' }).waitFor();
    expect(await namesIn(page)).toEqual(['Adventure Works']);
    await searchBox(page).fill('');
    await count(page, '8 customers');
    expect(query(page)).toBe('');
    expect(complaints).toEqual([]);
  });

  it('keeps the rows that were there until the new ones are', async () => {
    const { page, complaints } = await openList();
    await count(page, '8 customers');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/vetting/v1/customers?search=*', async (route) => {
      await held;
      await route.continue();
    });
    await searchBox(page).fill('Tail');
    await page.getByRole('progressbar', { name: 'Searching' }).waitFor();
    expect(await namesIn(page)).toEqual(names);
    release();
    await count(page, '1 customer matches');
    expect(await namesIn(page)).toEqual(['Tailspin Training']);
    expect(complaints).toEqual([]);
  });

  it('keeps a search through a customer and back, a reload and a new sign-in', async () => {
    const { page, complaints } = await openList('?search=north&qualification=Education');
    await count(page, '1 customer matches');
    await page.getByRole('link', { name: 'Northwind State University' }).click();
    await page.getByRole('heading', { name: 'Northwind State University', level: 1 }).waitFor();
    await page.goBack();
    await count(page, '1 customer matches');
    expect(await searchBox(page).inputValue()).toBe('north');
    await page.reload();
    await count(page, '1 customer matches');
    expect(await searchBox(page).inputValue()).toBe('north');
    expect(await page.getByLabel('Qualification').inputValue()).toBe('Education');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Customers' }).click();
    await count(page, '8 customers');
    expect(await searchBox(page).inputValue()).toBe('');
    expect(complaints).toEqual([]);
  });

  it('adds nothing to the history for what is typed and chosen', async () => {
    const { page } = await openList();
    await count(page, '8 customers');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Customers', exact: true }).click();
    await searchBox(page).fill('c');
    await count(page, '1 customer matches');
    await page.getByLabel('Status').selectOption('Approved');
    await page.goBack();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  });

  it('narrows the list by qualification and by status', async () => {
    const { page, complaints } = await openList();
    await page.getByLabel('Status').selectOption('Approved');
    await count(page, '3 customers match');
    await page.getByLabel('Qualification').selectOption('Government Community Cloud');
    await count(page, '1 customer matches');
    expect(await namesIn(page)).toEqual(['City of Relecloud']);
    expect(query(page)).toBe('?vettingStatus=Approved&qualification=GovernmentCommunityCloud');
    await page.getByLabel('Qualification').selectOption('State Owned Entity');
    await count(page, '3 customers match');
    expect(await page.getByLabel('Status').isDisabled()).toBe(true);
    expect(await page.getByLabel('Status').locator('option:checked').textContent()).toBe('Not vetted');
    expect(query(page)).toBe('?qualification=StateOwnedEntity');
    expect(complaints).toEqual([]);
  });

  it('shows what needs attention, and everything once that filter is removed', async () => {
    const { page, complaints } = await openList('?attention=Resubmittable');
    await count(page, '1 customer matches');
    expect(await namesIn(page)).toEqual(['Tailspin Training']);
    await expectAccessible(page);
    await takeScreenshot(page, 'customers-attention-light');
    await page.getByRole('button', { name: 'Remove filter: Education denied, may be requested again' }).click();
    await count(page, '8 customers');
    expect(query(page)).toBe('');
    expect(complaints).toEqual([]);
  });

  it('ignores what stands in the address and is no filter', async () => {
    const { page } = await openList('?qualification=Nobility&vettingStatus=constructor&attention=please&search=%20');
    await count(page, '8 customers');
  });

  it.each(looks)('says what to do where nothing matches, $look', async ({ look, ...how }) => {
    const opened = { as: 'Contoso Agent', path: '/customers?search=nobody', ...how } as const;
    const { page, complaints } = await bench.open(opened);
    await page.getByRole('heading', { name: 'No customer matches' }).waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, `customers-empty-${look}`);
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await count(page, '8 customers');
    expect(await searchBox(page).inputValue()).toBe('');
    expect(complaints).toEqual([]);
  });

  it.each(looks)(
    'says what went wrong, with the correlation ID to copy, and tries again, $look',
    async ({ look, ...how }) => {
      await replaceFaults([{ path: '/vetting/v1/customers*', status: 500 }]);
      const { page } = await bench.open({
        as: 'Contoso Agent',
        path: '/customers',
        permissions: ['clipboard-read', 'clipboard-write'],
        ...how,
      });
      await page.getByText('The customers could not be loaded').waitFor();
      await expectAccessible(page);
      await takeScreenshot(page, `customers-error-${look}`);
      await page.getByRole('button', { name: 'Copy correlation ID' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^[0-9a-f-]{36}$/);
      await fetch(`${bench.sandbox.url}/sandbox/v1/faults`, { method: 'DELETE' });
      await page.getByRole('button', { name: 'Try again' }).click();
      await count(page, '8 customers');
    },
  );

  it('says that a search waits for a connection, and makes it once there is one', async () => {
    const { page, context } = await openList();
    await count(page, '8 customers');
    await context.setOffline(true);
    await searchBox(page).fill('tail');
    await count(page, 'Your search is made as soon as you are connected again.');
    expect(await namesIn(page)).toEqual(names);
    await takeScreenshot(page, 'customers-offline-light');
    await context.setOffline(false);
    await count(page, '1 customer matches');
  });

  it('is gone through with the keyboard', async () => {
    const { page } = await openList();
    await count(page, '8 customers');
    await page.getByLabel('Status').focus();
    for (const name of names.slice(0, 3)) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Fabrikam Academy', level: 1 }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Fabrikam Academy');
  });

  const replaceFaults = (rules: readonly object[]) =>
    fetch(`${bench.sandbox.url}/sandbox/v1/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
});

const isWiderThanWindow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
