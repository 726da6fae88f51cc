import { startService } from '@vetted/service';
import { call, PARTNER_CENTER_AUDIENCE } from '@vetted/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { clientId, startAuthority, type TestAuthority, tenantId } from './authority.js';
import { expectAccessible, looks, type OpenOptions, openConsole, takeScreenshot } from './console.js';

const operatorTenant = '6f3e2c88-9d40-4d8a-ac31-b05ea9fb8d74';
const ended = { error: 'invalid_grant', error_description: 'AADSTS700084: The refresh token has expired.' };

describe('signing in at Microsoft Entra ID', () => {
  let authority: TestAuthority;
  let service: Awaited<ReturnType<typeof startService>>;
  let browser: Browser;

  beforeAll(async () => {
    authority = await startAuthority();
    service = await startService({
      port: 0,
      logLevel: 'silent',
      issuers: [authority.issuer],
      audiences: [PARTNER_CENTER_AUDIENCE],
      operatorTenants: [operatorTenant],
      consoleClientId: clientId,
      consoleAuthority: authority.url,
    });
    browser = await chromium.connect(inject('browserServer'));
    const token = await authority.token({
      iss: authority.issuer.replace('{tenantid}', operatorTenant),
      tid: operatorTenant,
      roles: ['Vetting.Administer'],
    });
    const { status, text } = await call(`${service.url}/vetting/v1/partners/${tenantId}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada Partners' }),
    });
    expect(status, text).toBeLessThan(300);
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
    await authority.close();
  });
  beforeEach(() => {
    Object.assign(authority, { refusal: undefined, renewal: 'granted', lifetimeInSeconds: 3600, isSignedIn: false });
  });

  const open = (options: OpenOptions = {}) => openConsole(browser, service.url, options);
  const signIn = async (page: Page) => {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Account: Ada Agent' }).waitFor();
  };
  /** Signed in, where every call to the service asks for a token first. */
  const openWithShortTokens = async () => {
    authority.lifetimeInSeconds = 5;
    const opened = await open({ path: '/desk/none' });
    await signIn(opened.page);
    return opened;
  };

  it('sends the person there with PKCE, and back to page and query', async () => {
    const { page, complaints } = await open({ path: '/customers?search=school' });
    await signIn(page);
    expect(page.url()).toBe(`${service.url}/customers?search=school`);
    expect(Object.fromEntries(authority.signIns.at(-1) ?? [])).toMatchObject({
      client_id: clientId,
      redirect_uri: `${service.url}/`,
      response_type: 'code',
      scope: `openid profile offline_access ${PARTNER_CENTER_AUDIENCE}/user_impersonation`,
      code_challenge_method: 'S256',
      prompt: 'select_account',
    });
    expect(complaints).toEqual([]);
  });

  it('leaves no token and no code in storage, cookies, address or history', async () => {
    const { page, context, complaints } = await openWithShortTokens();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const kept = await page.evaluate(async () =>
      JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
        location.href,
        history.state,
        document.documentElement.outerHTML,
        (await indexedDB.databases()).map(({ name }) => name),
        await caches.keys(),
      ]),
    );
    const found = authority.secrets.filter((secret) => kept.includes(secret));
    expect([found, await context.cookies()]).toEqual([[], []]);
    expect(authority.secrets.length).toBeGreaterThan(3);
    await page.goBack();
    expect(page.url()).not.toMatch(/code=|state=/);
    expect(complaints).toEqual([]);
  });

  it('signs in again by itself when the page is loaded again', async () => {
    const { page, complaints } = await open({ path: '/customers?search=school' });
    await signIn(page);
    await page.reload();
    await page.getByRole('button', { name: 'Account: Ada Agent' }).waitFor();
    expect(page.url()).toBe(`${service.url}/customers?search=school`);
    expect(Object.fromEntries(authority.signIns.at(-1) ?? [])).toMatchObject({
      prompt: 'none',
      login_hint: 'ada@partner.example',
    });
    expect(complaints).toEqual([]);
  });

  it('shows the sign-in page, and no error, where the session there is over when the page is loaded again', async () => {
    const { page, complaints } = await open();
    await signIn(page);
    authority.isSignedIn = false;
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('could not be signed in').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('says why where the authority refuses', async () => {
    authority.refusal = { error: 'access_denied', error_description: 'AADSTS65004: You declined to consent.' };
    const { page, complaints } = await open({ path: '/developer' });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('AADSTS65004: You declined to consent.').waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, 'sign-in-refused-light');
    authority.refusal = undefined;
    await signIn(page);
    expect(complaints).toEqual([]);
  });

  it('takes no code that somebody else asked for', async () => {
    const { page, complaints } = await open({ path: '/?code=stolen&state=other' });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(page.url()).toBe(`${service.url}/`);
    expect(authority.tokenRequests.some((form) => form.get('code') === 'stolen')).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('renews its token without a word', async () => {
    const { page, complaints } = await openWithShortTokens();
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect.poll(() => authority.tokenRequests.at(-1)?.get('grant_type')).toBe('refresh_token');
    await page.getByText('Loading').waitFor({ state: 'detached' });
    expect(await page.getByText('could not be loaded').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('keeps the page under a dialog where the session is over, and leads back to it', async () => {
    const { page } = await openWithShortTokens();
    authority.renewal = ended;
    await page.getByRole('link', { name: 'Overview' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await page.getByRole('heading', { name: 'Overview', includeHidden: true }).waitFor();
    expect(await page.getByRole('alert', { includeHidden: true }).count()).toBe(0);
    expect(await page.getByText('could not be loaded').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await dialog.waitFor();
    for (const { look, colorScheme, viewport } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await expectAccessible(page);
      await takeScreenshot(page, `session-ended-${look}`);
    }
    authority.renewal = 'granted';
    await dialog.getByRole('button', { name: 'Sign in again' }).click();
    await page.waitForURL(`${service.url}/`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(authority.signIns.at(-1)?.get('login_hint')).toBe('ada@partner.example');
    expect(authority.signIns.at(-1)?.has('prompt')).toBe(false);
  });

  it.each<[string, TestAuthority['renewal'], RegExp]>([
    ['cannot be reached', 'unanswered', /where you sign in, cannot be reached/],
    ['is unwell', { error: 'temporarily_unavailable', error_description: 'AADSTS90033: Try later.' }, /AADSTS90033/],
  ])('does not take the session for ended where the authority %s', async (_, renewal, words) => {
    const { page } = await openWithShortTokens();
    authority.renewal = renewal;
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText(words).first().waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    authority.renewal = 'granted';
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByText(words).first().waitFor({ state: 'detached' });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('signs out there too, says so, and does not sign in again by itself', async () => {
    const { page, complaints } = await open();
    await signIn(page);
    await page.getByRole('button', { name: 'Account: Ada Agent' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${service.url}/`);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await expect.poll(() => authority.isSignedIn).toBe(false);
    const { length } = authority.signIns;
    authority.isSignedIn = true;
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(authority.signIns.length).toBe(length);
    expect(complaints).toEqual([]);
  });

  it('is one session in each tab', async () => {
    const { page, context, complaints } = await open();
    await signIn(page);
    const other = await context.newPage();
    await other.goto(`${service.url}/customers`);
    await signIn(other);
    await other.getByRole('button', { name: 'Account: Ada Agent' }).click();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.getByRole('link', { name: 'Customers', exact: true }).click();
    await page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('tells a person whose organisation is no partner what to do', async () => {
    const { page, complaints } = await open();
    await page.route('**/vetting/v1/caller', (route) =>
      route.fulfill({
        json: { tenantId: operatorTenant, subject: operatorTenant, kind: 'app+user', roles: [], mfa: true },
      }),
    );
    await signIn(page);
    await page.getByRole('heading', { name: 'There is nothing for you here yet' }).waitFor();
    for (const { look, colorScheme, viewport } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await expectAccessible(page);
      await takeScreenshot(page, `not-registered-${look}`);
    }
    expect(complaints).toEqual([]);
  });

  it('shows what the service has against a token, and lets the person sign out', async () => {
    const { page } = await open();
    await page.route('**/vetting/v1/caller', (route) =>
      route.fulfill({ status: 401, json: { code: '900421', description: 'MFA is required.', source: 'Vetted' } }),
    );
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('It needs a sign-in with multi-factor authentication.').waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, 'refused-by-service-light');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });

  it('says so where the authority cannot be reached at all', async () => {
    const { page } = await open();
    await page.route(`${new URL(authority.url).origin}/**`, (route) => route.abort());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('where you sign in, cannot be reached').waitFor();
    await page.unroute(`${new URL(authority.url).origin}/**`);
    await signIn(page);
  });
});
