import { Argument, type Command } from 'commander';
import type { Io } from '../io.js';
import { type Shell, scriptFor, shells } from './completion/script.js';
import { commandsOf } from './completion/tree.js';

/** `vetted completion`: prints a script by which a shell completes commands, options and values. */
export function addCompletionCommand(program: Command, io: Io): void {
  program
    .command('completion')
    .summary('print a script that completes commands in your shell')
    .description('Prints a script by which bash, zsh or fish completes commands, options and their values on Tab.')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText('after', completionHelp)
    .action((shell: Shell) => {
      io.stdout.write(scriptFor(shell, commandsOf(program)));
    });
}

const completionHelp = `
The script is for a command named vetted; it may be an alias.

Examples:
  $ alias vetted='npx vetted'
  $ source <(npx vetted completion bash)             in ~/.bashrc
  $ source <(npx vetted completion zsh)              in ~/.zshrc, after compinit
  $ npx vetted completion fish > ~/.config/fish/completions/vetted.fish`;
