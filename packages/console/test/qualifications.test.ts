import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, looks, startConsole, takeScreenshot } from './console.js';
import { addCustomer, overflow, qualificationsPath, setFaults } from './qualifications.js';

describe("a customer's qualifications", () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());

  const open = (customerId: string, how = {}) =>
    bench.open({ as: 'Contoso Agent', path: qualificationsPath(customerId), ...how });

  const requestEducation = async (customerId: string, website: string) => {
    const { status } = await bench.sandbox.request(customerId, {
      qualification: 'Education',
      educationSegment: 'K12',
      website,
    });
    expect(status).toBe(201);
  };

  it('say that there is none yet, and offer to request one', async () => {
    const customerId = await addCustomer(bench.sandbox, 'Nobody yet');
    const { page, complaints } = await open(customerId);
    await page.getByRole('heading', { name: 'No qualification yet' }).waitFor();
    await page.getByRole('button', { name: 'Request qualification' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('show a review with its due date, and how long it is overdue', async () => {
    const customerId = await addCustomer(bench.sandbox, 'In review');
    await requestEducation(customerId, 'nobody-knows.example.edu');
    const { page, complaints } = await open(customerId);
    const card = page.getByRole('article', { name: 'Education' });
    await card.getByText('In review', { exact: true }).waitFor();
    await card.getByText('Decision due').waitFor();
    await card.getByText(/^\d days left$/).waitFor();
    await card.getByText('2 of 3').waitFor();
    const steps = card.getByRole('list', { name: 'History of Education, newest first' }).getByRole('listitem');
    expect(await steps.allInnerTexts()).toEqual([expect.stringMatching(/^Requested\n.+ by your organisation\n/)]);
    await bench.sandbox.advance('P9D');
    await page.reload();
    await card.getByText(/^\d days overdue$/).waitFor();
    expect(complaints).toEqual([]);
  });

  it('show a denial with its reason and remedy, until no attempt is left', async () => {
    const customerId = await addCustomer(bench.sandbox, 'Denied');
    await requestEducation(customerId, 'denied.example.edu');
    await bench.sandbox.advance('PT2H');
    const { page, complaints } = await open(customerId);
    const card = page.getByRole('article', { name: 'Education' });
    await card.getByText('Not an Education Customer').first().waitFor();
    await card.getByText(/^Request again with the customer's official website/).waitFor();
    await card.getByRole('button', { name: 'Request again' }).waitFor();
    await card.getByText('2 of 3').waitFor();
    for (const website of ['not-academic.example.edu', 'denied.example.edu']) {
      await requestEducation(customerId, website);
      await bench.sandbox.advance('PT2H');
    }
    await card.getByText('All 3 attempts are used; it cannot be requested again.').waitFor();
    await card.getByText('0 of 3').waitFor();
    expect(await card.getByRole('button', { name: 'Request again' }).count()).toBe(0);
    const titles = await card.getByRole('listitem').allInnerTexts();
    expect(titles.map((text) => text.split('\n')[0])).toEqual([
      'Denied',
      'Requested again',
      'Denied',
      'Requested again',
      'Denied',
      'Requested',
    ]);
    expect(titles[2]).toContain('Not an Academic Domain');
    expect(complaints).toEqual([]);
  });

  it('copy the correlation id of a step', async () => {
    const customerId = await addCustomer(bench.sandbox, 'Correlated');
    const correlationId = crypto.randomUUID();
    await bench.sandbox.request(
      customerId,
      { qualification: 'StateOwnedEntity' },
      { headers: { 'ms-correlationid': correlationId } },
    );
    const { page } = await open(customerId, { permissions: ['clipboard-read', 'clipboard-write'] });
    const card = page.getByRole('article', { name: 'State Owned Entity' });
    await card.getByText('Effective', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Copy correlation ID' }).click();
    await card.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(correlationId);
  });

  it('show what a reviewer writes to the letter, and make nothing of it', async () => {
    const reason = `<img src=x onerror="document.title='hacked'"> \u202egnp.exe {{7*7}} ${'W'.repeat(256)} 🏫`;
    const customerId = await addCustomer(bench.sandbox, 'Hostile <b>"Customer"</b>');
    await requestEducation(customerId, 'javascript:alert(1)');
    const reviewer = { token: await bench.sandbox.userToken('reviewer') };
    const { body } = await bench.sandbox.get(`/vetting/v1/reviews?search=${encodeURIComponent('Hostile')}`, reviewer);
    const decision = { decision: 'Denied', reasonCode: 'Other', reason };
    const decided = await bench.sandbox.post(`/vetting/v1/reviews/${body.items[0].id}/decision`, decision, reviewer);
    expect([decided.status, decided.text]).toEqual([200, expect.anything()]);
    const { page, complaints } = await open(customerId, { viewport: { width: 360, height: 740 } });
    const card = page.getByRole('article', { name: 'Education' });
    await card.getByText(reason, { exact: true }).first().waitFor();
    expect(await card.locator('img, script, b').count()).toBe(0);
    expect(await page.title()).not.toContain('hacked');
    expect(await overflow(page)).toBe(0);
    await takeScreenshot(page, 'qualifications-hostile-narrow');
    expect(complaints).toEqual([]);
  });

  it('say what failed, with its correlation id, and try again', async () => {
    const customerId = await addCustomer(bench.sandbox, 'Failing');
    const { page } = await open('', { path: `/customers/${customerId}/account` });
    await setFaults(bench.sandbox, [{ path: '/v1/customers/*/qualifications', status: 403 }]);
    await page.getByRole('link', { name: 'Qualifications' }).click();
    await page.getByText('The qualifications could not be loaded').waitFor();
    await page.getByRole('button', { name: 'Copy correlation ID' }).waitFor();
    await expectAccessible(page);
    await setFaults(bench.sandbox, []);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'No qualification yet' }).waitFor();
    await page.getByText('The qualifications could not be loaded').waitFor({ state: 'detached' });
  });

  it.each(looks)('look as they should: $look', async ({ look, ...how }) => {
    const open = (name: string) => bench.sandbox.description.customers.find(({ companyName }) => companyName === name);
    const pages = {
      none: open('Adventure Works')?.id,
      'in-review': open('Fabrikam Academy')?.id,
      denied: open('Tailspin Training')?.id,
      approved: open('City of Relecloud')?.id,
    };
    for (const [name, customerId] of Object.entries(pages)) {
      const { page, context, complaints } = await bench.open({
        as: 'Contoso Agent',
        path: qualificationsPath(customerId ?? ''),
        ...how,
      });
      const shown =
        name === 'none' ? page.getByText('No qualification yet') : page.getByRole('article').getByRole('term').first();
      await shown.waitFor();
      await takeScreenshot(page, `qualifications-${name}-${look}`);
      await expectAccessible(page);
      expect(complaints).toEqual([]);
      await context.close();
    }
  });
});
