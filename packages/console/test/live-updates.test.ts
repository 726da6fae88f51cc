import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, looks, startConsole, takeScreenshot } from './console.js';
import { addCustomer, overflow, qualificationsPath, setFaults } from './qualifications.js';

const EVENTS = '/vetting/v1/events';

/** All that is asked of the service but scripts. */
const everyCall = /\/v1\/|\/$/;

/** The streams that the page has asked for, and which of them have ended. */
function streamsOf(page: Page) {
  const streams = { opened: [] as (string | undefined)[], ended: 0 };
  page.on('request', (request) => {
    if (request.url().endsWith(EVENTS)) streams.opened.push(request.headers()['last-event-id']);
  });
  const count = (request: { url(): string }) => {
    if (request.url().endsWith(EVENTS)) streams.ended += 1;
  };
  page.on('requestfailed', count);
  page.on('requestfinished', count);
  return streams;
}

/** Has the page believe that the person looks at another tab, or at this one again. */
async function setSeen(page: Page, isSeen: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    },
    isSeen ? 'visible' : 'hidden',
  );
}

/** Holds two parts of the page not to lie over one another. */
async function expectClear(one: Locator, other: Locator): Promise<void> {
  const [first, second] = await Promise.all([one.boundingBox(), other.boundingBox()]);
  if (first === null || second === null) throw new Error('One of them is not shown.');
  expect(first.y >= second.y + second.height || second.y >= first.y + first.height).toBe(true);
}

