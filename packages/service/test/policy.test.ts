import { databases, unqualified } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PolicyVerdict, VettingPolicy, VettingRequest } from '../src/domain/policy.js';
import { decideDue } from '../src/features/policy/policy.service.js';
import { type Bench, openBackdoor, partner, startBench } from './bench.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const hour = 3_600_000;

describe.each(databases)('on $name', ({ create }) => {
  describe('a policy', () => {
    let bench: Bench;
    let customer: string;
    let verdict: () => PolicyVerdict | Promise<PolicyVerdict>;
    let asked: VettingRequest[];
    let failures: unknown[];

    const policy: VettingPolicy = {
      decide(request) {
        asked.push(request);
        return verdict();
      },
    };

    beforeAll(async () => {
      bench = await startBench(create);
    });
    afterAll(() => bench.close());
    beforeEach(async () => {
      customer = await bench.addCustomer({ companyName: 'Fourth Coffee School', domain: 'fourthcoffee.example.edu' });
      asked = [];
      failures = [];
      verdict = () => ({ decision: 'refer' });
    });

    const request = async (body: object = education) => {
      const answer = await bench.sandbox.request(customer, body);
      expect(answer.status, answer.text).toBe(201);
      return answer.body;
    };
    /** The sandbox's own worker, whose clock stands, never finds the request due. */
    const later = () => new Date(bench.clock().getTime() + 2 * hour);
    const decide = (timeoutInMs?: number) =>
      decideDue({
        store: bench.store,
        clock: later,
        policy,
        onFailure: (error) => failures.push(error),
        ...(timeoutInMs === undefined ? {} : { timeoutInMs }),
      });
    const listed = async () => (await bench.sandbox.qualifications(customer)).body;

    it('is told what a reviewer would judge by', async () => {
      const { vettingCreatedDate } = await request({ ...education, website: 'https://fourthcoffee.example.edu/' });
      await decide();
      expect(asked).toEqual([
        {
          partnerId: partner,
          customerId: customer,
          companyName: 'Fourth Coffee School',
          domain: 'fourthcoffee.example.edu',
          qualification: 'Education',
          educationSegment: 'K12',
          website: 'https://fourthcoffee.example.edu/',
          attempt: 1,
          submittedAt: vettingCreatedDate,
        },
      ]);
    });

    it('approves', async () => {
      await request();
      verdict = () => ({ decision: 'approve' });
      await decide();
      expect(await listed()).toEqual([expect.objectContaining({ vettingStatus: 'Approved' })]);
    });

    it('denies with the documented reason, or with words of its own', async () => {
      await request();
      verdict = async () => ({ decision: 'deny', reasonCode: 'NotAnEligibleLibrary' });
      await decide();
      expect(await listed()).toEqual([
        expect.objectContaining({ vettingStatus: 'Denied', vettingReason: 'Not an eligible Library' }),
      ]);

      await request();
      verdict = () => ({ decision: 'deny', reasonCode: 'Other', reason: 'The school has closed.' });
      await decide();
      expect(await listed()).toEqual([expect.objectContaining({ vettingReason: 'The school has closed.' })]);
    });

    it('is written into the history as a policy, and the partner is told', async () => {
      await request();
      verdict = () => ({ decision: 'approve' });
      const before = await bench.store.reads.events.last(partner);
      await decide();

      const { customer: read } = await bench.store.reads.history.ofCustomer(partner, customer);
      expect(read?.value.at(-1)).toMatchObject({ from: 'InReview', to: 'Approved', by: 'policy', actor: 'policy' });
      expect((await bench.store.reads.events.after(partner, before ?? 0, 10)).events).toEqual([
        expect.objectContaining({ customerId: customer, from: 'InReview', to: 'Approved' }),
      ]);
    });

    it('refers, and is not asked about the request again', async () => {
      await request();
      await decide();
      await decide();
      expect(asked).toHaveLength(1);
      expect(await listed()).toEqual([expect.objectContaining({ vettingStatus: 'InReview' })]);
    });

    it.each<[string, () => PolicyVerdict | Promise<PolicyVerdict>]>([
      [
        'throws',
        () => {
          throw new Error('The list cannot be read.');
        },
      ],
      ['rejects', () => Promise.reject(new Error('The list cannot be read.'))],
      ['answers nothing', () => undefined as unknown as PolicyVerdict],
      ['denies without a reason', () => ({ decision: 'deny' }) as PolicyVerdict],
      ['denies with a reason nobody knows', () => ({ decision: 'deny', reasonCode: 'No' }) as unknown as PolicyVerdict],
      ['denies for Other without words', () => ({ decision: 'deny', reasonCode: 'Other' })],
    ])('that %s refers, and says why', async (_what, answer) => {
      await request();
      verdict = answer;
      await decide();
      expect(failures).toHaveLength(1);
      expect(await listed()).toEqual([expect.objectContaining({ vettingStatus: 'InReview' })]);
    });

    it('that hangs refers', async () => {
      await request();
      verdict = () => new Promise<PolicyVerdict>(() => {});
      await decide(1);
      expect(failures).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
      expect(await listed()).toEqual([expect.objectContaining({ vettingStatus: 'InReview' })]);
    });

    it('comes too late where a reviewer has decided meanwhile', async () => {
      await request();
      verdict = async () => {
        const [review] = await bench.store.reads.reviews.ofCustomer(partner, customer);
        const decided = await bench.sandbox.post(
          `/vetting/v1/reviews/${review?.id}/decision`,
          { decision: 'Denied', reasonCode: 'NotAnAcademicDomain' },
          { token: await bench.sandbox.userToken('reviewer') },
        );
        expect(decided.status, decided.text).toBe(200);
        return { decision: 'approve' };
      };
      await decide();
      expect(await listed()).toEqual([expect.objectContaining({ vettingReason: 'Not an Academic Domain' })]);
    });

    it('is not asked for a partner that is not active, and is when it is active again', async () => {
      await request();
      const setActive = (active: boolean) =>
        bench.store.transaction((transaction) =>
          transaction.putPartner({ tenantId: partner, name: 'Contoso CSP', active }, bench.clock().toISOString()),
        );
      await setActive(false);
      await decide();
      expect(asked).toEqual([]);
      await setActive(true);
      await decide();
      expect(asked).toHaveLength(1);
    });

    it('is asked once by several processes', async () => {
      const other = await openBackdoor(bench.database.address);
      onTestFinished(() => other.close());
      await request();
      const options = { clock: later, policy, onFailure: () => {} };
      await Promise.all([decideDue({ ...options, store: bench.store }), decideDue({ ...options, store: other.store })]);
      expect(asked).toHaveLength(1);
    });
  });

  describe('the sandbox', () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await startBench(create);
    });
    afterAll(() => bench.close());

    const advance = (duration: string) => bench.sandbox.post('/sandbox/v1/clock', { advance: duration });

    it.each([
      ['approved.example.edu', { vettingStatus: 'Approved' }],
      ['https://Approved.Example.edu/about', { vettingStatus: 'Approved' }],
      ['denied.example.edu', { vettingStatus: 'Denied', vettingReason: 'Not an Education Customer' }],
      ['not-academic.example.edu', { vettingStatus: 'Denied', vettingReason: 'Not an Academic Domain' }],
    ])('decides a request with the website %s after an hour of its clock', async (website, outcome) => {
      const customer = await bench.addCustomer();
      await bench.sandbox.request(customer, { ...education, website });

      await advance('PT59M');
      expect((await bench.sandbox.qualifications(customer)).body).toEqual([
        expect.objectContaining({ vettingStatus: 'InReview' }),
      ]);
      await advance('PT1M');
      expect((await bench.sandbox.qualifications(customer)).body).toEqual([expect.objectContaining(outcome)]);
    });

    it.each([undefined, 'example.edu', 'approved.example.edu.example.com', 'not a website', 'constructor'])(
      'leaves a request with the website %s to the desk',
      async (website) => {
        await bench.sandbox.request(unqualified.litware, { ...education, ...(website && { website }) });
        await advance('P3D');
        expect((await bench.sandbox.qualifications(unqualified.litware)).body).toEqual([
          expect.objectContaining({ vettingStatus: 'InReview' }),
        ]);
      },
    );
  });
});
