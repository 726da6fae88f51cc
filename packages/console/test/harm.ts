import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Watches a page for what hostile texts want of it; the list grows with what they get. */
export function watchForHarm(page: Page): readonly string[] {
  const harm: string[] = [];
  const { origin } = new URL(page.url());
  page.on('dialog', async (dialog) => {
    harm.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) harm.push(`request: ${request.url()}`);
  });
  page.context().on('page', (opened) => harm.push(`window: ${opened.url()}`));
  return harm;
}

/** Holds a page, as it stands, to have run nothing, made nothing of text, and let no text turn its neighbours round. */
export async function expectHarmless(page: Page): Promise<void> {
  expect(await harmIn(page)).toEqual([]);
}

/** What of a page can only come of a text that was taken for more than a text: each with its kind and its element. */
export async function harmIn(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const all = [...document.body.querySelectorAll('*')];
    const made = [
      ...document.body.querySelectorAll(
        'img:not([src="/assets/vetted.svg"]), picture, iframe, object, embed, video, audio, base, link, meta, math, style, script, animate, form[action]',
      ),
    ];
    const handlers = all.filter(({ attributes }) => [...attributes].some(({ name }) => /^on|^srcdoc$/.test(name)));
    const links = [...document.links].filter(({ protocol }) => !/^https?:$/.test(protocol));
    const careless = [...document.links].filter(
      ({ origin, rel, target }) => origin !== location.origin && !(target === '_blank' && /noopener/.test(rel)),
    );

    /** Where a text's direction stays with it: at a block, or where the style isolates it. */
    const isBoundary = (element: Element) => {
      const { display, unicodeBidi } = getComputedStyle(element);
      return display !== 'inline' || /isolate|plaintext/.test(unicodeBidi);
    };
    const unbounded: Element[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      if (!/[\u202a-\u202e\u2066-\u2069]/.test(node.nodeValue ?? '')) continue;
      let box = node.parentElement;
      while (box !== null && !isBoundary(box)) box = box.parentElement;
      if (box !== null && box.textContent !== node.nodeValue) unbounded.push(box);
    }
    const found = { made, handlers, links, careless, unbounded };
    return [
      ...(Object.hasOwn(window, '__xss') ? ['ran'] : []),
      ...Object.entries(found).flatMap(([kind, elements]) =>
        elements.map((element) => `${kind}: ${element.outerHTML.slice(0, 160)}`),
      ),
    ];
  });
}

/** Goes to a path within the console, as one of its own links would: the session and its tokens stay. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
}

/** Waits until a text stands in a place to the letter, at least so many times. */
export async function expectToTell(place: Locator, text: string, times = 1): Promise<void> {
  const count = async () => ((await place.textContent()) ?? '').split(text).length - 1;
  await expect.poll(count, { timeout: 20_000, message: text }).toBeGreaterThanOrEqual(times);
}
