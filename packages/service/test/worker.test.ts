import { describe, expect, it, onTestFinished } from 'vitest';
import { Worker } from '../src/worker.js';

function started(work: () => Promise<void>) {
  const errors: unknown[] = [];
  const worker = new Worker({ work, onError: (error) => errors.push(error), intervalInMs: 2 ** 31 - 1 });
  onTestFinished(() => worker.stop());
  return { worker, errors };
}

describe('a worker', () => {
  it.each([0, 1, 2, 3, 4])('does what is announced %i turns after the work before', async (turns) => {
    let done = 0;
    const { worker } = started(async () => {
      done += 1;
    });
    const first = worker.runDue();
    for (let turn = 0; turn < turns; turn += 1) await null;
    const before = done;
    await worker.runDue();
    await first;
    expect(done).toBeGreaterThan(before);
  });

  it('looks again where work is announced while it is under way, and never works twice at once', async () => {
    let underWay = 0;
    let most = 0;
    let done = 0;
    const release: (() => void)[] = [];
    const { worker } = started(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise<void>((resolve) => release.push(resolve));
      underWay -= 1;
      done += 1;
    });
    const run = worker.runDue();
    worker.wake();
    worker.wake();
    while (done < 2) {
      release.shift()?.();
      await new Promise(setImmediate);
    }
    await run;
    expect([most, done]).toEqual([1, 2]);
  });

  it('tells of work that failed, and works on', async () => {
    let done = 0;
    const { worker, errors } = started(async () => {
      done += 1;
      if (done === 1) throw new Error('The database is away.');
    });
    await worker.runDue();
    await worker.runDue();
    expect([done, errors]).toEqual([2, [expect.objectContaining({ message: 'The database is away.' })]]);
  });

  it('does nothing more once it is stopped', async () => {
    let done = 0;
    const { worker } = started(async () => {
      done += 1;
    });
    await worker.stop();
    await worker.runDue();
    expect(done).toBe(0);
  });
});
