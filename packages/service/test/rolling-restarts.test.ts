import { databases, rollingRestarts } from '@vetted/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';

/** Milliseconds. Six processes start one after the other, beside whatever else the machine tests. */
const TIMEOUT = 300_000;

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('on $name', ({ create }) => {
  it('a rolling restart of three processes behind a balancer loses no request', { timeout: TIMEOUT }, async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    const lines = await rollingRestarts.run({ seed: 1, amount: 3, database: database.address, say: () => {} });
    expect(lines).toHaveLength(1);
  });
});
