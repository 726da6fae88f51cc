import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConsoleBench,
  expectAccessible,
  looks,
  type OpenedConsole,
  type OpenOptions,
  startConsole,
  takeScreenshot,
} from './console.js';
import { type Desk, deskOf, holdClock, passRefresh, reviewOf, rowsOf } from './desk-support.js';

describe('the queue of the vetting desk', () => {
  let bench: ConsoleBench;
  let desk: Desk;
  const opened: OpenedConsole[] = [];
  beforeAll(async () => {
    bench = await startConsole();
    desk = deskOf(bench.sandbox);
  });
  afterEach(async () => {
    for (const { context } of opened.splice(0)) await context.close();
    await desk.clear();
  });
  afterAll(() => bench.close());

  const openDesk = async (path = '/desk', how: OpenOptions = {}) => {
    const one = await bench.open({ as: 'Vetting Reviewer', path, ...how });
    opened.push(one);
    await one.page.getByRole('heading', { name: 'Vetting desk' }).waitFor();
    return one;
  };
  const companies = async ({ page }: OpenedConsole) =>
    (await rowsOf(page).getByRole('link').allTextContents()).map((text) => /^[A-Z]\w+ School/.exec(text)?.[0]);

  it.each(looks)('lists what waits, oldest due first, and says what is overdue ($look)', async ({ look, ...how }) => {
    await desk.clear();
    await desk.submit('Early School');
    await bench.sandbox.advance('P2D');
    await desk.submit('Middle School');
    await bench.sandbox.advance('P5D');
    await desk.submit('Recent School', { website: 'https://recent.example.edu/about' });
    const one = await openDesk('/desk', how);
    await one.page.getByText('3 reviews').waitFor();
    expect(await companies(one)).toEqual(['Early School', 'Middle School', 'Recent School']);
    expect(await rowsOf(one.page).nth(0).textContent()).toMatch(/\d days overdue/);
    expect(await rowsOf(one.page).nth(2).textContent()).toMatch(/\d days left/);
    await expectAccessible(one.page);
    await takeScreenshot(one.page, `desk-queue-${look}`);
    await rowsOf(one.page).nth(2).getByRole('link').click();
    await reviewOf(one.page).getByRole('link', { name: 'https://recent.example.edu/about' }).waitFor();
    await expectAccessible(one.page);
    await takeScreenshot(one.page, `desk-review-${look}`);
    expect(one.complaints).toEqual([]);
  });

  it.each(looks)('says that nothing waits, and shows what comes by itself ($look)', async ({ look, ...how }) => {
    await desk.clear();
    const one = await openDesk('/desk', how);
    await holdClock(one);
    await one.page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
    await expectAccessible(one.page);
    await takeScreenshot(one.page, `desk-empty-${look}`);
    await desk.submit('Arriving School');
    await passRefresh(one);
    await rowsOf(one.page).getByRole('link', { name: 'Arriving School' }).waitFor();
    expect(one.complaints).toEqual([]);
  });

  it('keeps search and filters in the address, and says where nothing matches', async () => {
    await desk.clear();
    const approved = await desk.submit('Granted School', { domain: 'granted.example.edu' });
    await desk.decideAsAnother(approved.id, { decision: 'Approved' });
    await desk.submit('Searched School', { domain: 'searched.example.edu' });
    const one = await openDesk();
    const { page } = one;
    await rowsOf(page).first().waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).pressSequentially('GRANTED.exa');
    await page.getByRole('heading', { name: 'No review matches' }).waitFor();
    await page.getByRole('combobox', { name: 'Status' }).selectOption('Approved');
    await rowsOf(page)
      .getByRole('link', { name: /Granted School.*Approved/ })
      .waitFor();
    expect(new URL(page.url()).search).toBe('?search=GRANTED.exa&status=Approved');
    await page.reload();
    await rowsOf(page)
      .getByRole('link', { name: /Granted School/ })
      .waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('GRANTED.exa');
    await page.getByRole('combobox', { name: 'Status' }).selectOption('In review');
    await page.getByRole('searchbox', { name: 'Search' }).fill('');
    await rowsOf(page)
      .getByRole('link', { name: /Searched School/ })
      .waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(one.complaints).toEqual([]);
  });

  it('shows earlier attempts and the history of a review that is decided', async () => {
    const first = await desk.submit('Trying School');
    await desk.decideAsAnother(first.id, { decision: 'Denied', reasonCode: 'NotAnAcademicDomain', note: 'A shop.' });
    const second = await desk.request(first.customerId, { website: 'new.example.edu' });
    await desk.decideAsAnother(second.id, { decision: 'Approved', note: 'Called them.' });
    const one = await openDesk(`/desk/${second.id}`);
    const review = reviewOf(one.page);
    await review.getByRole('heading', { name: 'Trying School' }).waitFor();
    await review.getByText('Contoso CSP').waitFor();
    const attempts = review.getByRole('region', { name: 'Earlier attempts' });
    expect(await attempts.textContent()).toMatch(
      /Denied.*Attempt 1 with www.school.example.edu.*Not an Academic Domain.*A shop./,
    );
    expect(await review.getByRole('region', { name: 'Outcome' }).textContent()).toContain('Called them.');
    expect(await review.getByRole('region', { name: 'History' }).getByRole('listitem').count()).toBe(4);
    await expectAccessible(one.page);
    await takeScreenshot(one.page, 'desk-decided-light');
    expect(one.complaints).toEqual([]);
  });

  it.each(['5d0e9a14-7c62-4b8f-8e31-6a9b0c1d2e01', 'no-guid'])('says that there is no review %s', async (id) => {
    const { page } = await openDesk(`/desk/${id}`);
    await page.getByRole('heading', { name: 'There is no such review' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Back to the queue' }).click();
    await page.getByRole('heading', { name: 'No review is open' }).waitFor();
  });

  it('says what failed, and loads it again', async () => {
    await desk.submit('Patient School');
    const { page } = await openDesk('/desk?status=Denied');
    await page.route('**/vetting/v1/reviews?*', (route) => route.fulfill({ status: 403, json: {} }));
    await page.getByRole('combobox', { name: 'Status' }).selectOption('In review');
    await page.getByText(/The queue could not be/).waitFor();
    await expectAccessible(page);
    await page.unroute('**/vetting/v1/reviews?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await rowsOf(page).getByRole('link', { name: 'Patient School' }).waitFor();
  });

  it('draws only what is in sight of a long queue, and keeps its place when others decide', async () => {
    await desk.clear();
    const submitted = [];
    for (let count = 0; count < 110; count += 1) {
      await bench.sandbox.advance('PT1S');
      submitted.push(await desk.submit(`Long ${String(count).padStart(3, '0')}`));
    }
    const one = await openDesk();
    await holdClock(one);
    const { page } = one;
    await page.getByText('110 reviews').waitFor();
    await page.keyboard.press('j');
    // The end moves on as pages arrive.
    const lastRow = rowsOf(page).getByRole('link', { name: 'Long 109' });
    await expect
      .poll(async () => {
        await page.keyboard.press('End');
        return lastRow.and(page.locator(':focus')).count();
      })
      .toBe(1);
    expect(await rowsOf(page).count()).toBeLessThan(40);
    await page.keyboard.press('Home');
    for (let presses = 0; presses < 60; presses += 1) await page.keyboard.press('j');
    const row = rowsOf(page).getByRole('link', { name: 'Long 060' });
    await row.and(page.locator(':focus')).waitFor();
    const before = await row.boundingBox();
    for (const { id } of submitted.slice(3, 6)) await desk.decideAsAnother(id, { decision: 'Approved' });
    await passRefresh(one);
    await page.getByText('107 reviews').waitFor();
    await expect.poll(async () => (await row.boundingBox())?.y).toBeCloseTo(before?.y ?? Number.NaN, 0);
    expect(await row.and(page.locator(':focus')).count()).toBe(1);
    await desk.decideAsAnother(submitted[60]?.id ?? '', { decision: 'Approved' });
    await passRefresh(one);
    await rowsOf(page).getByRole('link', { name: 'Long 061' }).and(page.locator(':focus')).waitFor();
    expect(one.complaints).toEqual([]);
  });

  it.each(looks)('shows hostile text as text ($look)', async ({ look, ...how }) => {
    await desk.clear();
    const markup = '<img src=x onerror="document.title=1"> {{7*7}} ‮txt.exe‬ 🏫';
    await desk.submit(markup, { website: 'javascript://example.edu/%0Aalert(1)' });
    await desk.submit('W'.repeat(256), {
      domain: `${'w'.repeat(60)}.example.edu`,
      website: `https://x.example.edu/${'w'.repeat(500)}`,
    });
    await desk.submit('Name School', { website: 'https://www.school.example.edu@evil.example' });
    const first = await desk.submit('Noted School');
    await desk.decideAsAnother(first.id, {
      decision: 'Denied',
      reasonCode: 'Other',
      reason: markup,
      note: `${markup}\n${'n'.repeat(300)}`,
    });
    await desk.request(first.customerId);
    const one = await openDesk('/desk', how);
    const { page } = one;
    const review = reviewOf(page);
    const website = review.locator('dt:text-is("Website") + dd');
    for (const [index, link] of [false, true, false].entries()) {
      await rowsOf(page).nth(index).getByRole('link').click();
      await website.waitFor();
      expect(await website.getByRole('link').count()).toBe(link ? 1 : 0);
      if (index < 2) await takeScreenshot(page, `desk-hostile-${index}-${look}`);
      await expectNothingOverflows(page);
      await page.getByRole('button', { name: 'Back to the queue' }).click();
    }
    await rowsOf(page).nth(3).getByRole('link').click();
    await review.getByRole('heading', { name: 'Noted School' }).waitFor();
    expect(await review.getByRole('region', { name: 'Earlier attempts' }).textContent()).toContain(markup);
    await expectNothingOverflows(page);
    await expectAccessible(page);
    expect(await page.title()).toBe('Vetting desk · Vetted');
    expect(one.complaints).toEqual([]);
  });
});

async function expectNothingOverflows(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
}
