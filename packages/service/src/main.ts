import type { ServiceOptions } from './config.js';
import { type RunningService, startService } from './start.js';

export interface RunHooks {
  /** Called once the service answers. */
  onListening(service: RunningService): void | Promise<void>;
}

/**
 * Runs the service as a process does: until SIGINT or SIGTERM, then answers what is under way and resolves. A second
 * signal ends the process at once.
 * @throws ConfigError as {@link startService} does
 */
export async function runService(options: ServiceOptions, { onListening }: RunHooks): Promise<void> {
  const stopped = firstSignal();
  try {
    const service = await Promise.race([startService(options), stopped.signal]);
    if (service === undefined) return;
    await onListening(service);
    await stopped.signal;
    await service.close();
  } finally {
    stopped.forget();
  }
}

function firstSignal() {
  let resolve: (value: undefined) => void = () => {};
  const signal = new Promise<undefined>((done) => {
    resolve = done;
  });
  let signals = 0;
  const onSignal = (name: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) process.exit(name === 'SIGINT' ? 130 : 143);
    resolve(undefined);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const forget = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  return { signal, forget };
}
