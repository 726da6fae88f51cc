import type { Review } from '@vetted/contract';
import type { Answer, CallOptions } from '@vetted/testkit';
import { expect } from 'vitest';
import type { CustomerRow } from '../src/domain/store.js';
import type { Bench } from './bench.js';

export const education = { qualification: 'Education', educationSegment: 'K12', website: 'www.school.example.org' };
export const desk = '/vetting/v1/reviews';

/** What a reviewer does, and what leads to it. */
export interface Desk {
  /** GET below the desk's path, as the reviewer unless it says otherwise. */
  get(path?: string, options?: CallOptions): Promise<Answer>;
  decide(reviewId: string, body: unknown, options?: CallOptions): Promise<Answer>;
  reopen(reviewId: string, body: unknown, options?: CallOptions): Promise<Answer>;
  /** Requests Education for a customer, a new one unless it says otherwise, and gives the review. */
  submit(customer?: string | Partial<CustomerRow>): Promise<Review>;
  /** The latest review of a customer. */
  reviewOf(customerId: string): Promise<Review>;
}

export function deskOf(bench: Bench): Desk {
  const post = async (path: string, body: unknown, options: CallOptions = {}) =>
    bench.sandbox.post(`${desk}${path}`, body, { token: await bench.sandbox.userToken('reviewer'), ...options });
  const self: Desk = {
    async get(path = '', options = {}) {
      return bench.sandbox.get(`${desk}${path}`, { token: await bench.sandbox.userToken('reviewer'), ...options });
    },
    decide: (reviewId, body, options) => post(`/${reviewId}/decision`, body, options),
    reopen: (reviewId, body, options) => post(`/${reviewId}/reopen`, body, options),
    async submit(customer = {}) {
      const id = typeof customer === 'string' ? customer : await bench.addCustomer(customer);
      const answer = await bench.sandbox.request(id, education);
      expect(answer.status, answer.text).toBe(201);
      return self.reviewOf(id);
    },
    async reviewOf(customerId) {
      const { body } = await self.get(`?search=${customerId}`);
      return body.items.sort((one: Review, other: Review) => other.attempt - one.attempt)[0];
    },
  };
  return self;
}
