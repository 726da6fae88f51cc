import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, looks, startConsole, takeScreenshot } from './console.js';
import { addCustomer, overflow, qualificationsPath, setFaults } from './qualifications.js';

/** What the page has sent to the route of requests: the id of each. */
function sentRequests(page: Page): string[] {
  const ids: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && /\/v1\/customers\/[^/]+\/qualifications$/.test(request.url()))
      ids.push(request.headers()['ms-requestid'] ?? '');
  });
  return ids;
}

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Request a qualification' });
const sendButton = (page: Page) => dialogOf(page).getByRole('button', { name: 'Send request' });

const codeField = (page: Page) => dialogOf(page).getByRole('textbox', { name: 'Validation code' });

const eventually = <Value>(value: () => Promise<Value>) => expect.poll(value, { timeout: 20_000 });

/** Opens the form and chooses a qualification. */
async function choose(page: Page, qualification: string): Promise<void> {
  await page.getByRole('button', { name: 'Request qualification' }).click();
  await dialogOf(page).getByRole('radio', { name: qualification }).check();
}

describe('requesting a qualification', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());
  beforeEach(() => setFaults(bench.sandbox, []));

  const open = async (companyName: string, how = {}) => {
    const customerId = await addCustomer(bench.sandbox, companyName);
    const opened = await bench.open({ as: 'Contoso Agent', path: qualificationsPath(customerId), ...how });
    return { ...opened, customerId, sent: sentRequests(opened.page) };
  };

  it('asks for Education what Education needs, says what it costs, and tells when a decision is due', async () => {
    const { page, sent, complaints } = await open('Education by form');
    await choose(page, 'Education');
    const dialog = dialogOf(page);
    await dialog.getByText('This uses 1 of the 3 attempts that are left. An approval is final.').waitFor();
    expect(await codeField(page).count()).toBe(0);
    expect(await sendButton(page).getAttribute('aria-disabled')).toBe('true');
    await dialog.getByRole('radio', { name: 'Higher education' }).check();
    await dialog.getByLabel('Website').fill('elsewhere.example.org');
    const websiteField = dialog.getByText(/^The website is in another domain than the customer's tenant/);
    await websiteField.first().waitFor();
    const described = await dialog.getByLabel('Website').getAttribute('aria-describedby');
    expect(described).toBeTruthy();
    await expectAccessible(page);
    await sendButton(page).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('status').getByText('Education requested').waitFor();
    await page
      .getByRole('status')
      .getByText(/^In review. A decision is due /)
      .waitFor();
    await page.getByRole('article', { name: 'Education' }).getByText('In review', { exact: true }).waitFor();
    await eventually(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Qualifications');
    expect(sent).toHaveLength(1);
    expect(await page.getByRole('region', { name: 'Notices' }).getByRole('button').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('lets a validation code be chosen, says what is left of it, and approves at once', async () => {
    const { page, complaints } = await open('City by form');
    await choose(page, 'Government Community Cloud');
    const dialog = dialogOf(page);
    await dialog.getByRole('radio', { name: /^12345 · Contoso, Inc\.\s*4 of 5 creates left$/ }).check();
    expect(await codeField(page).inputValue()).toBe('12345');
    await dialog
      .getByText('This uses one of the 4 creates left of code 12345; the approval cannot be taken back.')
      .waitFor();
    await sendButton(page).click();
    await page.getByRole('status').getByText('Government Community Cloud approved').waitFor();
    await page
      .getByRole('article', { name: 'Government Community Cloud' })
      .getByText('Approved', { exact: true })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  it('keeps a code that was typed, and takes another one only where a person chooses it', async () => {
    const { page, sent } = await open('City by keyboard');
    await choose(page, 'Government Community Cloud');
    await dialogOf(page)
      .getByRole('radio', { name: /^12345/ })
      .waitFor();
    await codeField(page).focus();
    for (const typed of ['5555', '9876540']) {
      await codeField(page).selectText();
      await page.keyboard.type(typed);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await codeField(page).inputValue()).toBe(typed);
      await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBe('true');
      await codeField(page).focus();
      await page.keyboard.press('Enter');
      expect(await codeField(page).inputValue()).toBe(typed);
    }
    await dialogOf(page)
      .getByText(/is not one of/)
      .first()
      .waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    const chosen = dialogOf(page).getByRole('radio', { name: /creates left/, checked: true });
    expect(await chosen.getAttribute('value')).toBe(await codeField(page).inputValue());
    await dialogOf(page)
      .getByText(/creates left of code/)
      .waitFor();
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBeNull();
    expect(sent).toEqual([]);
  });

  it('does not send a validation code that is not known, malformed, or used up', async () => {
    const exhaust = async () => {
      const customers = await Promise.all([1, 2, 3, 4, 5].map((count) => addCustomer(bench.sandbox, `City ${count}`)));
      for (const customerId of customers) {
        const request = { qualification: 'GovernmentCommunityCloud', validationCode: '987654' };
        expect((await bench.sandbox.request(customerId, request)).status).toBe(201);
      }
    };
    await exhaust();
    const { page, sent, complaints } = await open('City without a code');
    await choose(page, 'Government Community Cloud');
    const dialog = dialogOf(page);
    const code = codeField(page);
    const describedBy = () =>
      code.evaluate((input) =>
        (input.getAttribute('aria-describedby') ?? '')
          .split(' ')
          .map((id) => document.getElementById(id)?.textContent)
          .join(' '),
      );
    await code.fill('no-such-code');
    await eventually(describedBy).toContain('The validation code is not one of');
    await code.fill('987654');
    await eventually(describedBy).toContain('The validation code has no creates left. Use another one.');
    await dialog.getByText('the approval cannot be taken back', { exact: false }).waitFor({ state: 'detached' });
    await code.fill('<script>alert(1)</script>');
    await eventually(describedBy).toContain('The validation code ');
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBe('true');
    await sendButton(page).evaluate((button: HTMLElement) => button.click());
    await expectAccessible(page);
    expect(sent).toEqual([]);
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
  });

  it('asks for State Owned Entity nothing but says what it means', async () => {
    const { page, complaints } = await open('Railways by form');
    await choose(page, 'State Owned Entity');
    await dialogOf(page)
      .getByText(/^By sending this you confirm that the state owns or controls the customer\./)
      .waitFor();
    await sendButton(page).click();
    await page.getByRole('status').getByText('State Owned Entity set').waitFor();
    await page.getByRole('article', { name: 'State Owned Entity' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('sends once, however often a person clicks', async () => {
    const { page, sent } = await open('Clicked twice');
    await choose(page, 'State Owned Entity');
    await setFaults(bench.sandbox, [{ method: 'POST', path: '/v1/customers/*/qualifications', delayMs: 500 }]);
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBeNull();
    // All in one task of the page, before it can show anything.
    await sendButton(page).evaluate((button: HTMLElement) => {
      button.click();
      button.click();
      button.closest('form')?.requestSubmit();
    });
    await page.getByRole('article', { name: 'State Owned Entity' }).waitFor();
    expect(sent).toHaveLength(1);
  });

  it('has one effect where the answer was lost and a person tries again, and keeps what was filled in', async () => {
    const { page, sent, customerId } = await open('Cut off');
    await choose(page, 'Education');
    const dialog = dialogOf(page);
    await dialog.getByRole('radio', { name: 'K-12' }).check();
    await dialog.getByLabel('Website').fill('approved.example.edu');
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBeNull();
    const cut = { path: '/v1/customers/*/qualifications', dropConnection: 'after' };
    await setFaults(bench.sandbox, [{ ...cut, method: 'POST' }]);
    await sendButton(page).click();
    await dialog.getByText(/^It is not known whether the request arrived/).waitFor();
    // The page behind knows by now what the form does not; that must not keep the person from learning it.
    await page.locator('article', { hasText: 'Education' }).getByText('In review', { exact: true }).waitFor();
    expect(await dialog.getByLabel('Website').inputValue()).toBe('approved.example.edu');
    await setFaults(bench.sandbox, []);
    await sendButton(page).click();
    await dialog.waitFor({ state: 'detached' });
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent).size).toBe(1);
    const { body } = await bench.sandbox.get(`/vetting/v1/customers/${customerId}/qualifications/Education`);
    expect(body).toMatchObject({ attempt: 1, vettingStatus: 'InReview' });
  });

  it('gives a changed form an id of its own', async () => {
    const { page, sent } = await open('Changed after a refusal');
    await choose(page, 'Education');
    const dialog = dialogOf(page);
    await dialog.getByRole('radio', { name: 'K-12' }).check();
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBeNull();
    await setFaults(bench.sandbox, [{ method: 'POST', path: '/v1/customers/*/qualifications', status: 409, times: 1 }]);
    await sendButton(page).click();
    await dialog.getByText('The request was not accepted').waitFor();
    await dialog.getByRole('button', { name: 'Copy correlation ID' }).waitFor();
    await takeScreenshot(page, 'request-refused-light');
    await expectAccessible(page);
    await dialog.getByLabel('Website').fill('approved.example.edu');
    await dialog.getByText('The request was not accepted').waitFor({ state: 'detached' });
    await sendButton(page).click();
    await dialog.waitFor({ state: 'detached' });
    expect(new Set(sent).size).toBe(2);
  });

  it('names what is wrong with a website beside it', async () => {
    const { page, sent } = await open('Hostile website');
    await choose(page, 'Education');
    const dialog = dialogOf(page);
    await dialog.getByRole('radio', { name: 'K-12' }).check();
    await dialog.getByLabel('Website').fill('javascript:alert(document.domain)');
    await dialog
      .getByText(/^The website is no public address/)
      .first()
      .waitFor();
    await dialog.getByLabel('Website').fill('\u202e\u0000edu');
    await dialog
      .getByText(/^The website must/)
      .first()
      .waitFor();
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBe('true');
    await dialog.getByLabel('Website').fill('someone@gmail.com');
    await dialog
      .getByText(/^The website is no public address/)
      .first()
      .waitFor();
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBeNull();
    expect(sent).toEqual([]);
  });

  it('requests again after a denial, and tells what the second attempt costs', async () => {
    const { page, customerId, complaints } = await open('Requested again');
    const denied = { qualification: 'Education', educationSegment: 'K12', website: 'denied.example.edu' };
    await bench.sandbox.request(customerId, denied);
    await bench.sandbox.advance('PT2H');
    await page.getByRole('article', { name: 'Education' }).getByRole('button', { name: 'Request again' }).click();
    const dialog = dialogOf(page);
    expect(await dialog.getByRole('radio', { name: 'Education' }).first().isChecked()).toBe(true);
    await dialog.getByText('This uses 1 of the 2 attempts that are left. An approval is final.').waitFor();
    await dialog.getByRole('radio', { name: 'K-12' }).check();
    await dialog.getByLabel('Website').fill('approved.example.edu');
    await dialog.getByLabel('Website').press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('article', { name: 'Education' }).getByText('Requested again').waitFor();
    const notices = page.getByRole('region', { name: 'Notices' });
    await notices.getByText('Education requested').waitFor();
    await bench.sandbox.advance('PT2H');
    await notices.getByText('Requested again: Education approved').waitFor();
    expect(await notices.getByText('Education requested').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('offers no qualification that cannot be requested, says why, and gives the focus back', async () => {
    const { page, customerId, complaints } = await open('Reviewed already');
    await bench.sandbox.request(customerId, { qualification: 'Education', educationSegment: 'K12' });
    await page.getByRole('article', { name: 'Education' }).waitFor();
    await page.getByRole('button', { name: 'Request qualification' }).click();
    const dialog = dialogOf(page);
    const radio = (name: string) => dialog.getByRole('radio', { name });
    await radio('Education In review already.').waitFor();
    expect(await radio('Education In review already.').isDisabled()).toBe(true);
    expect(await radio('Government Community Cloud Does not combine with Education').isDisabled()).toBe(true);
    expect(await radio('State Owned Entity').isEnabled()).toBe(true);
    await takeScreenshot(page, 'request-obstacles-light');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await eventually(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Request qualification');
    expect(complaints).toEqual([]);
  });

  it('says that no attempt is left where the qualification is chosen', async () => {
    const { page, customerId } = await open('Denied thrice');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const denied = { qualification: 'Education', educationSegment: 'K12', website: 'denied.example.edu' };
      expect((await bench.sandbox.request(customerId, denied)).status).toBe(201);
      await bench.sandbox.advance('PT2H');
    }
    await page.getByText('All 3 attempts are used; it cannot be requested again.').waitFor();
    await page.getByRole('button', { name: 'Request qualification' }).click();
    const education = dialogOf(page).getByRole('radio', { name: 'Education Denied, and all 3 attempts are used.' });
    expect(await education.isDisabled()).toBe(true);
  });

  it('tells no cost of a request that came too late, but why it cannot be sent', async () => {
    const { page, customerId, sent } = await open('Overtaken');
    await choose(page, 'Education');
    const dialog = dialogOf(page);
    await dialog.getByText(/^This uses 1 of the 3 attempts/).waitFor();
    await bench.sandbox.request(customerId, { qualification: 'Education', educationSegment: 'K12' });
    await dialog.getByText('It is in review already. Wait for the decision.').first().waitFor();
    await dialog.getByText(/^This uses/).waitFor({ state: 'detached' });
    await dialog.getByRole('radio', { name: 'K-12' }).check();
    expect(await sendButton(page).getAttribute('aria-disabled')).toBe('true');
    expect(sent).toEqual([]);
  });

  it.each(looks)('looks as it should: $look', async ({ look, ...how }) => {
    const { page, complaints } = await open(`Look ${look}`, how);
    const dialog = dialogOf(page);
    const look_ = async (name: string) => {
      await takeScreenshot(page, `request-${name}-${look}`);
      await expectAccessible(page);
      expect(await overflow(page)).toBe(0);
    };
    await page.getByRole('button', { name: 'Request qualification' }).click();
    await dialog.waitFor();
    await look_('open');
    await dialog.getByRole('radio', { name: 'Education' }).check();
    await dialog.getByText(/^This uses 1 of the 3 attempts/).waitFor();
    await look_('education');
    await dialog.getByLabel('Website').fill('someone.example.org');
    await dialog
      .getByText(/^The website is in another domain/)
      .first()
      .waitFor();
    await look_('findings');
    await dialog.getByRole('radio', { name: 'Government Community Cloud' }).check();
    await codeField(page).fill('12345');
    await dialog.getByText(/creates left of code 12345/).waitFor();
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBeNull();
    await look_('government');
    await codeField(page).fill('1');
    await dialog
      .getByText(/is not one of/)
      .first()
      .waitFor();
    await look_('error');
    await dialog.getByRole('radio', { name: 'State Owned Entity' }).check();
    await eventually(() => sendButton(page).getAttribute('aria-disabled')).toBeNull();
    await look_('state-owned');
    expect(complaints).toEqual([]);
  });
});
