import type { Options, Params } from 'cli-progress';
import type { Io } from './io.js';

/** How far a long work is. */
export interface ProgressStep {
  readonly done: number;
  readonly failed: number;
  readonly total: number | undefined;
  /** Until when the service asked to wait. */
  readonly pausedUntil?: Date | undefined;
}

/** Shows how far a long work is. */
export interface Progress {
  update(step: ProgressStep): void;
  /** Ends the line, for good. */
  stop(): void;
}

/** Often enough to look alive, and so seldom that the estimate rests on seconds of work. */
const INTERVAL_IN_MS = 250;
/** The estimate looks back ten seconds. */
const ESTIMATE_STEPS = 40;
const MAX_BAR = 40;
const MIN_BAR = 5;

const silent: Progress = { update: () => {}, stop: () => {} };

/**
 * A bar with an estimate on stderr where that is a terminal; nothing in a pipe, and nothing where `quiet`.
 * @param things what is counted, in the plural
 */
export async function startProgress(io: Io, things: string, quiet: boolean): Promise<Progress> {
  if (quiet || io.stderr.isTTY !== true) return silent;
  const { default: cliProgress } = await import('cli-progress');
  let latest: ProgressStep = { done: 0, failed: 0, total: undefined };
  let updatedAt = 0;
  let isStopped = false;
  const format: Options['format'] = (_options, params) => lineOf(latest, params, things, io.stderr.columns ?? 80);
  // The line fits as it is. A terminal that is told not to wrap would stay so where the process is killed.
  const bar = new cliProgress.SingleBar({ stream: io.stderr, format, etaBuffer: ESTIMATE_STEPS, linewrap: true });
  const show = () => {
    if (latest.total !== undefined) bar.setTotal(latest.total);
    bar.update(latest.done);
  };
  const stop = () => {
    isStopped = true;
    process.off('exit', stop);
    if (updatedAt === 0) return;
    show();
    bar.stop();
  };
  // Whoever ends the process at once, as where nobody reads its output any more, leaves a line of its own to the prompt.
  process.on('exit', stop);
  return {
    update(step) {
      if (isStopped) return;
      latest = step;
      const now = Date.now();
      // The start is what an earlier run had done: the estimate must not count it as this run's.
      if (updatedAt === 0) bar.start(step.total ?? 0, step.done);
      else if (now - updatedAt < INTERVAL_IN_MS) return;
      else show();
      updatedAt = now;
    },
    stop,
  };
}

type Estimated = Pick<Params, 'eta' | 'progress'>;

/** The line that is shown: no longer than `columns`. */
export function lineOf(step: ProgressStep, { eta, progress }: Estimated, things: string, columns: number): string {
  const { done, failed, total, pausedUntil } = step;
  const count = total === undefined ? `${grouped(done)} ${things}` : `${grouped(done)} of ${grouped(total)} ${things}`;
  const failures = failed === 0 ? '' : `, ${grouped(failed)} failed`;
  const isPaused = pausedUntil !== undefined && pausedUntil.getTime() > Date.now();
  const rest = isPaused
    ? `  paused until ${pausedUntil.toTimeString().slice(0, 8)}`
    : estimate(total === undefined ? undefined : eta);
  const text = count + failures + rest;
  if (total === undefined) return text.slice(0, columns - 1);
  const percent = `${Math.floor(progress * 100)} %  `.padStart(7);
  const width = Math.min(MAX_BAR, columns - 2 - percent.length - text.length);
  if (width < MIN_BAR) return text.slice(0, columns - 1);
  const filled = Math.floor(progress * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${percent}${text}`;
}

/** cli-progress gives a word where it cannot tell. */
function estimate(seconds: unknown): string {
  if (typeof seconds !== 'number' || seconds <= 0) return '';
  if (seconds < 60) return `  about ${seconds} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60
    ? `  about ${minutes} min left`
    : `  about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
