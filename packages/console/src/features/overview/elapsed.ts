const MINUTE_IN_MS = 60_000;
const HOUR_IN_MS = 60 * MINUTE_IN_MS;
const DAY_IN_MS = 24 * HOUR_IN_MS;

/** How long ago a point in time was, in the largest unit that fits: "3 days". */
export function timeSince(at: string, now: number): string {
  const elapsed = Math.max(0, now - Date.parse(at));
  if (elapsed >= DAY_IN_MS) return counted(elapsed / DAY_IN_MS, 'day');
  if (elapsed >= HOUR_IN_MS) return counted(elapsed / HOUR_IN_MS, 'hour');
  return counted(elapsed / MINUTE_IN_MS, 'minute');
}

/** A number of hours, in days where there are many of them: "27.5 hours". */
export function hoursInWords(hours: number): string {
  const [value, unit] = hours < 72 ? [hours, 'hour'] : [hours / 24, 'day'];
  return `${value.toLocaleString(undefined, { maximumFractionDigits: 1 })} ${value === 1 ? unit : `${unit}s`}`;
}

function counted(value: number, unit: string): string {
  const whole = Math.floor(value);
  return `${whole.toLocaleString()} ${whole === 1 ? unit : `${unit}s`}`;
}
