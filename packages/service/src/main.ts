import type { ServiceOptions } from './config.js';
import { type RunningService, startService } from './start.js';
import { startTraces } from './tracing/environment.js';

export interface RunHooks {
  /** Called once the service answers. */
  onListening(service: RunningService): void | Promise<void>;
  /** Called where something did not end in time, right before the process does, with exit code 1. */
  onOverdue?(): void;
}

/** npm and the terminal both send Ctrl-C's signal; within this time it is one and the same. */
const SAME_SIGNAL_IN_MS = 500;
/** How long everything that ends with the service may take, whatever hangs. Requests and webhooks have less. */
const CLOSE_WITHIN_MS = 5_000;

/**
 * Runs the service as a process does: until SIGINT or SIGTERM, then answers what is under way and resolves. SIGTERM,
 * which is not a person's Ctrl-C, has a balancer notice first. A second signal ends the process at once.
 * @throws ConfigError as {@link startService} does
 */
export async function runService(options: ServiceOptions, { onListening, onOverdue }: RunHooks): Promise<void> {
  const stop = listenForSignals();
  const traces = await startTraces(process.env);
  try {
    const service = await startService({ ...options, ...(traces && { tracerProvider: traces.provider }) });
    try {
      if (!stop.signalled()) await onListening(service);
      if ((await stop.signal) === 'SIGTERM') await service.drain();
    } finally {
      await closeInTime(service, onOverdue);
    }
  } finally {
    await traces?.close();
    stop.forget();
  }
}

async function closeInTime(service: RunningService, onOverdue = () => {}): Promise<void> {
  const deadline = setTimeout(() => {
    onOverdue();
    process.exit(1);
  }, CLOSE_WITHIN_MS);
  await service.close();
  clearTimeout(deadline);
}

function listenForSignals() {
  let first: { readonly name: NodeJS.Signals; readonly at: number } | undefined;
  let resolve = (_name: NodeJS.Signals): void => {};
  const signal = new Promise<NodeJS.Signals>((done) => {
    resolve = done;
  });
  const onSignal = (name: NodeJS.Signals) => {
    const at = performance.now();
    if (first === undefined) {
      first = { name, at };
      resolve(name);
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
