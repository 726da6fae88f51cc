import { restarts } from '@vetted/testkit';
import { expect, it } from 'vitest';

/** Milliseconds. A server and two processes start, beside whatever else the machine tests. */
const TIMEOUT = 300_000;

it('PostgreSQL may stop or be killed under load: 503 meanwhile, nothing lost, nothing done twice', {
  timeout: TIMEOUT,
}, async () => {
  expect(await restarts.run({ seed: 4, amount: 2, database: '', say: () => {} })).toHaveLength(2);
});
