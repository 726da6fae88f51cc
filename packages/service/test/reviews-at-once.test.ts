import { randomUUID } from 'node:crypto';
import type { Review } from '@vetted/contract';
import { type Answer, type CallOptions, databases, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, expectFault, startBench } from './bench.js';
import { type Desk, desk, deskOf } from './reviews-support.js';

const approval = { decision: 'Approved' };
const denial = { decision: 'Denied', reasonCode: 'NotAnAcademicDomain' };

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  let at: Desk;
  let review: Review;

  beforeAll(async () => {
    bench = await startBench(create);
    at = deskOf(bench);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    review = await at.submit();
  });

  const decide = (body: unknown, options?: CallOptions) => at.decide(review.id, body, options);
  const reopen = () => at.reopen(review.id, { reason: 'Closed.' });

  describe('of fifty decisions at once', () => {
    it('exactly one wins, and the others hear that it is decided', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => decide(index % 2 === 0 ? approval : denial)),
      );
      await expectOneWinner(answers, at, review);
    });

    it('exactly one wins for each of three reviews', async () => {
      const reviews = [review, await at.submit(), await at.submit()];
      const rounds = await Promise.all(
        reviews.map(({ id }) => Promise.all(Array.from({ length: 50 }, () => at.decide(id, approval)))),
      );
      for (const [index, answers] of rounds.entries()) await expectOneWinner(answers, at, reviews[index] ?? review);
    });

    it('exactly one wins where all name the version, and the others are stale', async () => {
      const headers = { 'if-match': '"1"' };
      const answers = await Promise.all(Array.from({ length: 50 }, () => decide(approval, { headers })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(412)]);
    });

    it('with one MS-RequestId all get the same answer', async () => {
      const headers = { 'ms-requestid': randomUUID() };
      const answers = await Promise.all(Array.from({ length: 50 }, () => decide(denial, { headers })));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    });

    it('and fifty ways back exactly one of each wins', async () => {
      const decisions = await Promise.all(Array.from({ length: 50 }, () => decide(approval)));
      const reopenings = await Promise.all(Array.from({ length: 50 }, () => reopen()));
      for (const answers of [decisions, reopenings]) {
        expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(409)]);
      }
    });
  });
});

/** One 200 and else ReviewDecided; one step in the history, and the review stands as the winner was told. */
async function expectOneWinner(answers: readonly Answer[], at: Desk, { id }: Review): Promise<void> {
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(answers.length - 1).fill(409)]);
  for (const answer of answers) if (answer.status === 409) expectFault(answer, 409, 'ReviewDecided');
  const { customer, earlierAttempts, history, ...review } = (await at.get(`/${id}`)).body;
  expect(review).toEqual(answers.find(({ status }) => status === 200)?.body);
  expect(history).toHaveLength(2);
}

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('with two services on one $name', ({ create }) => {
  let bench: Bench;
  let second: TestSandbox;

  beforeAll(async () => {
    bench = await startBench(create);
    second = await startSandbox({ database: bench.database.address, clock: bench.clock });
  });
  afterAll(async () => {
    await second.close();
    await bench.close();
  });

  it('exactly one of fifty decisions at once wins', async () => {
    const at = deskOf(bench);
    const review = await at.submit();
    const token = await second.userToken('reviewer');
    const elsewhere = () => second.post(`${desk}/${review.id}/decision`, denial, { token });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? at.decide(review.id, approval) : elsewhere())),
    );
    await expectOneWinner(answers, at, review);
  });
});
