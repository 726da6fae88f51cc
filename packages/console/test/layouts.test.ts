import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, type Person, startConsole } from './console.js';
import { goTo } from './harm.js';
import { registerWebhook } from './hostile-data.js';
import { expectToFit } from './overflow.js';

const tailspin = '2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03';

interface VisitedPage {
  /** Of a review there is none to name before the sandbox runs. */
  readonly path: string | ((reviewId: string) => string);
  readonly as: Person;
  /** The heading that stands there once what the page is about has been loaded. */
  readonly heading: string;
}

const pages: readonly VisitedPage[] = [
  { path: '/', as: 'Contoso Agent', heading: 'Decisions, last 30 days' },
  { path: '/customers', as: 'Contoso Agent', heading: 'Customers' },
  { path: `/customers/${tailspin}/account`, as: 'Contoso Agent', heading: 'Customer Account Info' },
  { path: `/customers/${tailspin}/qualifications`, as: 'Contoso Agent', heading: 'Education' },
  { path: '/developer', as: 'Contoso Agent', heading: 'Recent deliveries' },
  { path: '/nowhere', as: 'Contoso Agent', heading: 'There is no such page' },
  { path: '/desk', as: 'Vetting Reviewer', heading: 'Queue' },
  { path: (reviewId) => `/desk/${reviewId}`, as: 'Vetting Reviewer', heading: 'Fabrikam Academy' },
];

/** 200 % zoom halves the window in CSS pixels, and doubles the pixels of the screen for each. */
const sizes = [
  { size: '360 px', viewport: { width: 360, height: 740 } },
  { size: '1280 px', viewport: { width: 1280, height: 800 } },
  { size: '3840 px', viewport: { width: 3840, height: 2160 } },
  { size: '1280 px at 200 % zoom', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
] as const;

describe('every page', () => {
  let bench: ConsoleBench;
  let reviewId: string;
  beforeAll(async () => {
    bench = await startConsole();
    const token = await bench.sandbox.userToken('reviewer');
    const { body } = await bench.sandbox.get('/vetting/v1/reviews?status=InReview', { token });
    reviewId = body.items[0].id;
    // Without one the service answers 404, which the browser notes as an error.
    await registerWebhook(bench.sandbox, 'http://127.0.0.1:9/');
  });
  afterAll(() => bench.close());

  const people = [...new Set(pages.map(({ as }) => as))];
  const visits = sizes.flatMap((size) => people.map((as) => ({ as, ...size })));

  it.each(visits)('of $as fits $size and is accessible, light and dark', { timeout: 180_000 }, async (visit) => {
    const { as, size: _, ...how } = visit;
    const { page, context, complaints } = await bench.open({ as, ...how });
    for (const { path, heading } of pages.filter((one) => one.as === as)) {
      await page.emulateMedia({ colorScheme: 'light' });
      await goTo(page, typeof path === 'string' ? path : path(reviewId));
      await page.getByRole('heading', { name: heading }).first().waitFor();
      await expectToFit(page);
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectContrast(page);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** Holds the colours of a page to WCAG; all else that axe looks at is the same in light and dark. */
async function expectContrast(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withRules(['color-contrast']).analyze();
  const found = violations.flatMap(({ nodes }) => nodes.map(({ target, failureSummary }) => [target, failureSummary]));
  expect(found).toEqual([]);
}
