/** Longer than any name that people read; some characters unfold into many, and listings carry the key along. */
const MAX_LENGTH = 512;

/** A name as listings sort and search by it: compatibility forms and letter case do not count. */
export function foldName(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase().slice(0, MAX_LENGTH);
  // Half a pair is no character.
  return folded.replace(/[\ud800-\udbff]$/, '');
}
