import { databases } from '@vetted/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { crashes } from '../src/trials/crashes/crashes.js';

// At length: npm run endure -- crashes
const kills: Readonly<Record<string, number>> = { SQLite: 6, PostgreSQL: 3 };

describe.each(databases)('on $name', ({ name, create }) => {
  it('a service that is killed again and again loses nothing that it answered, and does nothing twice', async () => {
    const database = await create();
    onTestFinished(() => database.drop());
    const amount = kills[name] ?? 0;
    const report = await crashes.run({ seed: 6, amount, database: database.address, say() {} });
    expect(report[0]).toContain(`${amount} kills`);
  }, 120_000);
});
