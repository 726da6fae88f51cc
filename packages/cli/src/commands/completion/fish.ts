import { keyOf } from './quoting.js';
import type { CompletedCommand, CompletedOption, Values } from './tree.js';

/** A script for fish 3 and later, to be kept as `vetted.fish` in a folder of completions, or sourced. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const [, ...paths] = commands.map(({ path }) => quoted(keyOf(path)));
  const valued = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, values }) =>
      values === undefined ? [] : flags.map((flag) => quoted(`${keyOf(path)} ${flag}`)),
    ),
  );
  return `# fish completion for vetted, printed by: vetted completion fish

# Whether what is typed has led to this command, and to its operand of this number.
function __vetted_at
    set -l commands ${paths.join(' ')}
    set -l valued ${valued.join(' ')}
    set -l at ''
    set -l operand 0
    set -l is_value no
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if test $is_value = yes
            set is_value no
        else if string match -q -- '-*' $word
            contains -- "$at $word" $valued; and set is_value yes
        else if contains -- "$at $word" $commands
            set at "$at $word"
        else
            set operand (math $operand + 1)
        end
    end
    test "$at" = "$argv[1]"; or return 1
    test (count $argv) = 1; or test $operand = "$argv[2]"
end

complete -c vetted -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, subcommands, options, operands }: CompletedCommand): string[] {
  const at = keyOf(path);
  return [
    ...subcommands.map(({ name, description }) => `${condition(at)} -a ${quoted(name)} -d ${quoted(description)}`),
    ...options.map((option) => `${condition(at)} ${flagsOf(option)} -d ${quoted(option.description)}`),
    ...operands.flatMap((values, index) => {
      const offered = offer(values);
      return offered === '' ? [] : `${condition(at, index)} ${offered}`;
    }),
  ];
}

function condition(at: string, operand?: number): string {
  const test = `__vetted_at ${quoted(at)}${operand === undefined ? '' : ` ${operand}`}`;
  return `complete -c vetted -n ${quoted(test)}`;
}

function flagsOf({ flags, values }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  if (values === undefined) return names.join(' ');
  return [...names, values === 'file' ? '-r' : '-x', offer(values)].join(' ').trimEnd();
}

function offer(values: Values): string {
  if (values === 'file') return '-F';
  return values === 'unknown' ? '' : `-a ${quoted(values.join(' '))}`;
}

/** fish escapes with a backslash also between apostrophes. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
