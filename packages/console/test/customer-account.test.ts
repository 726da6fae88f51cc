import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, looks, startConsole, takeScreenshot } from './console.js';
import { importCustomers } from './import-customers.js';

/** Names that a customer may have, and that must be shown as what they are: text. */
const hostileNames = [
  '<img src=x onerror="window.hacked = true">',
  '"><script>window.hacked = true</script>',
  "javascript:alert('hacked')",
  'Ошибка \u0645\u062f\u0631\u0633\u0629 學校 👩‍🏫🏫',
  'L'.repeat(256),
  'Invoice \u202Efdp.exe',
  'constructor',
];

const facts = async (page: Page) => {
  const [names, values] = [page.getByRole('term'), page.getByRole('definition')];
  const texts = await values.allInnerTexts();
  return Object.fromEntries((await names.allInnerTexts()).map((name, index) => [name, texts[index]?.trim()]));
};

describe("a customer's account", () => {
  let bench: ConsoleBench;
  const litware = () => {
    const found = bench.sandbox.description.customers.find(({ companyName }) => companyName === 'Litware Institute');
    return found?.id ?? '';
  };
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());

  const openAccount = (id: string, how = {}) =>
    bench.open({ as: 'Contoso Agent', path: `/customers/${id}/account`, ...how });

  it.each(looks)('shows who the customer is, $look', async ({ look, ...how }) => {
    const { page, complaints } = await openAccount(litware(), how);
    await page.getByRole('heading', { name: 'Customer Account Info', level: 2 }).waitFor();
    expect(await page.title()).toBe('Litware Institute · Vetted');
    expect(await facts(page)).toEqual({
      'Company name': 'Litware Institute',
      Domain: 'litware.example.edu',
      Country: 'Germany (DE)',
      Relationship: 'Reseller',
      'Microsoft ID': litware(),
    });
    await expectAccessible(page);
    await takeScreenshot(page, `account-${look}`);
    expect(complaints).toEqual([]);
  });

  it('copies the Microsoft ID', async () => {
    const { page } = await openAccount(litware(), { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy Microsoft ID' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(litware());
  });

  it('says so where the browser does not let it be copied', async () => {
    const { page, complaints } = await openAccount(litware());
    await page.evaluate(() => {
      const refuse = () => Promise.reject(new DOMException('Write permission denied.', 'NotAllowedError'));
      Object.defineProperty(navigator.clipboard, 'writeText', { value: refuse });
    });
    await page.getByRole('button', { name: 'Copy Microsoft ID' }).click();
    await page.getByRole('button', { name: 'Not copied' }).waitFor();
    await page.getByText('Select the text and copy it by hand.').waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, 'account-not-copied-light');
    expect(complaints).toEqual([]);
  });

  it('leads from the list to the account, to the qualifications, and back to the list as it was', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/customers?search=lit' });
    await page.getByRole('link', { name: 'Litware Institute' }).click();
    const tabs = page.getByRole('navigation', { name: 'Customer', exact: true });
    const current = tabs.locator('[aria-current="page"]');
    await current.filter({ hasText: 'Account' }).waitFor();
    await tabs.getByRole('link', { name: 'Qualifications' }).click();
    await current.filter({ hasText: 'Qualifications' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/customers/${litware()}/qualifications`);
    await page.getByRole('main').getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('status').filter({ hasText: '1 customer matches' }).waitFor();
    expect(new URL(page.url()).search).toBe('?search=lit');
    expect(complaints).toEqual([]);
  });

  it('leads from a bare customer to the account, and adds nothing to the history', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/customers' });
    await page.goto(`${bench.sandbox.url}/customers/${litware()}`);
    await page.getByRole('heading', { name: 'Customer Account Info' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/customers/${litware()}/account`);
    await page.getByRole('main').getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('status').filter({ hasText: '8 customers' }).waitFor();
  });

  it.each([
    ['that does not exist', randomUUID()],
    ['whose id is none', 'not-an-id'],
    ['whose id is hostile', encodeURIComponent('<img src=x>')],
  ])('says that there is no customer %s', async (_what, id) => {
    const { page } = await openAccount(id);
    await page.getByRole('heading', { name: 'You have no such customer' }).waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, 'account-unknown-light');
    await page.getByRole('main').getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('heading', { name: 'Customers', level: 1 }).waitFor();
  });

  it('says that the relationship has ended', async () => {
    const ended = {
      id: randomUUID(),
      companyName: 'Former Friends',
      domain: 'former.example',
      relationshipEnded: true,
    };
    await importCustomers(bench.sandbox, [ended]);
    const { page } = await openAccount(ended.id);
    await page.getByRole('heading', { name: 'Your relationship with this customer has ended' }).waitFor();
    await expectAccessible(page);
  });

  it('says that the relationship has ended since the account was opened', async () => {
    const friends = { id: randomUUID(), companyName: 'Fickle Friends', domain: 'fickle.example' };
    await importCustomers(bench.sandbox, [friends]);
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/customers?search=fickle' });
    await page.getByRole('link', { name: 'Fickle Friends' }).click();
    await page.getByRole('heading', { name: 'Customer Account Info' }).waitFor();
    await page.goBack();
    await importCustomers(bench.sandbox, [{ ...friends, relationshipEnded: true }]);
    await page.clock.install();
    await page.clock.fastForward('00:10');
    await page.getByRole('link', { name: 'Fickle Friends' }).click();
    await page.getByRole('heading', { name: 'Your relationship with this customer has ended' }).waitFor();
  });

  it('says what went wrong, and tries again', async () => {
    const faults = `${bench.sandbox.url}/sandbox/v1/faults`;
    await fetch(faults, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ path: '/v1/customers/*', status: 500 }]),
    });
    const { page } = await openAccount(litware());
    await page.getByText('The customer could not be loaded').waitFor();
    await page.getByRole('button', { name: 'Copy correlation ID' }).waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, 'account-error-light');
    await fetch(faults, { method: 'DELETE' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Customer Account Info' }).waitFor();
  });

  it('is shown as soon as there is a connection again', async () => {
    const { page, context } = await openAccount(litware());
    await page.getByRole('main').getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('link', { name: 'Tailspin Training' }).waitFor();
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Tailspin Training' }).click();
    await page.getByText('The customer is loaded as soon as you are connected again.').waitFor();
    await takeScreenshot(page, 'account-offline-light');
    await context.setOffline(false);
    await page.getByRole('heading', { name: 'Tailspin Training', level: 1 }).waitFor();
  });

  it.each(looks)('shows hostile names as text, in the list and on the page, $look', async ({ look, ...how }) => {
    const tenant = await startConsole();
    const hostile = hostileNames.map((companyName) => ({
      id: randomUUID(),
      companyName,
      domain: `${'d'.repeat(200)}.example`,
      country: 'ZZ',
      email: `${'e'.repeat(200)}@hostile.example`,
      relationshipToPartner: 'constructor',
    }));
    await importCustomers(tenant.sandbox, hostile);
    const { page, complaints } = await tenant.open({ as: 'Contoso Agent', path: '/customers?search=dddd', ...how });
    await page
      .getByRole('status')
      .filter({ hasText: `${hostileNames.length} customers match` })
      .waitFor();
    for (const name of await page.getByRole('rowheader').allTextContents()) expect(hostileNames).toContain(name);
    await expectNothingWide(page);
    await takeScreenshot(page, `customers-hostile-${look}`);
    for (const { id, companyName } of hostile) {
      await page.getByRole('link', { name: companyName, exact: true }).click();
      await page.getByRole('heading', { name: companyName, exact: true, level: 1 }).waitFor();
      expect(await facts(page)).toMatchObject({ 'Company name': companyName, 'Microsoft ID': id });
      await expectNothingWide(page);
      if (companyName.length === 256) await takeScreenshot(page, `account-hostile-${look}`);
      await page.goBack();
    }
    await expectAccessible(page);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(complaints).toEqual([]);
    await tenant.close();
  });
});

const expectNothingWide = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
