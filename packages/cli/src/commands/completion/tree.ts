import type { Argument, Command, Option } from 'commander';

/** What can stand in a place: one of these words, the name of a file, or something that only the person knows. */
export type Values = readonly string[] | 'file' | 'unknown';

export interface CompletedOption {
  /** As they are typed: `--format`, `-h`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What follows it; absent where nothing does, or nothing need. */
  readonly values?: Values;
}

/** One command, with what can follow it. */
export interface CompletedCommand {
  /** The words that lead to it, without the program's own name. */
  readonly path: readonly string[];
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
  readonly operands: readonly Values[];
}

/** Every command of a program, itself first: what its help shows, no more and no less. */
export function commandsOf(command: Command, path: readonly string[] = []): CompletedCommand[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  return [
    {
      path,
      subcommands: subcommands.map((one) => ({ name: one.name(), description: help.subcommandDescription(one) })),
      options: help.visibleOptions(command).map(optionOf),
      operands: command.registeredArguments.map((operand) => valuesOf(operand, operand.name())),
    },
    ...subcommands.flatMap((one) => commandsOf(one, [...path, one.name()])),
  ];
}

function optionOf(option: Option): CompletedOption {
  return {
    flags: [option.long, option.short].filter((flag) => typeof flag === 'string'),
    description: option.description,
    ...(option.required && { values: valuesOf(option, option.flags) }),
  };
}

/** A file is recognised by its name, as a person would. */
function valuesOf({ argChoices }: Argument | Option, name: string): Values {
  return argChoices ?? (/\b(file|folder)\b/.test(name) ? 'file' : 'unknown');
}
