import { call, type TestSandbox } from '@vetted/testkit';
import type { Page } from 'playwright-core';

/** Adds a customer of the sample partner; the answer is its id. */
export async function addCustomer({ post }: TestSandbox, companyName: string): Promise<string> {
  const domain = `${crypto.randomUUID()}.example.edu`;
  const { status, text, body } = await post('/sandbox/v1/customers', { companyName, domain });
  if (status !== 201) throw new Error(`The customer was not added: ${status} ${text}`);
  return body.id;
}

/** Where the console shows a customer's qualifications. */
export function qualificationsPath(customerId: string): string {
  return `/customers/${customerId}/qualifications`;
}

/** Has the sandbox fail as the rules say; none end what stands. */
export async function setFaults({ url }: TestSandbox, rules: readonly object[]): Promise<void> {
  const { status, text } = await call(`${url}/sandbox/v1/faults`, {
    method: 'PUT',
    body: JSON.stringify(rules),
    headers: { 'content-type': 'application/json' },
  });
  if (status !== 200) throw new Error(`The faults were not set: ${status} ${text}`);
}

/** By how many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
