/** A query's numbers travel as text. What is not written in digits stays text, so that the schema refuses it. */
export async function readSize({ query }: { query: { size?: unknown } }): Promise<void> {
  if (typeof query.size === 'string' && /^\d{1,9}$/.test(query.size)) query.size = Number(query.size);
}
