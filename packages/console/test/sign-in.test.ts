import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, startConsole, takeScreenshot } from './console.js';

describe('signing in', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());

  it('signs a sample user in and comes back to the page that was asked for', async () => {
    const { page, complaints } = await bench.open({ path: '/customers' });
    await takeScreenshot(page, 'sign-in-light');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign in as Contoso Agent' }).click();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/customers');
    await takeScreenshot(page, 'customers-light');
    await page.reload();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
