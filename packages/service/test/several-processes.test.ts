import { randomUUID } from 'node:crypto';
import {
  type Answer,
  databases,
  type Fleet,
  get,
  isRefusal,
  post,
  qualificationsOf,
  startFleet,
  type TestDatabase,
} from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Backdoor, expectFault, openBackdoor } from './bench.js';

const desk = '/vetting/v1/reviews';

// Processes start beside whatever else the machine tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))(
  'through three processes on one $name',
  ({ create }) => {
    let database: TestDatabase;
    let fleet: Fleet;
    let backdoor: Backdoor;

    beforeAll(async () => {
      database = await create();
      fleet = await startFleet({ database: database.address, size: 3 });
      backdoor = await openBackdoor(database.address);
    });
    afterAll(async () => {
      await backdoor.close();
      await fleet.close();
      await database.drop();
    });

    const urlOf = (index: number) => fleet.processes[index % fleet.processes.length]?.url ?? '';

    /** The answer, once the service has time for the request: a caller who gets 503 sends the same again. */
    async function answerTo(url: string, body: unknown, token: string): Promise<Answer> {
      const requestId = randomUUID();
      for (;;) {
        const answer = await post(url, body, { token, requestId });
        if (!isRefusal(answer)) return answer;
      }
    }

    async function stepsOf(customers: readonly string[]) {
      const { history = [], events = [] } = await backdoor.contents();
      const count = (rows: readonly unknown[]) =>
        (rows as { customer_id: string; subject?: string }[]).filter(
          ({ customer_id, subject = 'qualification' }) =>
            subject === 'qualification' && customers.includes(customer_id),
        ).length;
      return { history: count(history), events: count(events) };
    }

    it('of two hundred requests at once by a code with five creates left, five are granted', async () => {
      const [code, customers] = [await fleet.addCode(5), await fleet.addCustomers(200)];
      const [userToken, appToken] = [await fleet.tokens.userToken(), await fleet.tokens.appToken()];
      const body = { qualification: 'GovernmentCommunityCloud', validationCode: code };
      const answers = await Promise.all(
        customers.map((customer, index) => answerTo(qualificationsOf(urlOf(index), customer), body, userToken)),
      );
      const [granted, refused] = [201, 409].map((status) => answers.filter((answer) => answer.status === status));
      expect([granted?.length, refused?.length]).toEqual([5, 195]);
      for (const answer of refused ?? []) expectFault(answer, 409, 'ValidationCodeExhausted');

      for (const { url } of fleet.processes) {
        const { body: codes } = await get(`${url}/v1/customers/all/validations`, appToken);
        expect(codes).toContainEqual(expect.objectContaining({ validationId: code, remainingCreates: 0 }));
      }
      expect(await stepsOf(customers)).toEqual({ history: 5, events: 5 });
    });

    it('of fifty decisions at once on one review, one stands', async () => {
      const [customer = ''] = await fleet.addCustomers(1);
      const education = { qualification: 'Education', educationSegment: 'K12' };
      await post(qualificationsOf(urlOf(0), customer), education, { token: await fleet.tokens.userToken() });
      const token = await fleet.tokens.userToken('reviewer');
      const found = await get(`${urlOf(1)}${desk}?search=${customer}`, token);
      const decision = `${desk}/${found.body.items[0].id}/decision`;
      const denial = { decision: 'Denied', reasonCode: 'NotAnAcademicDomain' };
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          answerTo(urlOf(index) + decision, index % 2 === 0 ? { decision: 'Approved' } : denial, token),
        ),
      );
      const [stands, ...others] = answers.sort((one, other) => one.status - other.status);
      expect(stands?.status, stands?.text).toBe(200);
      for (const answer of others) expectFault(answer, 409, 'ReviewDecided');

      // The request, and the one decision.
      expect(await stepsOf([customer])).toEqual({ history: 2, events: 2 });
      for (const { url } of fleet.processes) {
        const { body } = await get(qualificationsOf(url, customer), await fleet.tokens.appToken());
        expect(body).toMatchObject([{ vettingStatus: stands?.body.status }]);
      }
    });
  },
);
