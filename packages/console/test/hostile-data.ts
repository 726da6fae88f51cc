import type { TestSandbox } from '@vetted/testkit';
import { expect } from 'vitest';
import { freshToken } from './fresh-token.js';
import { asDomain, hostileTexts } from './hostile-corpus.js';

/** Two customers that have a hostile text wherever one can stand. */
export interface HostileCase {
  readonly text: string;
  /** Denied Education, with the text as the reason and as the reviewers' note. */
  readonly denied: { readonly customerId: string; readonly reviewId: string };
  /** In review and overdue, with the text as its website. */
  readonly waiting: { readonly customerId: string; readonly reviewId: string };
}

/** Fills the sample partner's portfolio with hostile texts through the service's own routes, and lets the reviews become overdue. */
export async function fillWithHostileTexts(sandbox: TestSandbox): Promise<readonly HostileCase[]> {
  const cases: HostileCase[] = [];
  for (const [index, text] of hostileTexts.entries()) {
    const denied = await submit(sandbox, customerIdOf(2 * index), text);
    await decide(sandbox, denied.reviewId, text);
    cases.push({ text, denied, waiting: await submit(sandbox, customerIdOf(2 * index + 1), text) });
  }
  await sandbox.advance('P7D');
  return cases;
}

/** As much of a text as the relationship may hold. */
export function relationshipOf(text: string): string {
  return [...text].slice(0, 30).join('').trim();
}

function customerIdOf(number: number): string {
  return `c0ffee00-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** Registers a customer of this name, and requests Education for it. */
async function submit(sandbox: TestSandbox, customerId: string, text: string) {
  const customer = {
    companyName: text,
    domain: asDomain(text),
    country: 'XX',
    relationshipToPartner: relationshipOf(text),
  };
  await put(
    sandbox,
    `/vetting/v1/partners/${sandbox.description.tenantId}/customers/${customerId}`,
    customer,
    await sandbox.userToken('administrator'),
  );
  const request = { qualification: 'Education', educationSegment: 'K12', website: text };
  const requested = await sandbox.request(customerId, request);
  expect(requested.status, requested.text).toBe(201);
  const token = await sandbox.userToken('reviewer');
  const { body } = await sandbox.get(`/vetting/v1/reviews?search=${customerId}`, { token });
  return { customerId, reviewId: body.items[0].id as string };
}

async function decide(sandbox: TestSandbox, reviewId: string, text: string): Promise<void> {
  const denial = { decision: 'Denied', reasonCode: 'Other', reason: text, note: text };
  const token = await sandbox.userToken('reviewer');
  const answer = await sandbox.post(`/vetting/v1/reviews/${reviewId}/decision`, denial, { token });
  expect(answer.status, answer.text).toBe(200);
}

/** Gives the sample partner a webhook at an address, in place of the one it has. */
export async function registerWebhook(sandbox: TestSandbox, WebhookUrl: string): Promise<void> {
  const path = '/webhooks/v1/registration';
  const token = await freshToken(sandbox, 'agent');
  const registration = { WebhookUrl, WebhookEvents: ['test-created'] };
  const { status } = await sandbox.get(path, { token });
  if (status === 404) expect((await sandbox.post(path, registration, { token })).status).toBe(200);
  else await put(sandbox, path, registration, token);
}

async function put({ url }: TestSandbox, path: string, body: object, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
  expect(response.ok, await response.text()).toBe(true);
}
