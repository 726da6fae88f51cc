const MINUTE_IN_MS = 60_000;
const HOUR_IN_MS = 60 * MINUTE_IN_MS;
const DAY_IN_MS = 24 * HOUR_IN_MS;

const units = [
  ['year', 365 * DAY_IN_MS],
  ['month', 30 * DAY_IN_MS],
  ['day', DAY_IN_MS],
  ['hour', HOUR_IN_MS],
] as const;

/** How far a due date is from now: whether it has passed, and that in words. */
export function timeLeft(dueAt: string, now: number): { readonly isOverdue: boolean; readonly words: string } {
  const left = Date.parse(dueAt) - now;
  const isOverdue = left < 0;
  return { isOverdue, words: `${span(Math.abs(left))} ${isOverdue ? 'overdue' : 'left'}` };
}

/** In the largest unit of which there are at least two, so that "1 day" does not stand for 47 hours. */
function span(ms: number): string {
  const [unit, length] = units.find(([, length]) => ms >= 2 * length) ?? ['minute', MINUTE_IN_MS];
  const count = Math.max(1, Math.round(ms / length));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
