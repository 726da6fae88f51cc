import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, expectAccessible, type Person, startConsole } from './console.js';
import { goTo } from './harm.js';
import { expectToFit } from './overflow.js';

const tailspin = '2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03';

interface VisitedPage {
  readonly path: string;
  readonly as: Person;
  /** The heading that stands there once what the page is about has been loaded. */
  readonly heading: string;
}

const pages: readonly VisitedPage[] = [{ path: '/', as: 'Contoso Agent', heading: 'Decisions, last 30 days' }];

/** 200 % zoom halves the window in CSS pixels, and doubles the pixels of the screen for each. */
const sizes = [
  { size: '360 px', viewport: { width: 360, height: 740 } },
  { size: '1280 px', viewport: { width: 1280, height: 800 } },
  { size: '3840 px', viewport: { width: 3840, height: 2160 } },
  { size: '1280 px at 200 % zoom', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
] as const;

describe('every page', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.close());

  const people = [...new Set(pages.map(({ as }) => as))];
  const looks = sizes.flatMap((size) => (['light', 'dark'] as const).map((colorScheme) => ({ ...size, colorScheme })));
  const visits = looks.flatMap((look) => people.map((as) => ({ as, ...look })));

  it.each(visits)('of $as fits $size and is accessible, $colorScheme', { timeout: 120_000 }, async (visit) => {
    const { as, size: _, ...how } = visit;
    const { page, context, complaints } = await bench.open({ as, ...how });
    for (const { path, heading } of pages.filter((one) => one.as === as)) {
      await goTo(page, path);
      await page.getByRole('heading', { name: heading }).first().waitFor();
      await expectToFit(page);
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});
