import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { startSandbox, type TestSandbox } from '@vetted/testkit';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Page,
} from 'playwright-core';
import { expect, inject } from 'vitest';

const screenshots = fileURLToPath(new URL('../screenshots/', import.meta.url));

/** The sample users, by the names they are shown under. */
export type Person = 'Contoso Agent' | 'Vetting Reviewer' | 'Vetting Administrator';

export interface OpenOptions extends BrowserContextOptions {
  /** Who signs in; nobody where it is absent. */
  readonly as?: Person;
  /** Where the console is opened. Default `/`. */
  readonly path?: string;
}

/** A page of the console in a context of its own, and what must never happen there. */
export interface OpenedConsole {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors, refusals of the page's policy, and messages on the console, so far. */
  readonly complaints: readonly string[];
}

/** A sandbox and a browser to look at it with. */
export interface ConsoleBench {
  readonly sandbox: TestSandbox;
  open(options?: OpenOptions): Promise<OpenedConsole>;
  close(): Promise<void>;
}

export async function startConsole(options: Parameters<typeof startSandbox>[0] = {}): Promise<ConsoleBench> {
  const sandbox = await startSandbox(options);
  const browser = await chromium.connect(inject('browserServer'));
  return {
    sandbox,
    open: (how = {}) => openConsole(browser, sandbox.url, how),
    async close() {
      await browser.close();
      await sandbox.close();
    },
  };
}

export async function openConsole(
  browser: Browser,
  url: string,
  { as: person, path = '/', ...context }: OpenOptions,
): Promise<OpenedConsole> {
  const opened = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 800 },
    ...context,
  });
  opened.setDefaultTimeout(20_000);
  const page = await opened.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (isNoRegistration(message)) return;
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  await page.goto(url + path);
  if (person !== undefined) {
    await page.getByRole('button', { name: `Sign in as ${person}` }).click();
    await page
      .getByRole('button', { name: /account|sign out/i })
      .first()
      .waitFor();
  }
  return { page, context: opened, complaints };
}

/** A browser complains of every 404; this one says that the partner has no webhook, which is no mistake. */
function isNoRegistration(message: ConsoleMessage): boolean {
  return message.text().includes('404') && message.location().url.endsWith('/webhooks/v1/registration');
}

/** Holds a page, as it stands, to WCAG 2.2 AA and to axe's best practices. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map(({ target, failureSummary }) => [target.join(' '), failureSummary]),
    })),
  ).toEqual([]);
}

/** Writes what the page looks like into packages/console/screenshots: what is seen of it, or all of it. */
export async function takeScreenshot(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  const seen = page.viewportSize();
  // Playwright's own full page leaves what sticks to the foot of the window where the window ended.
  if (fullPage && seen !== null) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...seen, height: Math.max(seen.height, height) });
  }
  await page.screenshot({ path: `${screenshots}${name}.png`, animations: 'disabled' });
  if (fullPage && seen !== null) await page.setViewportSize(seen);
}

/** Every way in which a page is looked at: light, dark and narrow. */
export const looks = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { look: 'narrow', colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const;
