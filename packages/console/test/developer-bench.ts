import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { type ConsoleBench, type OpenOptions, startConsole } from './console.js';

/** A sandbox with a browser for one test alone: what one registers, another must not find. */
export async function startOwnConsole(): Promise<ConsoleBench> {
  const bench = await startConsole();
  onTestFinished(() => bench.close());
  return bench;
}

/** The developer page as the sample partner's agent sees it. */
export async function openDeveloperPage(bench: ConsoleBench, options: OpenOptions = {}) {
  const opened = await bench.open({ as: 'Contoso Agent', path: '/developer', ...options });
  await opened.page.getByRole('heading', { name: 'Webhook' }).waitFor();
  return opened;
}

/** Registers an address on the page, and gives the secret that it shows. */
export async function registerOnPage(page: Page, url: string): Promise<string> {
  await page.getByRole('textbox', { name: 'URL' }).fill(url);
  await page.getByRole('button', { name: 'Register' }).click();
  const secret = await page.locator('code', { hasText: 'whsec_' }).textContent();
  return secret ?? '';
}

/** What a page complained of, but for the refusals that the test asked for: a browser complains of each. */
export function complaintsBut(complaints: readonly string[], ...statuses: readonly number[]): string[] {
  return complaints.filter((complaint) => !statuses.some((status) => complaint.includes(`status of ${status}`)));
}
