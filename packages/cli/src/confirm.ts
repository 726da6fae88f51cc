import { createInterface } from 'node:readline';
import { Failure, Interrupted, WrongUse } from './errors.js';
import type { Io } from './io.js';

/** What a person is asked before something happens that cannot be undone. */
export interface Question {
  /** Without its question mark's choice: `Request anyway?`. */
  readonly text: string;
  /** What is said where the answer is no, and where there is nobody to ask: `Nothing was requested.` */
  readonly otherwise: string;
}

/**
 * Resolves where somebody at the terminal says yes.
 * @throws Failure for any other answer
 * @throws WrongUse where there is no terminal: a script has to say --yes
 * @throws Interrupted on Ctrl-C
 */
export async function confirm(io: Io, { text, otherwise }: Question): Promise<void> {
  somebodyToAsk(io, otherwise);
  if (!(await saysYes(io, `${text} [y/N] `, otherwise))) throw new Failure(otherwise);
}

/**
 * Makes sure that there is a terminal to ask at. The question goes to stderr: stdout may be what a script reads.
 * @throws WrongUse where there is none
 */
export function somebodyToAsk({ stdin, stderr }: Io, otherwise: string): void {
  if (stdin?.isTTY === true && stderr.isTTY === true) return;
  throw new WrongUse(`${otherwise} There is no terminal to ask at: add --yes to do it without a question.`);
}

function saysYes({ stdin, stderr }: Io, question: string, otherwise: string): Promise<boolean> {
  if (stdin === undefined) return Promise.resolve(false);
  const lines = createInterface({ input: stdin, output: stderr, terminal: true });
  return new Promise<boolean>((resolve, reject) => {
    lines.once('SIGINT', () => {
      stderr.write(`\nvetted: ${otherwise}\n`);
      reject(new Interrupted());
    });
    // Ctrl-D, and a terminal that goes away.
    lines.once('close', () => resolve(false));
    lines.question(question, (answer) => resolve(/^y(es)?$/i.test(answer.trim())));
  }).finally(() => lines.close());
}
