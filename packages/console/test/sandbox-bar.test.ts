import { startService } from '@vetted/service';
import { PARTNER_CENTER_AUDIENCE } from '@vetted/testkit';
import { chromium, type Page } from 'playwright-core';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { clientId, startAuthority } from './authority.js';
import { type ConsoleBench, expectAccessible, looks, openConsole, takeScreenshot } from './console.js';
import { complaintsBut, startOwnConsole } from './developer-bench.js';
import { expectToFit } from './overflow.js';

const education = { qualification: 'Education', educationSegment: 'K12', website: 'approved.example.edu' };
/** A sample customer without a qualification. */
const NAME = 'Adventure Works';

const barOf = (page: Page) => page.getByRole('region', { name: 'Sandbox' });

/** What a page fetches from now on. */
function scriptsOf(page: Page): readonly string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script') paths.push(new URL(request.url()).pathname);
  });
  return paths;
}

function customerOf({ sandbox }: ConsoleBench): string {
  return sandbox.description.customers.find(({ companyName }) => companyName === NAME)?.id ?? '';
}

async function forceFault(page: Page, what: string, howOften: string): Promise<void> {
  await barOf(page).getByRole('button', { name: 'Force a fault' }).click();
  const dialog = page.getByRole('dialog', { name: 'Force a fault' });
  await dialog.getByLabel('What happens').selectOption(what);
  await dialog.getByLabel('How often').selectOption(howOften);
  await dialog.getByRole('button', { name: 'Force it' }).click();
  await dialog.waitFor({ state: 'detached' });
}

describe('the sandbox bar', () => {
  it('signs in as a reviewer and back as the agent with a click each, to a page that they may see', async () => {
    const bench = await startOwnConsole();
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/customers' });
    await page.getByRole('button', { name: 'Sign in as Vetting Reviewer' }).click();
    await barOf(page).getByText('Signed in as Vetting Reviewer').waitFor();
    await page.waitForURL('**/desk');
    await page.getByRole('button', { name: 'Sign in as Contoso Agent' }).click();
    await barOf(page).getByText('Signed in as Contoso Agent').waitFor();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('moves the clock, by which a request is approved on the page that is open', async () => {
    const bench = await startOwnConsole();
    const id = customerOf(bench);
    await bench.sandbox.request(id, education);
    const { page, complaints } = await bench.open({
      as: 'Contoso Agent',
      path: `/customers/${id}/qualifications`,
    });
    const content = page.getByRole('main');
    await content.getByText('In review').first().waitFor();
    await page.getByRole('button', { name: 'Advance the clock by 1 hour' }).click();
    await content.getByText('Approved').first().waitFor();
    await barOf(page).getByRole('status').getByText('The clock was moved on').waitFor();
    const told = Date.parse((await barOf(page).locator('time').first().getAttribute('datetime')) ?? '');
    const { body: clock } = await bench.sandbox.get('/sandbox/v1/clock');
    expect(Date.parse(clock.now) - told).toBeLessThan(3_600_000);
    expect(complaints).toEqual([]);
  });

  it('moves the clock by a duration of the person’s own, and says what is none', async () => {
    const bench = await startOwnConsole();
    const { page, complaints } = await bench.open({ as: 'Contoso Agent' });
    const duration = page.getByRole('textbox', { name: 'Advance the clock by another duration' });
    const shownAt = async () => Date.parse((await barOf(page).locator('time').first().getAttribute('datetime')) ?? '');
    await barOf(page).locator('time').first().waitFor();
    const before = await shownAt();
    await duration.fill('tomorrow');
    await duration.press('Enter');
    await page.getByText('Write 15m, 2h, 3d or P1M.').waitFor();
    await duration.fill('40d');
    await duration.press('Enter');
    await expect.poll(async () => (await shownAt()) - before).toBeGreaterThanOrEqual(40 * 86_400_000 - 60_000);
    await duration.fill('P99Y');
    await duration.press('Enter');
    await page.getByText('The clock was not moved').waitFor();
    await page.getByText('advance leads too far: all advances together come to at most 10 years.').waitFor();
    expect(await barOf(page).getByRole('status').getByText('The clock was moved on').count()).toBe(0);
    expect(complaintsBut(complaints, 400, 401)).toEqual([]);
  });

  it('forces a fault that the page shows, and ends it', async () => {
    const bench = await startOwnConsole();
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/developer' });
    await forceFault(page, '503, the service is unavailable', 'Until ended');
    await barOf(page).getByText('503 for All requests, until ended').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'You could not be signed in' }).waitFor();
    await barOf(page).getByRole('button', { name: 'End faults' }).click();
    await page.getByRole('heading', { name: 'Developer' }).waitFor();
    await barOf(page).getByText('No faults').waitFor();
    expect(complaintsBut(complaints, 503)).toEqual([]);
  });

  it('adds a fault to those that stand, and shows what is left of each', async () => {
    const bench = await startOwnConsole();
    const { page } = await bench.open({ as: 'Vetting Reviewer', path: '/' });
    await forceFault(page, '500, something unforeseen', 'Until ended');
    await forceFault(page, '429, with Retry-After of 10 seconds', '3 times');
    const bar = barOf(page);
    await bar.getByText('429, Retry-After 10 s for All requests, 3 more times; 500 for All requests').waitFor();
    expect((await bench.sandbox.get('/v1/customers')).status).toBe(429);
    await bar.getByText('2 more times').waitFor();
  });

  it('restores the sample data once that is confirmed, also on the page that is open', async () => {
    const bench = await startOwnConsole();
    const id = customerOf(bench);
    await bench.sandbox.request(id, { qualification: 'StateOwnedEntity' });
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: `/customers/${id}/qualifications` });
    const content = page.getByRole('main');
    await content.getByText('State Owned Entity').first().waitFor();
    const reset = barOf(page).getByRole('button', { name: 'Reset' });
    await reset.click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    expect((await bench.sandbox.qualifications(id)).body).toHaveLength(1);
    await reset.click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Restore' }).click();
    await barOf(page).getByText('The sample data was restored').waitFor();
    await content.getByText('State Owned Entity').waitFor({ state: 'detached' });
    expect((await bench.sandbox.qualifications(id)).body).toEqual([]);
    // What was asked of the qualification that is forgotten.
    expect(complaintsBut(complaints, 404)).toEqual([]);
  });

  it('stays folded up when the page is loaded again', async () => {
    const bench = await startOwnConsole();
    const { page } = await bench.open({ as: 'Contoso Agent' });
    await page.getByRole('button', { name: 'Hide the switches of the sandbox' }).press('Enter');
    await page.reload();
    await page.getByRole('button', { name: 'Show the switches of the sandbox', expanded: false }).waitFor();
    expect(await barOf(page).getByRole('button').count()).toBe(1);
  });

  it('is fetched by the shell', async () => {
    const bench = await startOwnConsole();
    const { page } = await bench.open();
    const scripts = scriptsOf(page);
    await page.getByRole('button', { name: 'Sign in as Vetting Reviewer' }).click();
    await barOf(page).waitFor();
    expect(scripts).toContainEqual(expect.stringContaining('sandbox'));
  });
});

