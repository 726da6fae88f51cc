import { setImmediate } from 'node:timers/promises';
import { databases } from '@vetted/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDatabase } from '../src/config.js';
import { Overload } from '../src/http/overload.js';
import { MAX_TRANSACTIONS, openStore } from '../src/store/open-store.js';

const BEYOND = 20;

describe('whoever comes while there is much to do', () => {
  /** A process whose time passes only where it serves; of each millisecond it has `share` for itself. */
  function start({ share = 1 } = {}) {
    const changes: boolean[] = [];
    const answers: { readonly refused: boolean; readonly waitedInMs: number }[] = [];
    let now = 0;
    const overload = new Overload({
      now: () => now,
      cpu: () => now * share,
      onChange: (isOver) => changes.push(isOver),
    });
    /** So many requests come at once, and each takes so long. Gives the number of those that were not answered yet. */
    const come = (count: number, milliseconds: number, { isVital = false, isGone = false } = {}) => {
      const before = answers.length;
      const came = now;
      for (let index = 0; index < count; index += 1) {
        const arrival = { raw: { socket: { destroyed: isGone } }, routeOptions: { config: { isVital } } };
        overload.admit(arrival, (refusal) => {
          answers.push({ refused: refusal !== undefined, waitedInMs: now - came });
          if (refusal === undefined) now += milliseconds;
        });
      }
      return count - (answers.length - before);
    };
    /** Until this time, so many a millisecond come. A turn takes a little by itself. Gives how many came. */
    const keepComing = async (until: number, perMillisecond: number, milliseconds: number) => {
      const began = now;
      let came = 0;
      for (; now < until; now += 0.05) {
        const due = Math.floor((now - began) * perMillisecond) - came;
        come(due, milliseconds);
        came += due;
        await setImmediate();
      }
      return came;
    };
    const refusals = () => answers.filter(({ refused }) => refused);
    return { changes, answers, refusals, come, keepComing, now: () => now };
  }

  /** Lets turns of the event loop pass until so many are answered. */
  async function untilAnswered(answers: readonly unknown[], count: number): Promise<void> {
    while (answers.length < count) await setImmediate();
    await setImmediate();
    await setImmediate();
  }

  it('is served in a burst, in the order of coming, a few in each turn', async () => {
    const { come, answers, refusals, changes } = start();
    expect(come(300, 5)).toBe(298);
    await untilAnswered(answers, 300);
    expect(refusals()).toEqual([]);
    expect(answers.map(({ waitedInMs }) => waitedInMs)).toEqual(Array.from({ length: 300 }, (_, index) => index * 5));
    expect(changes).toEqual([]);
  });

  it('is refused at once where a burst takes longer than two seconds', async () => {
    const { come, answers, refusals, changes } = start();
    come(100, 5);
    await untilAnswered(answers, 50);
    come(1_000, 5);
    expect(refusals().length).toBeGreaterThan(500);
    expect(Math.max(...refusals().map(({ waitedInMs }) => waitedInMs))).toBe(0);
    await untilAnswered(answers, 1_100);
    expect(Math.max(...answers.map(({ waitedInMs }) => waitedInMs))).toBeLessThanOrEqual(2_100);
    expect(changes).toEqual([true, false]);
  });

  it('waits for half a second at most once there has been too much for two, and is served when it is less', async () => {
    const { come, keepComing, answers, refusals, changes } = start();
    let came = await keepComing(5_000, 0.8, 5);
    const before = answers.length;
    came += await keepComing(8_000, 0.8, 5);
    const late = answers.slice(before);
    expect(late.some(({ refused }) => refused)).toBe(true);
    expect(Math.max(...late.map(({ waitedInMs }) => waitedInMs))).toBeLessThanOrEqual(600);
    await untilAnswered(answers, came);
    expect(changes).toEqual([true, false]);

    const refused = refusals().length;
    come(10, 5);
    await untilAnswered(answers, came + 10);
    expect(refusals()).toHaveLength(refused);
  });

  it('is held and not refused by a process that others starve', async () => {
    const { come, answers, refusals, now } = start({ share: 0.02 });
    let came = 0;
    for (let served = 0; now() < 10_000; served = answers.length) {
      const free = 40 - (came - served);
      come(free, 20);
      came += free;
      await setImmediate();
    }
    await untilAnswered(answers, came);
    expect(refusals()).toEqual([]);
  });

  it('is answered before all others where it asks for the health of the process', () => {
    const { come } = start();
    expect(come(100, 5)).toBe(98);
    expect(come(1, 5, { isVital: true })).toBe(0);
  });

  it('is not served any more once it has gone', async () => {
    const { come, answers, refusals, now } = start();
    come(3, 5);
    come(50, 5, { isGone: true });
    await untilAnswered(answers, 53);
    expect(refusals()).toHaveLength(50);
    expect(now()).toBe(15);
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
