import { keyOf, quoted } from './quoting.js';
import type { CompletedCommand, Values } from './tree.js';

/** A script for zsh, to be sourced after compinit, or kept as `_vetted` in a folder of `fpath`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const options = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, values }) =>
      values === undefined ? [] : flags.map((flag) => `(${quoted(`${keyOf(path)} ${flag}`)}) ${assignment(values)} ;;`),
    ),
  );
  const operands = commands.flatMap(({ path, operands }) =>
    operands.flatMap((values, index) =>
      values === 'unknown' ? [] : `(${quoted(`${keyOf(path)} ${index}`)}) ${assignment(values)} ;;`,
    ),
  );
  return `#compdef vetted
# zsh completion for vetted, printed by: vetted completion zsh

# What follows an option. Fails where nothing does.
_vetted_option() {
  case $1 in
    ${options.join('\n    ')}
    (*) return 1 ;;
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
  local at='' option='' is_value='' files='' word='' cur=$words[CURRENT]
  local -i operand=0 i
  local -a values subcommands options names
  _vetted_command ''
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    names=("\${subcommands[@]%%:*}")
    if [[ -n $is_value ]]; then
      is_value=''
    elif [[ $word == -* ]]; then
      option=$word
      _vetted_option "$at $word" && is_value=1
    elif (( \${names[(Ie)$word]} )); then
      at="$at $word"
      _vetted_command "$at"
    else
      operand+=1
    fi
  done
  values=() files=''
  if [[ -n $is_value ]]; then
    _vetted_option "$at $option"
  elif [[ $cur == -*=* ]]; then
    _vetted_option "$at \${cur%%=*}" && compset -P '*='
  elif [[ $cur == -* ]]; then
    _describe -o option options
    return
  elif (( $#subcommands )); then
    _describe command subcommands
    return
  else
    _vetted_operand "$at $operand"
  fi
  if [[ -n $files ]]; then
    _files
  else
    compadd -a values
  fi
}

compdef _vetted vetted
if [[ $funcstack[1] == _vetted ]]; then
  _vetted
fi
`;
}

function assignment(values: Values): string {
  if (values === 'file') return 'files=1';
  return values === 'unknown' ? ':' : `values=(${values.map(quoted).join(' ')})`;
}

function commandCase({ path, subcommands, options }: CompletedCommand): string {
  const names = subcommands.map(({ name, description }) => described(name, description));
  const flags = options.flatMap((option) => option.flags.map((flag) => described(flag, option.description)));
  return `(${quoted(keyOf(path))}) subcommands=(${names.join(' ')}) options=(${flags.join(' ')}) ;;`;
}

function described(word: string, description: string): string {
  return quoted(`${word}:${description}`);
}
