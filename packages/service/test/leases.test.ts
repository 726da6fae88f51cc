import { expect, it } from 'vitest';
import { POLICY_LEASE_IN_MS, POLICY_TIMEOUT_IN_MS } from '../src/features/policy/policy.service.js';
import { ATTEMPT_LEASE_IN_MS } from '../src/webhooks/deliveries.js';
import { ATTEMPT_TIMEOUT_IN_MS } from '../src/webhooks/send.js';

it('a webhook’s receiver has 20 seconds, and the attempt is over before its lease is', () => {
  expect(ATTEMPT_TIMEOUT_IN_MS).toBe(20_000);
  expect(ATTEMPT_TIMEOUT_IN_MS).toBeLessThan(ATTEMPT_LEASE_IN_MS);
});

it('a policy has 30 seconds, and is asked again only when its lease is over', () => {
  expect(POLICY_TIMEOUT_IN_MS).toBe(30_000);
  expect(POLICY_TIMEOUT_IN_MS).toBeLessThan(POLICY_LEASE_IN_MS);
});
