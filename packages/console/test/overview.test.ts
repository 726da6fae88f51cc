import { fakeClock, type TestSandbox, unqualified } from '@vetted/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, looks, startConsole, takeScreenshot } from './console.js';
import { freshToken } from './fresh-token.js';
import { expectToFit } from './overflow.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const fabrikam = '1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02';
const tailspin = '2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03';
/** It ends what it says of its author. */
const hostileReason = '<img src=x onerror=alert(1)> \u202Enot a school';

/** Adds a customer of the sample partner and requests Education for it. */
async function submit(sandbox: TestSandbox, companyName: string): Promise<string> {
  const token = await freshToken(sandbox, 'agent');
  const { body } = await sandbox.post(
    '/sandbox/v1/customers',
    { companyName, domain: 'school.example.org' },
    { token },
  );
  expect((await sandbox.request(body.id, education, { token })).status).toBe(201);
  return body.id;
}

async function decide(sandbox: TestSandbox, customerId: string, decision: object): Promise<void> {
  const token = await freshToken(sandbox, 'reviewer');
  const { body } = await sandbox.get(`/vetting/v1/reviews?search=${customerId}&status=InReview`, { token });
  const answer = await sandbox.post(`/vetting/v1/reviews/${body.items[0].id}/decision`, decision, { token });
  expect(answer.status, answer.text).toBe(200);
}

const list = (page: Page, name: string) => page.getByRole('list', { name }).getByRole('listitem');
const chart = (page: Page, name: string) => page.getByRole('figure', { name });

/** The rows of a chart's table, without its head. */
async function tableOf(page: Page, name: string): Promise<string[][]> {
  const figure = chart(page, name);
  await figure.getByRole('button', { name: 'Show as table' }).click();
  const rows = await figure.getByRole('row').all();
  const texts = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  return texts.slice(1);
}

