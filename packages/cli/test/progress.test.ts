import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inOrder } from '../src/commands/import/in-order.js';
import { lineOf, startProgress } from '../src/progress.js';
import { WRAP_OFF } from './bulk-support.js';

const at = new Date('2026-05-06T10:00:00');

beforeEach(() => {
  vi.useFakeTimers({ now: at });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the line of a long work', () => {
  const half = { done: 4_000, failed: 0, total: 8_000 };
  const line = (step: Parameters<typeof lineOf>[0], eta: number, columns = 100) =>
    lineOf(step, { eta, progress: step.total === undefined ? 0 : step.done / step.total }, 'customers', columns);

  it('has a bar, how much of how much, and an estimate', () => {
    expect(line(half, 30)).toBe(`${'█'.repeat(20)}${'░'.repeat(20)}  50 %  4,000 of 8,000 customers  about 30 s left`);
    expect(line(half, 200)).toContain('about 4 min left');
    expect(line(half, 7_300)).toContain('about 2 h 2 min left');
    expect(line({ ...half, failed: 3 }, 30)).toContain('customers, 3 failed  about');
  });

  it('has neither bar nor estimate where nobody knows how much there is', () => {
    expect(line({ done: 4_000, failed: 0, total: undefined }, 30)).toBe('4,000 customers');
  });

  it('says until when the service asked to wait, while it does', () => {
    expect(line({ ...half, pausedUntil: new Date(at.getTime() + 5_000) }, 30)).toContain('paused until 10:00:05');
    expect(line({ ...half, pausedUntil: at }, 30)).toContain('about 30 s left');
  });

  it.each([20, 40, 60, 80, 200])('fits into %i columns', (columns) => {
    const pausedUntil = new Date(at.getTime() + 5_000);
    for (const step of [half, { ...half, failed: 12, pausedUntil }, { ...half, total: undefined }]) {
      expect(line(step, 30, columns).length).toBeLessThan(columns);
    }
  });
});

describe('the progress of a long work', () => {
  const work = async (stderr: PassThrough, quiet: boolean) => {
    const progress = await startProgress({ stdin: stderr, stdout: stderr, stderr, env: {} }, 'rows', quiet);
    progress.update({ done: 10, failed: 0, total: 30 });
    vi.advanceTimersByTime(5_000);
    progress.update({ done: 20, failed: 0, total: 30 });
    progress.update({ done: 21, failed: 0, total: 30 });
    progress.stop();
    expect(vi.getTimerCount()).toBe(0);
    return String(stderr.read() ?? '');
  };

  it('is drawn on a terminal, estimates by what this run did, and ends with what was done', async () => {
    const drawn = await work(Object.assign(new PassThrough(), { isTTY: true, columns: 80 }), false);
    expect(drawn).toContain('10 of 30 rows');
    expect(drawn.slice(drawn.lastIndexOf('%'))).toContain('21 of 30 rows  about 5 s left');
    expect(drawn).not.toContain(WRAP_OFF);
  });

  it('does not begin once it is stopped', async () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const progress = await startProgress({ stdout: stderr, stderr, env: {} }, 'rows', false);
    progress.stop();
    progress.update({ done: 10, failed: 0, total: 30 });
    expect([stderr.read(), vi.getTimerCount()]).toEqual([null, 0]);
  });

  it('is silent in a pipe, and where it would disturb', async () => {
    expect(await work(new PassThrough(), false)).toBe('');
    expect(await work(Object.assign(new PassThrough(), { isTTY: true, columns: 80 }), true)).toBe('');
  });
});

describe('work in order', () => {
  const never = new AbortController().signal;

  it('gives results in the order of the items, and has no more under way than it may', async () => {
    const [finish, begun]: [(() => void)[], number[]] = [[], []];
    const results: number[] = [];
    const work = (item: number) => {
      begun.push(item);
      return new Promise<number>((resolve) => finish.push(() => resolve(item)));
    };
    const done = (async () => {
      for await (const result of inOrder([0, 1, 2, 3], 2, work, never)) results.push(result);
    })();
    await vi.advanceTimersByTimeAsync(0);
    finish[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect([begun, results]).toEqual([[0, 1], []]);
    finish[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(results.slice(0, 1)).toEqual([0]);
    for (const one of finish) one();
    await vi.advanceTimersByTimeAsync(0);
    for (const one of finish) one();
    await done;
    expect(results).toEqual([0, 1, 2, 3]);
  });

  it('rejects with the first error, once all that is under way has ended', async () => {
    let isOver = false;
    const work = async (item: number) => {
      if (item === 0) throw new Error('first');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      isOver = true;
      return item;
    };
    const done = expect(inOrder([0, 1, 2], 2, work, never).next()).rejects.toThrow('first');
    await vi.advanceTimersByTimeAsync(999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(isOver).toBe(true);
  });
});
