/** `2h` as `PT2H`, what is written as ISO 8601 in capitals; undefined for a text that is neither. */
export function isoDuration(text: string): string | undefined {
  const written = text.trim();
  if (/^p/i.test(written)) return written.toUpperCase();
  const [, count, unit] = /^(\d{1,9})\s*([smhd])$/i.exec(written) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const designator = unit.toUpperCase();
  return `P${designator === 'D' ? '' : 'T'}${count}${designator}`;
}
