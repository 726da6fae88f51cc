import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConsoleBench,
  expectAccessible,
  looks,
  type OpenedConsole,
  startConsole,
  takeScreenshot,
} from './console.js';
import { type Desk, deskOf, reviewOf, rowsOf } from './desk-support.js';

describe('the vetting desk by keyboard alone', () => {
  let bench: ConsoleBench;
  let desk: Desk;
  const opened: OpenedConsole[] = [];
  beforeAll(async () => {
    bench = await startConsole();
    desk = deskOf(bench.sandbox);
    await desk.clear();
  });
  afterEach(async () => {
    for (const { context } of opened.splice(0)) await context.close();
    await desk.clear();
  });
  afterAll(() => bench.close());

  const openDesk = async (path = '/desk') => {
    const one = await bench.open({ as: 'Vetting Reviewer', path });
    opened.push(one);
    return one;
  };

  it('opens, denies with Other, goes on to the next, approves it, and says that nothing waits', async () => {
    const first = await desk.submit('Alpine Ski House');
    const second = await desk.submit('Blue Yonder School');
    const { page, complaints } = await openDesk();
    await rowsOf(page).first().waitFor();
    const { keyboard } = page;

    await keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Alpine Ski House');
    await keyboard.press('Enter');
    await reviewOf(page).getByRole('heading', { name: 'Alpine Ski House' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2');

    await keyboard.press('d');
    const form = page.getByRole('form', { name: 'Deny Education for Alpine Ski House' });
    await form.waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
    await keyboard.type('Other');
    await keyboard.press('Tab');
    await keyboard.press('Control+Enter');
    await form.getByText('Write what the partner is to read.').waitFor();
    await keyboard.type('The website is for sale.');
    expect(await form.getByRole('figure').textContent()).toContain('DeniedThe website is for sale.');
    await keyboard.press('Tab');
    await keyboard.type('Looked like a shop.');
    await keyboard.press('Control+Enter');

    await page.getByRole('status').getByText('Denied').waitFor();
    await reviewOf(page).getByRole('heading', { name: 'Blue Yonder School' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Blue Yonder School');
    await keyboard.press('a');
    await page.getByRole('form', { name: 'Approve Education for Blue Yonder School' }).waitFor();
    await keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/desk');

    expect(await desk.get(first.id)).toMatchObject({
      status: 'Denied',
      reasonCode: 'Other',
      reason: 'The website is for sale.',
      note: 'Looked like a shop.',
    });
    expect(await desk.get(second.id)).toMatchObject({ status: 'Approved', version: 2 });
    expect(complaints).toEqual([]);
  });

  it('moves with j, k, arrows, Home and End, and goes back to the same row with Escape', async () => {
    for (const name of ['Alpha', 'Beta', 'Gamma']) await desk.submit(`${name} School`);
    const { page, complaints } = await openDesk();
    await rowsOf(page).nth(2).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.querySelector('bdi')?.textContent);
    for (const [key, name] of [
      ['j', 'Alpha School'],
      ['j', 'Beta School'],
      ['ArrowDown', 'Gamma School'],
      ['j', 'Gamma School'],
      ['k', 'Beta School'],
      ['Home', 'Alpha School'],
      ['End', 'Gamma School'],
      ['ArrowUp', 'Beta School'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(focused, { message: key }).toBe(name);
    }
    await page.keyboard.press('Enter');
    await reviewOf(page).getByRole('heading', { name: 'Beta School' }).waitFor();
    await expect.poll(() => page.locator('[aria-current=true]').textContent()).toContain('Beta School');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'No review is open' }).waitFor();
    await expect.poll(focused).toBe('Beta School');
    expect(complaints).toEqual([]);
  });

  it('leaves keys alone while a person types, and with a modifier key', async () => {
    const { id } = await desk.submit('Quiet School');
    const { page, complaints } = await openDesk(`/desk/${id}`);
    await reviewOf(page).getByRole('button', { name: 'Approve' }).waitFor();
    await page.keyboard.press('Control+d');
    await page.keyboard.press('Alt+a');
    await page.keyboard.press('/');
    await page.keyboard.type('jad?');
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('jad?');
    expect(await page.getByRole('form').count()).toBe(0);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('keeps what was written when a form is left, and gives the focus back', async () => {
    const { id } = await desk.submit('Draft School');
    const { page } = await openDesk(`/desk/${id}`);
    await reviewOf(page).getByRole('button', { name: 'Deny' }).waitFor();
    await page.keyboard.press('d');
    await page.getByRole('textbox', { name: 'Private note' }).fill('Called them on Monday.');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Deny');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'No review is open' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Approve' }).click();
    expect(await page.getByRole('textbox', { name: 'Private note' }).inputValue()).toBe('Called them on Monday.');
  });

  it.each(looks)('lists the keys, and turns single keys off for good ($look)', async ({ look, ...how }) => {
    const { id } = await desk.submit('Help School');
    const { page, complaints, context } = await bench.open({ as: 'Vetting Reviewer', path: `/desk/${id}`, ...how });
    opened.push({ page, complaints, context });
    await reviewOf(page).getByRole('button', { name: 'Approve' }).waitFor();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('Deny the open review').waitFor();
    await expectAccessible(page);
    await takeScreenshot(page, `desk-help-${look}`);
    await dialog.getByRole('switch', { name: 'Use single keys' }).click();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    await page.reload();
    await reviewOf(page).getByRole('button', { name: 'Approve' }).waitFor();
    await page.keyboard.press('d');
    expect(await page.getByRole('form').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
