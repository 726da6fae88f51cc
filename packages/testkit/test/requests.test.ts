import { databases } from '@vetted/testkit';
import { expect, it } from 'vitest';
import { bombard } from '../src/trials/requests.js';

const [sqlite] = databases;

it('whatever its description makes likely is answered as described, and never by a failure', async () => {
  if (sqlite === undefined) throw new Error('There is no SQLite to test on.');
  const database = await sqlite.create();
  const operations: string[] = [];
  try {
    await bombard({
      seed: 20_201_203,
      amount: 300,
      database: database.address,
      timeLimitInMs: 60_000,
      say: (line) => operations.push(line),
    });
  } finally {
    await database.drop();
  }
  expect(operations.length).toBeGreaterThan(40);
}, 600_000);
