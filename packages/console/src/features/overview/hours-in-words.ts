/** A number of hours, in days where there are many of them: "27.5 hours". */
export function hoursInWords(hours: number): string {
  const [value, unit] = hours < 72 ? [hours, 'hour'] : [hours / 24, 'day'];
  return `${value.toLocaleString(undefined, { maximumFractionDigits: 1 })} ${value === 1 ? unit : `${unit}s`}`;
}
