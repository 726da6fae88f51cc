/** A name as listings sort and search by it: compatibility forms and letter case do not count. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
