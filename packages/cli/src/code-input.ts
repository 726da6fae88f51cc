import { createInterface } from 'node:readline';
import { Interrupted, WrongUse } from './errors.js';
import type { Io } from './io.js';

/** Stands for a validation code that is read from stdin. */
const FROM_STDIN = '-';

/** For an option's or argument's help. */
export const codeFromStdin = `"${FROM_STDIN}" reads it from stdin, since what is typed here shows in the list of processes`;

/**
 * A validation code as it was given, or the first line of stdin where `-` stands for it.
 * @throws WrongUse where that line has none
 * @throws Interrupted on Ctrl-C
 */
export async function readCode(given: string, io: Io): Promise<string> {
  if (given !== FROM_STDIN) return given;
  const code = (await firstLine(io)).trim();
  if (code === '') throw new WrongUse('There is no validation code on stdin.');
  return code;
}

/** At a terminal, what is typed after a question; it goes to stderr: stdout may be what a script reads. */
function firstLine({ stdin, stderr }: Io): Promise<string> {
  if (stdin === undefined) return Promise.resolve('');
  const lines = createInterface(stdin.isTTY ? { input: stdin, output: stderr, terminal: true } : { input: stdin });
  return new Promise<string>((resolve, reject) => {
    lines.once('SIGINT', () => {
      stderr.write('\n');
      reject(new Interrupted());
    });
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
    if (stdin.isTTY) {
      lines.setPrompt('Validation code: ');
      lines.prompt();
    }
  }).finally(() => lines.close());
}
