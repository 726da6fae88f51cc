import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Holds a page, as it stands, to fit its window's width: nothing makes it scroll sideways. */
export async function expectToFit(page: Page): Promise<void> {
  const { content, window, widest } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const beyond = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    const describe = (element: Element) => `${element.outerHTML.slice(0, 160)}…`;
    return { content: scrollWidth, window: clientWidth, widest: beyond.slice(0, 3).map(describe) };
  });
  expect(content, `wider than the window: ${widest.join(' | ')}`).toBeLessThanOrEqual(window);
}
