import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const bin = join(import.meta.dirname, '../../cli/bin/vetted.js');

/** A service's process from its first moment. */
export interface StartingProcess {
  readonly pid: number;
  /** Resolves with the service once it answers; rejects with what it wrote where it ended before. */
  readonly ready: Promise<ServiceProcess>;
  /** Sends a signal, SIGTERM by default, and waits for the end. Gives the exit code, null where the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves with the exit code when it has ended, however it did. */
  readonly ended: Promise<number | null>;
}

/** The built service as a process of its own: `vetted serve`. */
export interface ServiceProcess extends Omit<StartingProcess, 'ready'> {
  readonly url: string;
  /** What it has written to stdout and stderr so far. */
  output(): string;
}

export interface ServiceProcessOptions {
  /** Of `vetted serve`, without `--port`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default 0, a free one. */
  readonly port?: number;
  /** A program and its arguments, which becomes what stands after them: `['nice', '-n', '5']`. */
  readonly launcher?: readonly string[];
}

/** Starts the built service and resolves once it answers. Nothing of this process's environment reaches it but PATH and HOME. */
export function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  return spawnServiceProcess(options).ready;
}

/** Starts the built service without waiting for it: what is to happen to it meanwhile may. */
export function spawnServiceProcess({ args, env, port = 0, launcher = [] }: ServiceProcessOptions): StartingProcess {
  const [program = '', ...rest] = [...launcher, process.execPath, bin, 'serve', '--port', String(port), ...args];
  const child = spawn(program, rest, {
    // It stands behind no balancer, unless a test says so.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, VETTED_DRAIN: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  const running = { pid: pidOf(child), ended, stop };
  const ready = readiness(child, ended).then((found) => ({ ...running, ...found }));
  // Whoever does not wait for it does not hear that it did not come.
  ready.catch(() => {});
  return { ...running, ready };
}

function readiness(child: ChildProcess, ended: Promise<number | null>): Promise<{ url: string; output(): string }> {
  let output = '';
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk.toString();
      const [, url] = / is ready at (http\S+?),?\s/.exec(output) ?? [];
      if (url !== undefined) resolve({ url, output: () => output });
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', reject);
    ended.then((code) => reject(new Error(`The service ended with ${code} before it was ready:\n${output}`)), reject);
  });
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The process has no id.');
  return pid;
}