describe('a service that is no sandbox', () => {
  it('neither shows nor sends the bar to who has signed in', async () => {
    const authority = await startAuthority();
    const service = await startService({
      port: 0,
      logLevel: 'silent',
      issuers: [authority.issuer],
      audiences: [PARTNER_CENTER_AUDIENCE],
      consoleClientId: clientId,
      consoleAuthority: authority.url,
    });
    const browser = await chromium.connect(inject('browserServer'));
    onTestFinished(async () => {
      await browser.close();
      await service.close();
      await authority.close();
    });
    const { page, complaints } = await openConsole(browser, service.url, {});
    const scripts = scriptsOf(page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Account: Ada Agent' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((path) => path.includes('sandbox'))).toEqual([]);
    expect(await barOf(page).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe.each(looks)('the sandbox bar, $look', ({ look, ...context }) => {
  it('is pleasant and accessible open, with a fault, in its dialogs and folded up', async () => {
    const bench = await startOwnConsole();
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/developer', ...context });
    await page.getByRole('heading', { name: 'Webhook' }).waitFor();
    const bar = barOf(page);
    const shoot = async (name: string) => {
      await expectAccessible(page);
      await expectToFit(page);
      await takeScreenshot(page, `sandbox-bar-${name}-${look}`);
    };
    await bar.getByText('No faults').scrollIntoViewIfNeeded();
    await shoot('open');
    await bar.getByRole('button', { name: 'Force a fault' }).click();
    await page.getByRole('dialog').waitFor();
    await shoot('fault-dialog');
    await page.keyboard.press('Escape');
    await forceFault(page, 'A slow answer, after 3 seconds', '10 times');
    await bar.getByRole('button', { name: 'End faults' }).scrollIntoViewIfNeeded();
    await shoot('fault');
    await bar.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('alertdialog').waitFor();
    await shoot('reset-dialog');
    await page.keyboard.press('Escape');
    await bar.getByRole('button', { name: 'Hide the switches of the sandbox' }).click();
    await shoot('collapsed');
    expect(complaints).toEqual([]);
  });
});
