import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const bin = join(import.meta.dirname, '../../cli/bin/vetted.js');

/** The built service as a process of its own: `vetted serve`. */
export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has written to stdout and stderr so far. */
  output(): string;
  /** Sends a signal, SIGTERM by default, and waits for the end. Gives the exit code, null where the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves with the exit code when it has ended, however it did. */
  readonly ended: Promise<number | null>;
}

export interface ServiceProcessOptions {
  /** Of `vetted serve`, without `--port`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default 0, a free one. */
  readonly port?: number;
}

/** Starts the built service and resolves once it answers. Nothing of this process's environment reaches it but PATH and HOME. */
export async function startServiceProcess({ args, env, port = 0 }: ServiceProcessOptions): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [bin, 'serve', '--port', String(port), ...args], {
    // It stands behind no balancer, unless a test says so.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, VETTED_DRAIN: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk.toString();
      const [, found] = / is ready at (http\S+?),?\s/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('error', reject);
    ended.then((code) => reject(new Error(`The service ended with ${code} before it was ready:\n${output}`)), reject);
  });
  return { url, pid: pidOf(child), output: () => output, ended, stop };

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    child.kill(signal);
    return ended;
  }
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The process has no id.');
  return pid;
}