describe('live updates', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());
  beforeEach(() => setFaults(bench.sandbox, []));

  const open = async (customerId: string, how = {}) => {
    const opened = await bench.open({ as: 'Contoso Agent', path: qualificationsPath(customerId), ...how });
    await opened.page.getByRole('heading', { name: 'Qualifications' }).waitFor();
    return opened;
  };

  /** Opens a page whose streams are counted from its loading on. */
  const openCounted = async (customerId: string) => {
    const { page, ...rest } = await open(customerId);
    const streams = streamsOf(page);
    const stream = page.waitForResponse((response) => response.url().endsWith(EVENTS));
    await page.reload();
    await stream;
    return { page, streams, ...rest };
  };

  const requestEducation = async (customerId: string, website: string) => {
    const request = { qualification: 'Education', educationSegment: 'K12', website };
    expect((await bench.sandbox.request(customerId, request)).status).toBe(201);
  };

  it('show a decision without reloading, and tell it with a link to the customer', async () => {
    const customerId = await addCustomer(bench.sandbox, 'Live Academy');
    const { page, complaints } = await open(customerId);
    await page.getByText('No qualification yet').waitFor();
    await requestEducation(customerId, 'approved.example.edu');
    const card = page.getByRole('article', { name: 'Education' });
    await card.getByText('In review', { exact: true }).waitFor();
    const notices = page.getByRole('region', { name: 'Notices' });
    await notices.getByText('Live Academy: Education requested').waitFor();
    // Not where the person is already.
    expect(await notices.getByRole('link').count()).toBe(0);
    await page.getByRole('link', { name: 'Overview' }).click();
    await bench.sandbox.advance('PT2H');
    await notices.getByText('Live Academy: Education approved').waitFor();
    expect(await notices.getByText('Live Academy: Education requested').count()).toBe(0);
    await notices.getByRole('link', { name: 'Show customer' }).click();
    await card.getByText('Approved', { exact: true }).first().waitFor();
    expect(new URL(page.url()).pathname).toBe(qualificationsPath(customerId));
    expect(complaints).toEqual([]);
  });

  it('tell a denial with its reason to the letter', async () => {
    const name = '<img src=x onerror=alert(1)> \u202eHostile';
    const customerId = await addCustomer(bench.sandbox, name);
    await requestEducation(customerId, 'not-academic.example.edu');
    const { page, complaints } = await open(customerId);
    await page.getByRole('article', { name: 'Education' }).waitFor();
    await bench.sandbox.advance('PT2H');
    const notices = page.getByRole('region', { name: 'Notices' });
    await notices.getByText(`${name}: Education denied`, { exact: true }).waitFor();
    await notices.getByText('Not an Academic Domain').waitFor();
    expect(await notices.locator('img').count()).toBe(0);
    await expectClear(notices.getByRole('button'), page.getByRole('banner'));
    await expectClear(notices.getByRole('button'), page.getByRole('region', { name: 'Sandbox' }));
    await takeScreenshot(page, 'notice-light');
    await notices.getByRole('button', { name: /^Dismiss/ }).click();
    await notices.getByText('Not an Academic Domain').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('tell many changes at a time by their number', async () => {
    const customers = await Promise.all([1, 2, 3, 4, 5].map((count) => addCustomer(bench.sandbox, `Many ${count}`)));
    for (const customerId of customers) await requestEducation(customerId, 'approved.example.edu');
    const { page, streams } = await openCounted(customers[0] ?? '');
    const names: string[] = [];
    page.on('request', (request) => {
      if (/\/v1\/customers\/[^/]+$/.test(request.url())) names.push(request.url());
    });
    await page.getByRole('article', { name: 'Education' }).getByText('In review', { exact: true }).waitFor();
    // Whoever looks away has them all at once when they look again.
    await setSeen(page, false);
    await expect.poll(() => streams.ended, { timeout: 20_000 }).toBe(streams.opened.length);
    await bench.sandbox.advance('PT2H');
    await setSeen(page, true);
    await page.getByRole('status').getByText('5 qualifications have changed').waitFor();
    expect(names.filter((url) => !url.endsWith(customers[0] ?? ''))).toEqual([]);
  });

  it('leave what is there where the service is no longer reached, which is said once, until it is again', async () => {
    const customerId = await addCustomer(bench.sandbox, 'Outage Academy');
    const { page } = await openCounted(customerId);
    await page.getByText('No qualification yet').waitFor();
    await page.route(everyCall, (route) => route.abort());
    await requestEducation(customerId, 'approved.example.edu');
    const banner = page.getByRole('status').filter({ hasText: 'The service cannot be reached' });
    await banner.waitFor();
    await takeScreenshot(page, 'unreachable-light');
    await page.getByText('No qualification yet').waitFor();
    expect(await page.getByText('could not be loaded').count()).toBe(0);
    await page.unroute(everyCall);
    await page.getByRole('article', { name: 'Education' }).getByText('In review', { exact: true }).waitFor();
    await banner.waitFor({ state: 'detached' });
  });

  it('load what failed as soon as the stream is open again', async () => {
    const { page, streams } = await openCounted(await addCustomer(bench.sandbox, 'Stream Academy'));
    await setSeen(page, false);
    await expect.poll(() => streams.ended, { timeout: 20_000 }).toBe(streams.opened.length);
    await page.route(everyCall, (route) => route.abort());
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await page.getByText('The customers could not be loaded').waitFor();
    await page.unroute(everyCall);
    // The look that the page itself takes for the service every few seconds is to find nothing here.
    await page.route(/\/$/, (route) => route.abort());
    await setSeen(page, true);
    await page.getByRole('link', { name: 'Stream Academy' }).waitFor();
    await page.getByText('The service cannot be reached').waitFor({ state: 'detached' });
  });

  it('hold no connection while nobody looks, and show what was missed when somebody does again', async () => {
    const customerId = await addCustomer(bench.sandbox, 'Hidden Academy');
    await requestEducation(customerId, 'approved.example.edu');
    const { page, streams } = await openCounted(customerId);
    await page.getByRole('article', { name: 'Education' }).getByText('In review', { exact: true }).waitFor();
    await setSeen(page, false);
    await expect.poll(() => streams.ended, { timeout: 20_000 }).toBe(streams.opened.length);
    const before = streams.opened.length;
    await bench.sandbox.advance('PT2H');
    expect(streams.opened).toHaveLength(before);
    await setSeen(page, true);
    await page.getByRole('article', { name: 'Education' }).getByText('Approved', { exact: true }).first().waitFor();
    await page.getByRole('status').getByText('Hidden Academy: Education approved').waitFor();
    expect(streams.opened).toHaveLength(before + 1);
    expect(streams.opened.at(-1)).toMatch(/^\d+$/);
  });

  it('come where the connection could not be made at first', async () => {
    const customerId = await addCustomer(bench.sandbox, 'Unconnected Academy');
    const { page } = await open(customerId);
    let tries = 0;
    await page.route(`**${EVENTS}`, async (route) => {
      tries += 1;
      if (tries === 1) await route.abort('connectionreset');
      else await route.continue();
    });
    const stream = page.waitForResponse((response) => response.url().endsWith(EVENTS));
    await page.reload();
    await page.getByText('No qualification yet').waitFor();
    await stream;
    await requestEducation(customerId, 'approved.example.edu');
    await page.getByRole('article', { name: 'Education' }).getByText('In review', { exact: true }).waitFor();
    expect(tries).toBeGreaterThan(1);
  });

  it('leave the page in peace where the service refuses the stream', async () => {
    await setFaults(bench.sandbox, [{ method: 'GET', path: EVENTS, status: 403 }]);
    const customerId = await addCustomer(bench.sandbox, 'Refused Academy');
    const { page, streams } = await openCounted(customerId);
    await page.getByText('No qualification yet').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(streams.opened).toHaveLength(1);
  });

  it.each(looks)('look as they should: $look', async ({ look, ...how }) => {
    const customerId = await addCustomer(bench.sandbox, `Litware Institute of ${'W'.repeat(60)}`);
    await requestEducation(customerId, 'denied.example.edu');
    const { page } = await open(customerId, how);
    await page.getByRole('article', { name: 'Education' }).waitFor();
    await bench.sandbox.advance('PT2H');
    await page.getByRole('region', { name: 'Notices' }).getByText('Not an Education Customer').waitFor();
    await takeScreenshot(page, `notice-${look}`);
    await expectAccessible(page);
    expect(await overflow(page)).toBe(0);
  });
});
