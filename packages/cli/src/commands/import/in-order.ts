/**
 * Works on items, a few at a time, and gives the results in the items' order. When asked to stop, it begins no more; what
 * is under way is always waited for, also where work rejects. Then the iteration rejects with the first such error.
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
  stop: AbortSignal,
): AsyncGenerator<R> {
  const running: Promise<PromiseSettledResult<R>>[] = [];
  const begin = async (item: T): Promise<PromiseSettledResult<R>> => {
    const [settled] = await Promise.allSettled([work(item)]);
    return settled;
  };
  try {
    for (const item of items) {
      if (stop.aborted) break;
      running.push(begin(item));
      if (running.length >= concurrency) yield* resultOf(running);
    }
    while (running.length > 0) yield* resultOf(running);
  } finally {
    await Promise.all(running);
  }
}

async function* resultOf<R>(running: Promise<PromiseSettledResult<R>>[]): AsyncGenerator<R> {
  const settled = await running.shift();
  if (settled?.status === 'rejected') throw settled.reason;
  if (settled?.status === 'fulfilled') yield settled.value;
}
