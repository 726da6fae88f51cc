const EVENT = 'vetted-fetching';

/** Tells that a part of the console is being fetched. */
export function tellFetching(part: Promise<unknown>): void {
  document.dispatchEvent(new CustomEvent(EVENT, { detail: part }));
}

/** Hears of each part that begins to be fetched. */
export function onFetching(listener: (part: Promise<unknown>) => void): () => void {
  const hear = (event: Event) => listener((event as CustomEvent<Promise<unknown>>).detail);
  document.addEventListener(EVENT, hear);
  return () => document.removeEventListener(EVENT, hear);
}
