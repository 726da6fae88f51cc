import type { TestSandbox } from '@vetted/testkit';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OpenedConsole } from './console.js';

const reviews = '/vetting/v1/reviews';

/** What a test has to know of a review. */
export interface SubmittedReview {
  readonly id: string;
  readonly customerId: string;
  readonly companyName: string;
}

/** A partner's side and other reviewers', by the service's own API. */
export function deskOf(sandbox: TestSandbox) {
  const asReviewer = async () => ({ token: await sandbox.userToken('reviewer') });
  const asAnother = async () => ({ token: await sandbox.userToken('administrator') });
  const desk = {
    /** Adds a customer, and requests Education for it. */
    async submit(companyName: string, members: { domain?: string; website?: string } = {}): Promise<SubmittedReview> {
      const { domain = 'school.example.edu', ...request } = members;
      const { status, text, body } = await sandbox.post('/sandbox/v1/customers', {
        companyName,
        domain,
        country: 'DE',
      });
      expect(status, text).toBe(201);
      return desk.request(body.id, request);
    },
    async request(customerId: string, { website = 'www.school.example.edu' } = {}): Promise<SubmittedReview> {
      const answer = await sandbox.request(customerId, {
        qualification: 'Education',
        educationSegment: 'K12',
        website,
      });
      expect(answer.status, answer.text).toBe(201);
      const { body } = await sandbox.get(`${reviews}?status=InReview&search=${customerId}`, await asReviewer());
      return body.items[0];
    },
    async get(reviewId: string) {
      return (await sandbox.get(`${reviews}/${reviewId}`, await asReviewer())).body;
    },
    /** Decides as another reviewer than the one who sits at the desk. */
    async decideAsAnother(reviewId: string, decision: object): Promise<void> {
      const { status, text } = await sandbox.post(`${reviews}/${reviewId}/decision`, decision, await asAnother());
      expect(status, text).toBe(200);
    },
    /** Decides all that waits, so that a test has the queue for itself. */
    async clear(): Promise<void> {
      const { body } = await sandbox.get(`${reviews}?status=InReview&size=500`, await asReviewer());
      for (const { id } of body.items) await desk.decideAsAnother(id, { decision: 'Approved' });
    },
  };
  return desk;
}

export type Desk = ReturnType<typeof deskOf>;

/** The rows of the queue, in their order. */
export function rowsOf(page: Page) {
  return page.getByRole('region', { name: 'Queue' }).getByRole('listitem');
}

/** The review that is open. */
export function reviewOf(page: Page) {
  return page.getByRole('region', { name: 'Review', exact: true });
}

/** Puts the page's clock into the test's hands, from a reload on. */
export async function holdClock({ page }: OpenedConsole): Promise<void> {
  await page.clock.install();
  await page.reload();
}

/** Lets the time pass after which the page refreshes itself. */
export async function passRefresh({ page }: OpenedConsole): Promise<void> {
  await page.clock.fastForward(16_000);
}
