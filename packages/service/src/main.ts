import type { ServiceOptions } from './config.js';
import { type RunningService, startService } from './start.js';

export interface RunHooks {
  /** Called once the service answers. */
  onListening(service: RunningService): void | Promise<void>;
}

/** npm and the terminal both send Ctrl-C's signal; within this time it is one and the same. */
const SAME_SIGNAL_IN_MS = 500;

/**
 * Runs the service as a process does: until SIGINT or SIGTERM, then answers what is under way and resolves. A second
 * signal ends the process at once.
 * @throws ConfigError as {@link startService} does
 */
export async function runService(options: ServiceOptions, { onListening }: RunHooks): Promise<void> {
  const stop = listenForSignals();
  try {
    const service = await startService(options);
    try {
      if (!stop.signalled()) await onListening(service);
      await stop.signal;
    } finally {
      await service.close();
    }
  } finally {
    stop.forget();
  }
}

function listenForSignals() {
  let first: { readonly name: NodeJS.Signals; readonly at: number } | undefined;
  let resolve = (): void => {};
  const signal = new Promise<void>((done) => {
    resolve = done;
  });
  const onSignal = (name: NodeJS.Signals) => {
    const at = performance.now();
    if (first === undefined) {
      first = { name, at };
      resolve();
    } else if (name !== first.name || at - first.at > SAME_SIGNAL_IN_MS) {
      process.exit(name === 'SIGINT' ? 130 : 143);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal,
    signalled: () => first !== undefined,
    forget() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
