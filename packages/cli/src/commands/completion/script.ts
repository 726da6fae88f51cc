import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import type { CompletedCommand } from './tree.js';
import { zshScript } from './zsh.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The script of a shell. */
export function scriptFor(shell: Shell, commands: readonly CompletedCommand[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}
