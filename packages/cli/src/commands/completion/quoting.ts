/** A word that the shell takes as it stands. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command's path as the scripts compare it: a space before each word, so that the program's own is empty. */
export function keyOf(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('');
}
