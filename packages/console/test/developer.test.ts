import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { callRegistration, openInbox, register, stateOwned, verified } from '../../service/test/webhook-inbox.js';
import { verifyWebhookSample } from '../src/features/developer/verify-webhook.sample.js';
import { expectAccessible } from './console.js';
import { complaintsBut, openDeveloperPage, registerOnPage, startOwnConsole } from './developer-bench.js';
import { expectToFit } from './overflow.js';

const focused = (place: Locator) => place.evaluate((element) => element === document.activeElement);

const refusedAddresses = [
  ['', 'not blank'],
  ['javascript:alert(1)', 'Must be an https or http URL.'],
  ['https://192.0.2.1/hook', 'outside this machine'],
  ['http://user:word@127.0.0.1/', 'Must have no user name and no password.'],
] as const;

describe('the registration of a webhook', () => {
  it('shows the secret once, by which the test event is verified that it then delivers', async () => {
    const bench = await startOwnConsole();
    const inbox = await openInbox();
    const { page, complaints } = await openDeveloperPage(bench);
    const secret = await registerOnPage(page, inbox.url);
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByRole('status').filter({ hasText: 'Delivered' }).waitFor();
    const [arrival] = await inbox.first(1);
    expect(arrival && verified(arrival, secret)).toMatchObject({ EventName: 'test-created' });
    const attempts = page.getByRole('list', { name: 'Attempts to deliver the test event' });
    expect(await attempts.getByRole('listitem').count()).toBe(1);
    await page.reload();
    await page.getByText(inbox.url).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(complaints).toEqual([]);
  });

  it('forgets the secret when the person has kept it, and when they leave', async () => {
    const bench = await startOwnConsole();
    const inbox = await openInbox();
    const { page } = await openDeveloperPage(bench);
    await registerOnPage(page, inbox.url);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByText('whsec_').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'End registration' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End registration' }).click();
    await registerOnPage(page, inbox.url);
    await page.getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    await page.getByRole('link', { name: 'Developer' }).click();
    await page.getByText(inbox.url).waitFor();
    expect(await page.getByText('whsec_').count()).toBe(0);
  });

  it('registers once where the answer was lost and the person tries again', async () => {
    const bench = await startOwnConsole();
    const inbox = await openInbox();
    const { page } = await openDeveloperPage(bench);
    const ids = new Set<string | undefined>();
    let sent = 0;
    await page.route('**/webhooks/v1/registration', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      ids.add(route.request().headers()['ms-requestid']);
      sent += 1;
      const response = await route.fetch();
      // The client itself tries three times.
      return sent <= 3 ? route.abort() : route.fulfill({ response });
    });
    await page.getByRole('textbox', { name: 'URL' }).fill(inbox.url);
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByText('The service cannot be reached').waitFor();
    await page.getByRole('button', { name: 'Register' }).click();
    await page.locator('code', { hasText: 'whsec_' }).waitFor();
    expect({ sent, ids: ids.size }).toEqual({ sent: 4, ids: 1 });
  });

  it('is changed to another address and other events', async () => {
    const bench = await startOwnConsole();
    const [former, later] = [await openInbox(), await openInbox()];
    await register(bench.sandbox, former.url);
    const { page, complaints } = await openDeveloperPage(bench);
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('textbox', { name: 'URL' }).fill(later.url);
    await page.getByRole('checkbox', { name: 'test-created' }).uncheck();
    await page.getByRole('checkbox', { name: 'x-ms-signature' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Repeats the signature').waitFor();
    await expect.poll(() => focused(page.getByRole('button', { name: 'Change' }))).toBe(true);
    const { body } = await callRegistration(bench.sandbox, 'GET');
    expect(body).toMatchObject({
      WebhookUrl: later.url,
      WebhookEvents: ['customer-qualification-updated'],
      SignatureTokenToMsSignatureHeader: true,
    });
    expect(complaints).toEqual([]);
  });

  it('ends once that is confirmed, and not before', async () => {
    const bench = await startOwnConsole();
    const inbox = await openInbox();
    await register(bench.sandbox, inbox.url);
    const { page } = await openDeveloperPage(bench);
    await page.getByRole('button', { name: 'End registration' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(await focused(page.getByRole('button', { name: 'End registration' }))).toBe(true);
    expect((await callRegistration(bench.sandbox, 'GET')).status).toBe(200);
    await page.getByRole('button', { name: 'End registration' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End registration' }).click();
    await page.getByRole('button', { name: 'Register' }).waitFor();
    await expect.poll(() => focused(page.getByRole('textbox', { name: 'URL' }))).toBe(true);
    expect((await callRegistration(bench.sandbox, 'GET')).status).toBe(404);
  });

  it('says at each field what the service finds wrong with it', async () => {
    const bench = await startOwnConsole();
    const { page, complaints } = await openDeveloperPage(bench);
    const url = page.getByRole('textbox', { name: 'URL' });
    const submit = page.getByRole('button', { name: 'Register' });
    for (const [address, problem] of refusedAddresses) {
      await url.fill(address);
      await submit.click();
      await page.getByRole('alert').filter({ hasText: problem }).waitFor();
      await expect.poll(() => focused(url)).toBe(true);
      expect(await url.getAttribute('aria-invalid')).toBe('true');
    }
    await expectAccessible(page);
    await url.fill('http://127.0.0.1:9/');
    await page.getByRole('checkbox', { name: 'customer-qualification-updated' }).uncheck();
    await submit.click();
    await page.getByRole('group', { name: 'Events' }).getByRole('alert').filter({ hasText: 'Must' }).waitFor();
    expect(complaintsBut(complaints, 400)).toEqual([]);
  });
});

describe('test events and deliveries', () => {
  it('show each attempt at a receiver that fails, and when the next one follows', async () => {
    const bench = await startOwnConsole();
    const inbox = await openInbox((_arrival, count) => (count < 3 ? 500 : 204));
    await register(bench.sandbox, inbox.url);
    const { page, complaints } = await openDeveloperPage(bench);
    await page.getByRole('button', { name: 'Send test event' }).click();
    const attempts = page.getByRole('list', { name: 'Attempts to deliver the test event' }).getByRole('listitem');
    await attempts.filter({ hasText: 'InternalServerError' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Will be tried again' }).waitFor();
    const row = page.getByRole('row', { name: 'Test event' });
    await row.getByRole('cell', { name: 'Will be tried again' }).waitFor();
    await bench.sandbox.advance('PT10S');
    await attempts.nth(1).waitFor();
    await bench.sandbox.advance('PT10M');
    await page.getByRole('status').filter({ hasText: 'Delivered' }).waitFor();
    await row.getByRole('cell', { name: 'Delivered' }).waitFor();
    await row.getByRole('button', { name: '3 attempts' }).click();
    const listed = page.getByRole('list', { name: 'Attempts to deliver test-created' }).getByRole('listitem');
    expect(await listed.allInnerTexts()).toEqual([
      expect.stringContaining('InternalServerError'),
      expect.stringContaining('InternalServerError'),
      expect.stringContaining('NoContent'),
    ]);
    expect(complaints).toEqual([]);
  });

  it('says when the next test event may be sent where two were sent within a minute', async () => {
    const bench = await startOwnConsole();
    const inbox = await openInbox();
    await register(bench.sandbox, inbox.url);
    const { page } = await openDeveloperPage(bench);
    for (const count of [1, 2]) {
      await page.getByRole('button', { name: 'Send test event' }).click();
      await inbox.first(count);
    }
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByText(/The next may be sent in \d+ s\./).waitFor();
    expect(inbox.arrivals.length).toBe(2);
    await page.getByRole('button', { name: 'Advance the clock by 1 hour' }).click();
    await page.getByText('The next may be sent now.').waitFor();
  });

  it('say which event waits for an earlier one of the same customer', async () => {
    const bench = await startOwnConsole();
    const { sandbox } = bench;
    const inbox = await openInbox(() => 503);
    await register(sandbox, inbox.url);
    const id = sandbox.description.customers[6]?.id ?? '';
    await sandbox.request(id, stateOwned);
    await inbox.first(1);
    await sandbox.request(id, { qualification: 'Education', educationSegment: 'K12', website: 'a.example.edu' });
    const { page, complaints } = await openDeveloperPage(bench);
    const rows = page.getByRole('table', { name: 'Recent deliveries' }).getByRole('row');
    await rows.filter({ hasText: 'Education' }).getByRole('cell', { name: 'Waits for an earlier event' }).waitFor();
    await rows.filter({ hasText: 'State Owned Entity' }).getByRole('cell', { name: 'Will be tried again' }).waitFor();
    expect(await page.getByText('Waits for an earlier event').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('shows a hostile address and a hostile name as the text that they are', async () => {
    const bench = await startOwnConsole();
    const { sandbox } = bench;
    const inbox = await openInbox();
    const path = `/<img src=x onerror=alert(1)>?a="><script>alert(1)</script>${'x'.repeat(1_200)}`.replaceAll(
      ' ',
      '%20',
    );
    const address = new URL(inbox.url).origin + path;
    await register(sandbox, address);
    const companyName = '<img src=x onerror=alert(1)> \u202Eloohcs\u202C 🏫';
    const { body: customer } = await sandbox.post('/sandbox/v1/customers', { companyName, domain: 'x.example.com' });
    await sandbox.request(customer.id, stateOwned);
    const { page, complaints } = await openDeveloperPage(bench, { viewport: { width: 360, height: 740 } });
    await page.getByText(address, { exact: true }).waitFor();
    await page.getByRole('link', { name: companyName }).waitFor();
    expect(await page.locator('img[src=x], script:not([src])').count()).toBe(0);
    await expectToFit(page);
    expect(complaints).toEqual([]);
  });
});

describe('the code sample', () => {
  it('is the example of the client, which is compiled', async () => {
    const source = await readFile(new URL('../../client/src/webhook.ts', import.meta.url), 'utf8');
    expect(source.replaceAll(/^ \* ?/gm, '')).toContain(verifyWebhookSample);
  });
});
