const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does work that Ctrl-C (or SIGTERM) asks to stop in order, by its signal. Asked a second time, the process ends at once.
 */
export async function untilInterrupted<T>(work: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    forget();
    controller.abort();
  };
  const forget = () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    forget();
  }
}
