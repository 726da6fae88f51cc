import type { Io } from '../../io.js';
import { fields, print, printJson, type Style, style } from '../../output.js';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed';
  /** What was found, in words. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** A check that found all well. */
export function well(name: string, text: string): Check {
  return { name, status: 'ok', text };
}

/** A check that found what may become a problem. */
export function warning(name: string, text: string, advice: string): Check {
  return { name, status: 'warning', text, advice };
}

/** A check that found a problem. */
export function failed(name: string, text: string, advice?: string): Check {
  return { name, status: 'failed', text, ...(advice === undefined ? {} : { advice }) };
}

const marks = {
  ok: { mark: '✓', format: 'green' },
  warning: { mark: '!', format: 'yellow' },
  failed: { mark: '✗', format: 'red' },
} as const satisfies Record<Check['status'], { mark: string; format: Style }>;

/** Prints the checks for a person, a line each and the advice below. */
export function printChecks(io: Io, checks: readonly Check[]): void {
  const lines = checks.map(({ name, status, text, advice }): [string, string] => {
    const { mark, format } = marks[status];
    const shown = advice === undefined ? text : `${text}\n→ ${advice}`;
    return [`${style(io.stdout, format, mark)} ${name}`, shown];
  });
  print(io, fields(io.stdout, lines));
  print(io, `\n${summary(checks)}`);
}

function summary(checks: readonly Check[]): string {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const [problems, warnings] = [count('failed'), count('warning')];
  if (problems === 0 && warnings === 0) return 'All is well.';
  const counted = [
    ...(problems === 0 ? [] : [`${problems} ${problems === 1 ? 'problem' : 'problems'}`]),
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
  ];
  return `${counted.join(', ')}.`;
}

/** Prints the checks for a program. */
export function printChecksAsJson(io: Io, checks: readonly Check[]): void {
  printJson(io, { ok: isWell(checks), checks });
}

/** Whether none of the checks failed. */
export function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ status }) => status !== 'failed');
}