describe('the overview of a partner with decisions', () => {
  let bench: ConsoleBench;
  /** Customers that were denied with reasons of their own. */
  const denied = Array.from({ length: 6 }, (_, index) => `Denied School ${index + 1}`);

  beforeAll(async () => {
    bench = await startConsole({ clock: fakeClock('2026-03-16T09:00:00.000Z') });
    const { sandbox } = bench;
    const ids: string[] = [];
    for (const name of denied) ids.push(await submit(sandbox, name));
    await submit(sandbox, 'Waiting College');
    await sandbox.advance('P1D');
    for (const id of ids) await decide(sandbox, id, { decision: 'Denied', reasonCode: 'Other', reason: hostileReason });
    await sandbox.request(unqualified.adventureWorks, education, { token: await freshToken(sandbox, 'agent') });
    await sandbox.advance('PT12H');
    await decide(sandbox, unqualified.adventureWorks, { decision: 'Approved' });
    await sandbox.advance('P2DT13H30M');
  });
  afterAll(() => bench.close());

  it('lists who may be requested again, five of them, with the reason, and leads to all', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent' });
    await page.getByRole('heading', { name: 'Denied, can be requested again (7)' }).waitFor();
    const rows = list(page, 'Denied, can be requested again');
    expect(await rows.getByRole('link').allTextContents()).toEqual(denied.slice(0, 5));
    expect(await rows.nth(0).textContent()).toBe(`Denied School 1${hostileReason}`);
    await rows.nth(0).getByRole('link').click();
    await page.waitForURL(/\/customers\/[-0-9a-f]{36}\/qualifications$/);
    await page.goBack();
    await page.getByRole('link', { name: 'Show all 7' }).click();
    await page.waitForURL('**/customers?attention=Resubmittable');
    expect(complaints).toEqual([]);
  });

  it('says how long what is in review is overdue', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent' });
    await page.getByRole('heading', { name: 'In review, overdue (2)' }).waitFor();
    const rows = list(page, 'In review, overdue');
    await rows.filter({ hasText: '26 hours overdue' }).waitFor();
    expect(await rows.allTextContents()).toEqual([
      'Fabrikam Academy5 years overdue',
      'Waiting College26 hours overdue',
    ]);
    expect(complaints).toEqual([]);
  });

  it('counts customers by qualification and status, and each count leads to them', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent' });
    const bars = chart(page, 'Customers by qualification and status');
    await bars.waitFor();
    const links = await bars.getByRole('link').all();
    expect(await Promise.all(links.map((link) => link.getAttribute('aria-label')))).toEqual([
      'Education, Approved: 3 customers',
      'Education, In review: 2 customers',
      'Education, Denied: 7 customers',
      'Government Community Cloud, Approved: 1 customer',
      'State Owned Entity, Effective without vetting: 3 customers',
    ]);
    expect(await tableOf(page, 'Customers by qualification and status')).toContainEqual(['Education', 'Denied', '7']);
    await bars.getByRole('button', { name: 'Show as chart' }).click();
    await bars.getByRole('link', { name: 'State Owned Entity' }).click();
    await page.waitForURL('**/customers?qualification=StateOwnedEntity');
    await page.goBack();
    await bars.getByRole('link', { name: 'Education, Denied' }).click();
    await page.waitForURL('**/customers?qualification=Education&vettingStatus=Denied');
    expect(complaints).toEqual([]);
  });

  it('shows the decisions and the time that they took, day by day', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent' });
    const { body } = await bench.sandbox.get('/vetting/v1/summary', {
      token: await freshToken(bench.sandbox, 'agent'),
    });
    await page.getByRole('img', { name: 'In 30 days 3 approved and 6 denied.' }).waitFor();
    expect(await tableOf(page, 'Decisions')).toEqual(expect.arrayContaining([['17 Mar', '1', '6']]));
    const times = chart(page, 'Time to decision');
    expect(await times.getByRole('definition').allTextContents()).toEqual([
      `${body.hoursToDecision.median} hours`,
      '3 days',
    ]);
    expect(await tableOf(page, 'Time to decision')).toContainEqual(['17 Mar', '24 hours']);
    expect(complaints).toEqual([]);
  });

  it('says what went wrong, and loads when it is asked again', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/customers' });
    const fault = { code: '800003', description: 'Something unforeseen happened.', source: 'Vetted' };
    await page.route('**/vetting/v1/summary', (route) => route.fulfill({ status: 500, json: fault }));
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('The overview could not be loaded').waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, 'overview-error');
    await page.unroute('**/vetting/v1/summary');
    await page.getByRole('button', { name: 'Try again' }).click();
    await chart(page, 'Customers by qualification and status').waitFor();
    expect(await page.getByText('The overview could not be loaded').count()).toBe(0);
  });

  it.each(looks)('is accessible and fits: $look', async ({ look, ...how }) => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', ...how });
    await page.getByText('26 hours overdue').waitFor();
    await expectAccessible(page);
    await expectToFit(page);
    await takeScreenshot(page, `overview-${look}`, { fullPage: true });
    for (const name of ['Customers by qualification', 'Decisions', 'Time to decision']) await tableOf(page, name);
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  it('can be read where the system chooses the colours', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', forcedColors: 'active' });
    await page.getByText('26 hours overdue').waitFor();
    await takeScreenshot(page, 'overview-forced-colors', { fullPage: true });
    await expectAccessible(page);
  });
});

describe('the overview of a partner that waits for nothing', () => {
  it('says so, and has no empty axes', async () => {
    const bench = await startConsole({ clock: fakeClock('2026-03-16T09:00:00.000Z') });
    try {
      const { sandbox } = bench;
      await sandbox.request(tailspin, education);
      for (const id of [fabrikam, tailspin]) await decide(sandbox, id, { decision: 'Approved' });
      await sandbox.advance('P31D');
      const { page, complaints } = await bench.open({ as: 'Contoso Agent' });
      await page.getByText('Nothing needs your attention.').waitFor();
      await page.getByRole('heading', { name: 'No decisions in the last 30 days' }).waitFor();
      expect(await page.getByRole('figure').count()).toBe(1);
      await expectAccessible(page);
      await takeScreenshot(page, 'overview-calm-light');
      expect(complaints).toEqual([]);
    } finally {
      await bench.close();
    }
  });
});
