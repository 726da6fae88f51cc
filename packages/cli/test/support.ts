import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { SandboxDescription } from '@vetted/service';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bin = join(root, 'packages/cli/bin/vetted.js');

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What is piped into it; nothing by default. */
  readonly stdin?: string;
}

/** A child process, and what it has written so far. */
export interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  output(): Pick<Outcome, 'stdout' | 'stderr'>;
  /** Resolves with the match once it is written; rejects if the process ends without it. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** The same of what it writes to stderr. */
  untilError(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it has ended. */
  ended: Promise<Outcome>;
}

/** Starts a program of Node.js. It is ended with the test at the latest. */
export function start(
  file: string,
  args: readonly string[],
  { env = {}, cwd = root, stdin }: RunOptions = {},
): Running {
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(stdin);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([exitCode]): Outcome => ({ exitCode, stdout, stderr }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    output: () => ({ stdout, stderr }),
    ended,
    until: (pattern) => until(child, child.stdout, pattern, () => stdout),
    untilError: (pattern) => until(child, child.stderr, pattern, () => stderr),
  };
}

async function until(
  child: Running['child'],
  stream: Readable,
  pattern: RegExp,
  written: () => string,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(written());
      if (match) resolve(match);
    };
    stream.on('data', look);
    child.once('close', () => reject(new Error(`The process ended without writing ${pattern}: ${written()}`)));
    look();
  });
}

/** Runs `vetted` to its end. */
export function vetted(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  return start(bin, args, options).ended;
}

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vetted-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Sandbox extends Running {
  readonly baseUrl: string;
  readonly home: string;
  /** Runs `vetted` as somebody in a second terminal does. */
  vetted(...args: string[]): Promise<Outcome>;
  /** The same, not waiting for its end. */
  startVetted(...args: string[]): Running;
  description(): Promise<SandboxDescription>;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Outcome>;
}

interface SandboxOptions extends Pick<RunOptions, 'env'> {
  readonly home?: string;
  readonly args?: readonly string[];
}

/** Starts `vetted serve --sandbox` on a free port, with a data folder of its own unless one is given. */
export async function startSandbox({ home, args = [], env }: SandboxOptions = {}): Promise<Sandbox> {
  const folder = home ?? (await temporaryFolder());
  const running = start(bin, ['serve', '--sandbox', ...args], { env: { ...env, VETTED_HOME: folder, PORT: '0' } });
  return asSandbox(running, folder);
}

/** Starts `npm start`'s script on a free port. */
export async function startScript(args: string[] = []): Promise<Sandbox> {
  const home = await temporaryFolder();
  return asSandbox(start(join(root, 'scripts/start.mjs'), args, { env: { VETTED_HOME: home, PORT: '0' } }), home);
}

async function asSandbox(running: Running, home: string): Promise<Sandbox> {
  const [, baseUrl = ''] = await running.until(/ready at (\S+)[\s\S]*Ctrl-C to stop/);
  return {
    ...running,
    baseUrl,
    home,
    vetted: (...args) => vetted(args, { env: { VETTED_HOME: home } }),
    startVetted: (...args) => start(bin, args, { env: { VETTED_HOME: home } }),
    description: async () => JSON.parse(await readFile(join(home, 'sandbox.json'), 'utf8')),
    stop: () => {
      running.child.kill('SIGINT');
      return running.ended;
    },
  };
}
