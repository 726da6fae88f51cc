import { startService } from '@vetted/service';
import { PARTNER_CENTER_AUDIENCE } from '@vetted/testkit';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type ConsoleBench, expectAccessible, looks, openConsole, startConsole, takeScreenshot } from './console.js';
import { expectToFit } from './overflow.js';

describe('signing in to a sandbox', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());

  it.each(looks)('offers the sample users ($look)', async ({ look, colorScheme, viewport }) => {
    const { page, complaints } = await bench.open({ colorScheme, viewport });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button').allTextContents()).toEqual([
      'Sign in as Contoso AgentContoso CSP',
      'Sign in as Vetting ReviewerVetting authority',
      'Sign in as Vetting AdministratorVetting authority',
    ]);
    expect(await page.title()).toBe('Sign in · Vetted');
    await expectAccessible(page);
    await expectToFit(page);
    await takeScreenshot(page, `sign-in-${look}`);
    expect(complaints).toEqual([]);
  });

  it('signs one in and comes back to the page that was asked for, and again after a reload', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent', path: '/customers?search=a' });
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(page.url()).toBe(`${bench.sandbox.url}/customers?search=a`);
    await page.reload();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(page.url()).toBe(`${bench.sandbox.url}/customers?search=a`);
    expect(complaints).toEqual([]);
  });

  it('shows a reviewer the desk in place of a partner’s pages', async () => {
    const { page, complaints } = await bench.open({ as: 'Vetting Reviewer' });
    await page.waitForURL('**/desk');
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()).toEqual([
      'Vetting desk',
    ]);
    expect(complaints).toEqual([]);
  });

  it('signs in as somebody else after a sign-out', async () => {
    const { page, complaints } = await bench.open({ as: 'Contoso Agent' });
    await page.getByRole('button', { name: 'Account: Contoso Agent' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.waitForURL(`${bench.sandbox.url}/`);
    await expectAccessible(page);
    await takeScreenshot(page, 'signed-out-light');
    await page.getByRole('button', { name: 'Sign in as Vetting Reviewer' }).click();
    await page.getByRole('button', { name: 'Account: Vetting Reviewer' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('says so where the browser keeps nothing for pages', async () => {
    const { page } = await bench.open();
    await page.addInitScript(() => {
      Object.defineProperty(window, 'sessionStorage', {
        get() {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    });
    await page.reload();
    await page.getByRole('heading', { name: 'The console could not start' }).waitFor();
    await page.getByText('Access is denied for this document.').waitFor();
    await expectAccessible(page);
  });

  it('works at a name of this machine, too', async () => {
    const browser = await chromium.connect(inject('browserServer'));
    onTestFinished(() => browser.close());
    const url = bench.sandbox.url.replace('127.0.0.1', 'localhost');
    const { page, complaints } = await openConsole(browser, url, { as: 'Contoso Agent' });
    expect(new URL(page.url()).hostname).toBe('localhost');
    expect(complaints).toEqual([]);
  });
});

describe('a sandbox whose clock was moved', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
    await bench.sandbox.advance('P3D');
  });
  afterAll(() => bench.close());

  it('lets people sign in, and gets them another token where theirs has expired', async () => {
    const { page } = await bench.open({ as: 'Contoso Agent', path: '/developer' });
    await bench.sandbox.advance('P40D');
    const renewed = page.waitForResponse('**/oauth2/v2.0/token');
    await page.getByRole('link', { name: 'Overview' }).click();
    expect((await renewed).status()).toBe(200);
    await page.getByText('Loading').waitFor({ state: 'detached' });
    expect(await page.getByText('could not be loaded').count()).toBe(0);
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});

describe('where nobody can sign in', () => {
  it.each(looks)('says that the operator has named no application ($look)', async ({ look, colorScheme, viewport }) => {
    const service = await startService({
      port: 0,
      logLevel: 'silent',
      issuers: ['https://login.microsoftonline.com/{tenantid}/v2.0'],
      audiences: [PARTNER_CENTER_AUDIENCE],
    });
    const browser = await chromium.connect(inject('browserServer'));
    onTestFinished(async () => {
      await browser.close();
      await service.close();
    });
    const { page, complaints } = await openConsole(browser, service.url, { colorScheme, viewport });
    await page.getByRole('heading', { name: 'Nobody can sign in here yet' }).waitFor();
    expect(await page.getByRole('region', { name: 'Sandbox' }).count()).toBe(0);
    await expectAccessible(page);
    await takeScreenshot(page, `not-configured-${look}`);
    expect(complaints).toEqual([]);
  });

  it('asks for https where the page came in clear from another machine', async () => {
    const bench = await startConsole();
    onTestFinished(() => bench.close());
    const { page } = await bench.open();
    await page.route('http://vetted.example/**', async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: bench.sandbox.url + pathname }) });
    });
    await page.goto('http://vetted.example/');
    await page.getByRole('heading', { name: 'Open this page by https' }).waitFor();
    await page.getByText('http://vetted.example').waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, 'insecure-address-light');
  });
});
