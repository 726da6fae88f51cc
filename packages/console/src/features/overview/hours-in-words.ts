/** A number of hours, in days where there are many of them: "27.5 hours". */
export function hoursInWords(hours: number): string {
  const [count, unit] = hours < 72 ? [hours, 'hour'] : [hours / 24, 'day'];
  const rounded = Math.round(count * 10) / 10;
  return `${rounded.toLocaleString()} ${unit}${rounded === 1 ? '' : 's'}`;
}
