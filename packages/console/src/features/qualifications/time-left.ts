const MINUTE_IN_MS = 60_000;
const HOUR_IN_MS = 60 * MINUTE_IN_MS;
const DAY_IN_MS = 24 * HOUR_IN_MS;

/** How far a due date is from now: whether it has passed, and that in words. */
export function timeLeft(dueAt: string, now: number): { readonly isOverdue: boolean; readonly text: string } {
  const left = Date.parse(dueAt) - now;
  return left < 0
    ? { isOverdue: true, text: `Overdue by ${spanText(-left)}` }
    : { isOverdue: false, text: `${spanText(left)} left` };
}

/** The largest unit of which there are at least two, so that nothing much is lost by leaving off the rest. */
function spanText(ms: number): string {
  if (ms >= 2 * DAY_IN_MS) return counted(Math.floor(ms / DAY_IN_MS), 'day');
  if (ms >= 2 * HOUR_IN_MS) return counted(Math.floor(ms / HOUR_IN_MS), 'hour');
  return counted(Math.max(1, Math.floor(ms / MINUTE_IN_MS)), 'minute');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
