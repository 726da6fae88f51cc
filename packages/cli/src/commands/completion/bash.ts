import { keyOf, quoted } from './quoting.js';
import type { CompletedCommand, Values } from './tree.js';

/** A script for bash 3.2, which macOS has, and later ones. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const options = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, values }) =>
      values === undefined ? [] : flags.map((flag) => `${quoted(`${keyOf(path)} ${flag}`)}) ${assignment(values)} ;;`),
    ),
  );
  const operands = commands.flatMap(({ path, operands }) =>
    operands.flatMap((values, index) =>
      values === 'unknown' ? [] : `${quoted(`${keyOf(path)} ${index}`)}) ${assignment(values)} ;;`,
    ),
  );
  return `# bash completion for vetted, printed by: vetted completion bash

# What follows an option. Fails where nothing does.
_vetted_option() {
  case $1 in
    ${options.join('\n    ')}
    *) return 1 ;;
  esac
}

# What an operand can be.
_vetted_operand() {
  case $1 in
    ${operands.join('\n    ')}
  esac
}

# What a command has.
_vetted_command() {
  case $1 in
    ${commands.map(commandCase).join('\n    ')}
  esac
}

_vetted() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} at='' option='' operand=0 is_value='' word i
  local values='' files='' subcommands='' options=''
  COMPREPLY=()
  _vetted_command ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $is_value ]]; then
      # bash takes --format=csv apart at the equals sign.
      [[ $word == '=' ]] || is_value=''
    elif [[ $word == -* ]]; then
      option=$word
      _vetted_option "$at $word" && is_value=1
    elif [[ " $subcommands " == *" $word "* ]]; then
      at="$at $word"
      _vetted_command "$at"
    else
      operand=$((operand + 1))
    fi
  done
  values='' files=''
  if [[ -n $is_value ]]; then
    _vetted_option "$at $option"
    [[ $cur == '=' ]] && cur=''
  elif [[ $cur == -* ]]; then
    values=$options
  elif [[ -n $subcommands ]]; then
    values=$subcommands
  else
    _vetted_operand "$at $operand"
  fi
  # Without an answer, bash completes the names of files.
  [[ -n $files ]] && return
  # bash 3.2 has no compopt, and offers files as well.
  compopt +o default 2>/dev/null
  COMPREPLY=($(compgen -W "$values" -- "$cur"))
}

complete -o default -F _vetted vetted
`;
}

function assignment(values: Values): string {
  if (values === 'file') return 'files=1';
  return values === 'unknown' ? ':' : `values=${quoted(values.join(' '))}`;
}

function commandCase({ path, subcommands, options }: CompletedCommand): string {
  const names = subcommands.map(({ name }) => name).join(' ');
  const flags = options.flatMap((option) => option.flags).join(' ');
  return `${quoted(keyOf(path))}) subcommands=${quoted(names)} options=${quoted(flags)} ;;`;
}
