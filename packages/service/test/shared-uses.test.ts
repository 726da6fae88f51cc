import { expect, it } from 'vitest';
import type { ThrottleLedger, ThrottleUse } from '../src/domain/throttle.js';
import { SharedUses } from '../src/http/shared-uses.js';

const partnerId = '2f6d1c0e-3a77-4bd5-9b1f-6f3c1d2e4a50';
const PERIOD = 180_000_000;

function start(ledger: Partial<ThrottleLedger>) {
  const errors: unknown[] = [];
  const add = async (uses: readonly ThrottleUse[]) => uses.map(({ count }) => count);
  const uses = new SharedUses({ add, forget: async () => {}, ...ledger }, (error) => errors.push(error));
  const tell = (customer: number) =>
    uses.add({ partnerId, customerId: String(customer), kind: 'read', period: PERIOD, count: customer });
  return { tell, errors };
}

it('tells other processes of a thousand uses at a time, however many come up at once', async () => {
  const sizes: number[] = [];
  const { tell } = start({
    add: async (uses) => {
      sizes.push(uses.length);
      return uses.map(({ count }) => count);
    },
  });
  const customers = Array.from({ length: 2_500 }, (_, index) => index);
  await expect(Promise.all(customers.map(tell))).resolves.toEqual(customers);
  expect(Math.max(...sizes)).toBe(1_000);
});

it('knows what was let through although earlier periods could not be forgotten', async () => {
  const failure = new Error('The database is away.');
  const { tell, errors } = start({ forget: () => Promise.reject(failure) });
  await expect(tell(7)).resolves.toBe(7);
  expect(errors).toEqual([failure]);
});
