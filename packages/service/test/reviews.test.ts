import { randomUUID } from 'node:crypto';
import { type Review, ReviewDetails } from '@vetted/contract';
import { call, databases, otherPartner } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, expectFault, partner, startBench } from './bench.js';
import { type Desk, desk, deskOf } from './reviews-support.js';

const day = 86_400_000;

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  let at: Desk;

  beforeAll(async () => {
    bench = await startBench(create);
    at = deskOf(bench);
  });
  afterAll(() => bench.close());

  describe('the desk', () => {
    it.each(['', `/${randomUUID()}`])('is closed to a partner: GET "%s"', async (path) => {
      for (const token of [await bench.sandbox.appToken(), await bench.sandbox.userToken('agent')]) {
        expectFault(await at.get(path, { token }), 403, '900308');
      }
    });

    it.each(['decide', 'reopen'] as const)(
      'is closed to a partner that wants to %s, whatever it sends',
      async (act) => {
        for (const token of [await bench.sandbox.appToken(), await bench.sandbox.userToken('agent')]) {
          expectFault(await at[act](randomUUID(), { nonsense: true }, { token }), 403, '900308');
        }
      },
    );

    it('is closed to those who bring no token', async () => {
      expectFault(await call(`${bench.sandbox.url}${desk}`), 401, '800001');
    });

    it('is open to everybody with the role', async () => {
      expect((await at.get('', { token: await bench.sandbox.userToken('administrator') })).status).toBe(200);
    });

    it('names its methods', async () => {
      const headers = { authorization: `Bearer ${await bench.sandbox.userToken('reviewer')}` };
      const answer = await call(`${bench.sandbox.url}${desk}/${randomUUID()}/decision`, { headers });
      expectFault(answer, 405, 'MethodNotAllowed');
      expect(answer.headers.get('allow')).toBe('POST');
    });
  });

  describe('a review', () => {
    it('has the shape of the wire, open', async () => {
      const customerId = await bench.addCustomer({ companyName: 'Shape of It', domain: 'shape.example.org' });
      const { id } = await at.submit(customerId);
      const { body } = await at.get(`/${id}`);
      const { customer, earlierAttempts, history, ...review } = body;
      const submittedAt = bench.clock().toISOString();
      expect(review).toEqual({
        id,
        partnerId: partner,
        partnerName: 'Contoso CSP',
        customerId,
        companyName: 'Shape of It',
        domain: 'shape.example.org',
        qualification: 'Education',
        educationSegment: 'K12',
        website: 'www.school.example.org',
        attempt: 1,
        status: 'InReview',
        submittedAt,
        submittedBy: `${partner}/5d0e9a14-7c62-4b8f-8e31-6a9b0c1d2e01`,
        dueAt: '2026-03-05T09:00:00.000Z',
        overdue: false,
        version: 1,
      });
      expect([earlierAttempts, customer.id]).toEqual([[], customerId]);
      expect(await at.reviewOf(customerId)).toEqual(review);
    });

    it('has the ETag of its version, and no null', async () => {
      const { id } = await at.submit();
      const answer = await at.get(`/${id.toUpperCase()}`);
      expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
      expect(answer.text).not.toContain('null');
      expect([...Value.Errors(ReviewDetails, answer.body)]).toEqual([]);
    });

    it('shows its customer as the wire does', async () => {
      const { id, customerId } = await at.submit({ country: 'FR', email: 'someone@example.org' });
      const own = await bench.sandbox.get(`/v1/customers/${customerId}`);
      expect((await at.get(`/${id}`)).body.customer).toEqual(own.body);
    });

    it('shows earlier attempts oldest first, and every step with actor, note and correlation id', async () => {
      const first = await at.submit();
      const correlationId = randomUUID();
      const headers = { 'ms-correlationid': correlationId };
      const denial = { decision: 'Denied', reasonCode: 'NotAnAcademicDomain', note: 'Called the school.' };
      await at.decide(first.id, denial, { headers });
      const second = await at.submit(first.customerId);
      await at.decide(second.id, { decision: 'Denied', reasonCode: 'Other', reason: 'No answer.' });
      const third = await at.submit(first.customerId);
      await bench.sandbox.request(first.customerId, { qualification: 'StateOwnedEntity' });

      const { body } = await at.get(`/${third.id}`);
      expect(body.earlierAttempts.map(({ id, attempt }: Review) => [id, attempt])).toEqual([
        [first.id, 1],
        [second.id, 2],
      ]);
      expect(body.earlierAttempts[0]).toMatchObject({ note: 'Called the school.', companyName: first.companyName });
      expect(body.history.map(({ from, to, by }: Record<string, string>) => [from, to, by])).toEqual([
        [undefined, 'InReview', 'partner'],
        ['InReview', 'Denied', 'reviewer'],
        ['Denied', 'InReview', 'partner'],
        ['InReview', 'Denied', 'reviewer'],
        ['Denied', 'InReview', 'partner'],
      ]);
      expect(body.history[1]).toEqual({
        at: bench.clock().toISOString(),
        from: 'InReview',
        to: 'Denied',
        by: 'reviewer',
        actor: '0e1d2c3b-4a59-4687-9a7b-8c9d0e1f2a3b/6e1fab25-8d73-4c90-9f42-7bac1d2e3f02',
        reason: 'Not an Academic Domain',
        note: 'Called the school.',
        correlationId,
      });
      const { body: middle } = await at.get(`/${second.id}`);
      expect(middle.earlierAttempts.map(({ id }: Review) => id)).toEqual([first.id]);
    });

    it('becomes overdue after three business days, and not before', async () => {
      const bench = await startBench(create);
      try {
        const at = deskOf(bench);
        const { id } = await at.submit();
        bench.clock.advance(3 * day);
        expect((await at.get(`/${id}`)).body.overdue).toBe(false);
        bench.clock.advance(1);
        expect((await at.get(`/${id}`)).body.overdue).toBe(true);
        expect((await at.decide(id, { decision: 'Approved' })).body.overdue).toBe(false);
      } finally {
        await bench.close();
      }
    });

    it.each(['nope', '123', `${randomUUID()}0`, '..%2f', '%00'])('is not there under "%s"', async (id) => {
      expectFault(await at.get(`/${id}`), 404, '1000', ['reviewId']);
      expectFault(await at.decide(id, { decision: 'Approved' }), 404, '1000', ['reviewId']);
    });

    it('is not there under a GUID that none has', async () => {
      expectFault(await at.get(`/${randomUUID()}`), 404, '1000', ['reviewId']);
      expectFault(await at.decide(randomUUID(), { decision: 'Approved' }), 404, '1000', ['reviewId']);
      expectFault(await at.reopen(randomUUID(), { reason: 'Closed.' }), 404, '1000', ['reviewId']);
    });

    it('takes no query', async () => {
      const { id } = await at.submit();
      expectFault(await at.get(`/${id}?color=blue`), 400, '3000', ['color']);
    });

    it('leaves the desk with its partner, and comes back with it', async () => {
      const { tenantId, customerId } = otherPartner;
      const [found] = (await at.get(`?partner=${tenantId}`)).body.items;
      const setActive = (active: boolean) =>
        bench.store.transaction((transaction) =>
          transaction.putPartner({ tenantId, name: 'Proseware Cloud', active }, '2026-03-02T09:00:00.000Z'),
        );
      await setActive(false);
      expect((await at.get(`?search=${customerId}`)).body).toEqual({ items: [], totalCount: 0 });
      expectFault(await at.get(`/${found.id}`), 404, '1000', ['reviewId']);
      expectFault(await at.reopen(found.id, { reason: 'Closed.' }), 404, '1000', ['reviewId']);
      await setActive(true);
      expect((await at.get(`/${found.id}`)).status).toBe(200);
    });
  });
});
