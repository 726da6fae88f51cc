import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { callRegistration, openInbox, register, stateOwned } from '../../service/test/webhook-inbox.js';
import { type ConsoleBench, expectAccessible, looks, takeScreenshot } from './console.js';
import { openDeveloperPage, registerOnPage, startOwnConsole } from './developer-bench.js';
import { expectToFit } from './overflow.js';

/** What a state of the page looks like from top to bottom: accessible, and not wider than its window. */
async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page);
  await expectToFit(page);
  await takeScreenshot(page, name, { fullPage: true });
}

/** One delivery that is taken, one that waits, and one that was dropped as its registration ended. */
async function makeDeliveries({ sandbox }: ConsoleBench): Promise<void> {
  const failing = await openInbox(() => 503);
  const { customers } = sandbox.description;
  await register(sandbox, failing.url);
  await sandbox.request(customers[6]?.id ?? '', stateOwned);
  await failing.first(1);
  await callRegistration(sandbox, 'DELETE');
  const inbox = await openInbox(({ event }) => (event.ResourceUri?.includes(customers[7]?.id ?? '') ? 503 : 204));
  await register(sandbox, inbox.url);
  await sandbox.request(customers[0]?.id ?? '', stateOwned);
  await sandbox.request(customers[7]?.id ?? '', stateOwned);
  await inbox.first(2);
}

describe.each(looks)('the developer page, $look', ({ look: how, ...context }) => {
  it('is pleasant and accessible from no registration to a delivered test event', async () => {
    const bench = await startOwnConsole();
    const inbox = await openInbox();
    const { page, complaints } = await openDeveloperPage(bench, context);
    await page.getByRole('checkbox', { name: 'test-created' }).waitFor();
    await page.getByText('Nothing was sent in the last week').waitFor();
    await look(page, `developer-none-${how}`);
    await registerOnPage(page, inbox.url);
    await look(page, `developer-secret-${how}`);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByRole('status').filter({ hasText: 'Delivered' }).waitFor();
    await look(page, `developer-registered-${how}`);
    await page.getByRole('button', { name: 'End registration' }).click();
    await page.getByRole('alertdialog').waitFor();
    await look(page, `developer-end-${how}`);
    expect(complaints).toEqual([]);
  });

  it('is pleasant and accessible with deliveries and their attempts', async () => {
    const bench = await startOwnConsole();
    await makeDeliveries(bench);
    const { page, complaints } = await openDeveloperPage(bench, context);
    const waiting = page.getByRole('row').filter({ hasText: 'Will be tried again' });
    await page.getByRole('link', { name: 'Litware Institute' }).waitFor();
    await waiting.getByRole('button', { name: 'attempts' }).click();
    await look(page, `developer-deliveries-${how}`);
    expect(complaints).toEqual([]);
  });
});
