import { setImmediate } from 'node:timers/promises';
import { databases } from '@vetted/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDatabase } from '../src/config.js';
import { Overload } from '../src/http/overload.js';
import { MAX_TRANSACTIONS, openStore } from '../src/store/open-store.js';

const BEYOND = 20;

describe('whoever comes in a turn of the event loop', () => {
  function start() {
    const changes: boolean[] = [];
    let now = 0;
    const overload = new Overload({ now: () => now, onChange: (isOver) => changes.push(isOver) });
    /** A turn in which a request comes at each of these milliseconds after its first. */
    const turn = async (...arrivals: number[]) => {
      const began = now;
      const refused = [0, ...arrivals].map((at) => {
        now = began + at;
        return overload.refuses();
      });
      await setImmediate();
      return refused;
    };
    return { changes, turn };
  }

  it('is served in a burst, however long the turn', async () => {
    const { turn, changes } = start();
    expect(await turn(5, 50, 400, 900)).toEqual([false, false, false, false, false]);
    expect(changes).toEqual([]);
  });

  it('late is refused once turns have been long for two seconds, and those of its beginning are served', async () => {
    const { turn, changes } = start();
    for (let turns = 0; turns < 40; turns += 1) expect(await turn(19, 49)).toEqual([false, false, false]);
    expect(await turn(19, 40, 50)).toEqual([false, false, true, true]);
    expect(await turn(19, 21)).toEqual([false, false, true]);
    expect(changes).toEqual([true]);
  });

  it('is served again after one short turn', async () => {
    const { turn, changes } = start();
    for (let turns = 0; turns < 42; turns += 1) await turn(50);
    expect(await turn(9)).toEqual([false, false]);
    expect(await turn(50)).toEqual([false, false]);
    expect(changes).toEqual([true, false]);
  });
});

describe.each(databases)('transactions on $name', ({ create }) => {
  it('are refused at once beyond those that may wait, who all get their turn', async () => {
    const database = await create();
    const store = await openStore(parseDatabase(database.address, undefined), () => {});
    onTestFinished(async () => {
      await store.close();
      await database.drop();
    });
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const all = Array.from({ length: MAX_TRANSACTIONS + BEYOND }, () => store.transaction(() => released));
    await expect(Promise.race(all)).rejects.toMatchObject({ name: 'Refusal', fault: 'ServiceUnavailable' });
    release();
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(MAX_TRANSACTIONS).fill('fulfilled'),
      ...Array(BEYOND).fill('rejected'),
    ]);
    await store.transaction(async () => {});
  });
});
