const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The largest unit of which there are at least two, so that "1 day" does not stand for 47 hours. */
const units = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['day', DAY],
  ['hour', HOUR],
] as const;

/** How long a review has until it is due, or how long it is overdue, in words. */
export function timeLeft(dueAt: string, now: number): { readonly isOverdue: boolean; readonly words: string } {
  const left = Date.parse(dueAt) - now;
  const isOverdue = left < 0;
  return { isOverdue, words: `${span(Math.abs(left))} ${isOverdue ? 'overdue' : 'left'}` };
}

function span(milliseconds: number): string {
  const [unit, length] = units.find(([, length]) => milliseconds >= 2 * length) ?? ['minute', MINUTE];
  const count = Math.max(1, Math.round(milliseconds / length));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
