/**
 * Reads an object's members case-insensitively: those of these names come out under them, all others as they are, so
 * that a schema can name them. A member that comes twice, in two cases, stays under its own name too.
 */
export function canonicalMembers(names: readonly string[]): (body: object) => Map<string, unknown> {
  const canonicalNames = new Map(names.map((name) => [name.toLowerCase(), name] as const));
  return (body) => {
    const canonical = new Map<string, unknown>();
    for (const [name, value] of Object.entries(body)) {
      const known = canonicalNames.get(name.toLowerCase());
      const isTaken = known === undefined || canonical.has(known) || (name !== known && Object.hasOwn(body, known));
      canonical.set(isTaken ? name : known, value);
    }
    return canonical;
  };
}
