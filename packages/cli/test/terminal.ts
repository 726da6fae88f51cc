import { PassThrough } from 'node:stream';
import { run } from '../src/main.js';

/** Somebody at a terminal, for a command that runs in this process. */
export interface Terminal {
  /** The command's exit code. */
  readonly exitCode: Promise<number>;
  /** What went to stdout. */
  stdout(): string;
  /** What went to stderr, the status line included. */
  stderr(): string;
  /** Resolves once stderr has it; rejects if the command ends without it. */
  until(pattern: RegExp): Promise<void>;
  /** The same of stdout. */
  printed(pattern: RegExp): Promise<void>;
  /** Types on the keyboard: `y\r`, or Ctrl-C as `\u0003`. */
  type(keys: string): void;
}

interface TerminalOptions {
  readonly home: string;
  readonly columns?: number;
}

/** Runs `vetted` at a terminal without colours. */
export function atTerminal(args: readonly string[], { home, columns = 80 }: TerminalOptions): Terminal {
  const screen = () => Object.assign(new PassThrough(), { isTTY: true, columns, hasColors: () => false });
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const [stdout, stderr] = [screen(), screen()];
  const written = { stdout: '', stderr: '' };
  stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  const exitCode = run(args, { stdin, stdout, stderr, env: { VETTED_HOME: home } });
  const until = (name: 'stdout' | 'stderr', pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(written[name])) resolve();
      };
      (name === 'stdout' ? stdout : stderr).on('data', look);
      void exitCode.then(() => reject(new Error(`It ended without writing ${pattern}: ${written[name]}`)));
      look();
    });
  return {
    exitCode,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    type: (keys) => stdin.write(keys),
    until: (pattern) => until('stderr', pattern),
    printed: (pattern) => until('stdout', pattern),
  };
}
