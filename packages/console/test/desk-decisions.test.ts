import { vettingReasons } from '@vetted/contract';
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

const bottomOf = (box: { readonly y: number; readonly height: number } | null) =>
  box === null ? Infinity : box.y + box.height;

describe('a decision at the vetting desk', () => {
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
    await faults([]);
    await desk.clear();
  });
  afterAll(() => bench.close());

  const openReview = async (id: string, how: OpenOptions = {}) => {
    const one = await bench.open({ as: 'Vetting Reviewer', path: `/desk/${id}`, ...how });
    opened.push(one);
    await reviewOf(one.page).getByRole('heading', { level: 2 }).waitFor();
    return one;
  };
  const faults = async (rules: readonly object[]) => {
    const { status } = await fetch(`${bench.sandbox.url}/sandbox/v1/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
    expect(status).toBe(200);
  };

  it('shows each documented reason as the partner will read it', async () => {
    const { id, customerId } = await desk.submit('Reason School');
    const { page, complaints } = await openReview(id);
    await page.getByRole('button', { name: 'Deny' }).click();
    const preview = page.getByRole('figure', { name: 'What the partner will read' });
    expect(await preview.textContent()).toContain('No reason yet');
    for (const [code, text] of Object.entries(vettingReasons)) {
      await page.getByRole('combobox', { name: 'Reason' }).selectOption(code);
      expect(await preview.locator('bdi').textContent()).toBe(text);
    }
    await page.getByRole('textbox', { name: 'Your own words' }).fill('Not a school,\nbut a shop.');
    expect(await preview.locator('bdi').textContent()).toBe('Not a school, but a shop.');
    await page.getByRole('button', { name: 'Confirm denial' }).click();
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
    const { body } = await bench.sandbox.qualifications(customerId);
    expect(body).toMatchObject([{ vettingStatus: 'Denied', vettingReason: 'Not a school, but a shop.' }]);
    expect(complaints).toEqual([]);
  });

  it('shows a form whole, clear of the bar at the foot of a sandbox', async () => {
    const { id } = await desk.submit('Foot School');
    const { page } = await openReview(id);
    const bar = page.getByRole('region', { name: 'Sandbox' });
    await bar.waitFor();
    await page.getByRole('button', { name: 'Deny' }).click();
    const send = page.getByRole('button', { name: 'Confirm denial' });
    const room = async () => ((await bar.boundingBox())?.y ?? 0) - bottomOf(await send.boundingBox());
    await expect.poll(room).toBeGreaterThan(0);
    await takeScreenshot(page, 'desk-deny-foot-light');
  });

  it('never lets the partner see the private note', async () => {
    const { id, customerId } = await desk.submit('Note School');
    const { page } = await openReview(id);
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('NotAnEligibleMuseum');
    await page.getByRole('textbox', { name: 'Private note' }).fill('Neighbour says:\nno museum.');
    expect(await page.getByRole('figure').textContent()).not.toContain('Neighbour');
    await page.getByRole('button', { name: 'Confirm denial' }).click();
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
    expect(await desk.get(id)).toMatchObject({ note: 'Neighbour says:\nno museum.' });
    const education = `/vetting/v1/customers/${customerId}/qualifications/Education`;
    for (const path of [`/v1/customers/${customerId}/qualifications`, education, `${education}/history`]) {
      const { status, text } = await bench.sandbox.get(path);
      expect(status, path).toBe(200);
      expect(text, path).not.toContain('Neighbour');
    }
  });

  it('says what is missing or too long, and sends nothing until it is right', async () => {
    const { id } = await desk.submit('Limit School');
    const { page, complaints } = await openReview(id);
    await page.getByRole('button', { name: 'Deny' }).click();
    const send = page.getByRole('button', { name: 'Confirm denial' });
    await send.click();
    await page.getByText('Choose a reason.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('Other');
    await page.getByText('Write what the partner is to read.').waitFor();
    await page.getByRole('textbox', { name: 'Your own words' }).fill('é'.repeat(513));
    await page.getByText('1 too many: at most 512 characters.').waitFor();
    await page.getByRole('textbox', { name: 'Private note' }).fill('🏫'.repeat(2_003));
    await page.getByText('3 too many: at most 2,000 characters.').waitFor();
    await expectAccessible(page);
    await send.click();
    expect(await desk.get(id)).toMatchObject({ status: 'InReview', version: 1 });
    await page.getByRole('textbox', { name: 'Your own words' }).fill('é'.repeat(512));
    await page.getByRole('textbox', { name: 'Private note' }).fill('🏫'.repeat(2_000));
    await send.click();
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
    expect(await desk.get(id)).toMatchObject({ reason: 'é'.repeat(512), note: '🏫'.repeat(2_000) });
    expect(complaints).toEqual([]);
  });

  it.each(looks)('asks for what a denial needs ($look)', async ({ look, ...how }) => {
    const { id } = await desk.submit('Form School');
    const { page, complaints } = await openReview(id, how);
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('NotAnAcademicDomain');
    await expectAccessible(page);
    await takeScreenshot(page, `desk-deny-${look}`);
    expect(complaints).toEqual([]);
  });

  it.each(looks)('says that another reviewer was faster, and shows the outcome ($look)', async ({ look, ...how }) => {
    const { id } = await desk.submit('Contested School');
    await desk.submit('Following School');
    const { page } = await openReview(id, how);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('textbox', { name: 'Private note' }).fill('Fine.');
    await desk.decideAsAnother(id, { decision: 'Denied', reasonCode: 'NotAnEligibleLibrary' });
    await page.getByRole('button', { name: 'Confirm approval' }).click();
    const message = page.getByRole('alert').filter({ hasText: 'Another reviewer was faster' });
    await message.waitFor();
    expect(await message.textContent()).toMatch(/Denied on .+ by .+: Not an eligible Library/);
    expect(await page.getByRole('form').count()).toBe(0);
    await expectAccessible(page);
    await takeScreenshot(page, `desk-faster-${look}`);
    await message.getByRole('button', { name: 'Next in the queue' }).click();
    await reviewOf(page).getByRole('heading', { name: 'Following School' }).waitFor();
    expect(await desk.get(id)).toMatchObject({ status: 'Denied', version: 2 });
  });

  it('notices by itself that another reviewer was faster, and that the queue has changed', async () => {
    const { id } = await desk.submit('Watched School');
    const one = await openReview(id);
    await holdClock(one);
    const { page, complaints } = one;
    await reviewOf(page).getByRole('heading', { name: 'Watched School' }).waitFor();
    await rowsOf(page).first().waitFor();
    await desk.decideAsAnother(id, { decision: 'Approved' });
    await passRefresh(one);
    await page.getByRole('alert').filter({ hasText: 'Another reviewer was faster' }).waitFor();
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('decides once, with one request id, however often it is sent', async () => {
    const { id } = await desk.submit('Once School');
    const { page } = await openReview(id);
    const requestIds: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/decision'))
        requestIds.push(request.headers()['ms-requestid']);
    });
    await faults([{ method: 'POST', path: '/vetting/v1/reviews/*', dropConnection: 'after', times: 1 }]);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Confirm approval' }).dblclick();
    await page.getByRole('status').getByText('Once School').waitFor();
    expect(requestIds).toHaveLength(2);
    expect(new Set(requestIds).size).toBe(1);
    expect(await desk.get(id)).toMatchObject({ status: 'Approved', version: 2 });
  });

  it("shows a decision whose answer never came as the reviewer's own", async () => {
    const { id } = await desk.submit('Silent School');
    const { page } = await openReview(id);
    await faults([{ method: 'POST', path: '/vetting/v1/reviews/*', dropConnection: 'after', times: 3 }]);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Confirm approval' }).click();
    await page.getByText('Decided byyou').waitFor();
    expect(await page.getByText('was faster').count()).toBe(0);
    expect(await desk.get(id)).toMatchObject({ status: 'Approved', version: 2 });
  });

  it('keeps the form where the service refuses, and says why', async () => {
    const { id } = await desk.submit('Refused School');
    const { page } = await openReview(id);
    await faults([{ method: 'POST', path: '/vetting/v1/reviews/*', status: 403, times: 1 }]);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('textbox', { name: 'Private note' }).fill('Kept.');
    await page.getByRole('button', { name: 'Confirm approval' }).click();
    await page.getByRole('alert').filter({ hasText: 'Nothing was decided' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Private note' }).inputValue()).toBe('Kept.');
    await page.getByRole('button', { name: 'Confirm approval' }).click();
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
    expect(await desk.get(id)).toMatchObject({ status: 'Approved', note: 'Kept.' });
  });

  it('takes an approval back with a reason that the partner does not see', async () => {
    const { id, customerId } = await desk.submit('Closed School');
    await desk.decideAsAnother(id, { decision: 'Approved' });
    const { page, complaints } = await openReview(id);
    await page.getByRole('button', { name: 'Take the approval back' }).click();
    const form = page.getByRole('form', { name: /Take back the approval/ });
    await form.getByRole('button', { name: 'Confirm taking back' }).click();
    await form.getByText('Write why the approval is taken back.').waitFor();
    expect(await form.getByRole('figure').textContent()).toContain(vettingReasons.NoLongerAnEducationCustomer);
    await form.getByRole('textbox', { name: 'Why, for reviewers only' }).fill('It has closed.');
    await expectAccessible(page);
    await takeScreenshot(page, 'desk-reopen-light');
    await form.getByRole('button', { name: 'Confirm taking back' }).click();
    await page.getByRole('status').getByText('Closed School').waitFor();
    const { body, text } = await bench.sandbox.qualifications(customerId);
    expect(body).toMatchObject([
      { vettingStatus: 'Denied', vettingReason: vettingReasons.NoLongerAnEducationCustomer },
    ]);
    expect(text).not.toContain('It has closed.');
    expect(complaints).toEqual([]);
  });

  it('leaves a request to another reviewer that the reviewer submitted themselves', async () => {
    const { users } = bench.sandbox.description;
    const { tenantId } = users.reviewer;
    const customerId = '9e1d2c3b-4a59-4687-9a7b-8c9d0e1f2a3c';
    const provision = async (path: string, body: object) => {
      const { status } = await fetch(`${bench.sandbox.url}/vetting/v1/partners/${tenantId}${path}`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${await bench.sandbox.userToken('administrator')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
      expect(status).toBeLessThan(300);
    };
    await provision('', { name: 'The authority itself' });
    await provision(`/customers/${customerId}`, { companyName: 'Own School', domain: 'own.example.edu' });
    const education = { qualification: 'Education', educationSegment: 'K12' };
    const token = await bench.sandbox.userToken('reviewer');
    expect((await bench.sandbox.request(customerId, education, { token })).status).toBe(201);
    const one = await bench.open({ as: 'Vetting Reviewer', path: '/desk?search=Own' });
    opened.push(one);
    await rowsOf(one.page).getByRole('link', { name: 'Own School' }).click();
    await one.page.getByText('You submitted this request. Another reviewer has to decide it.').waitFor();
    expect(await one.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await one.page.keyboard.press('a');
    expect(await one.page.getByRole('form').count()).toBe(0);
  });
});
