import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type Shell, scriptFor, shells } from '../src/commands/completion/script.js';
import { commandsOf } from '../src/commands/completion/tree.js';
import { createProgram } from '../src/program.js';
import { temporaryFolder, vetted } from './support.js';

const commands = commandsOf(createProgram(process));
const topCommands = commands[0]?.subcommands.map(({ name }) => name) ?? [];
const FILES = 'the names of files';

/** What is typed, the last word being completed, and what there is to choose from. */
const cases: readonly (readonly [readonly string[], readonly string[] | typeof FILES])[] = [
  [[''], topCommands],
  [['exp'], ['export']],
  [['export', '--for'], ['--format']],
  [
    ['export', '--format', ''],
    ['csv', 'json', 'ndjson'],
  ],
  [['export', '--format', 'n'], ['ndjson']],
  [['export', '--format=c'], ['csv']],
  [['export', '--restart', '--format', 'csv', '--sta'], ['--status']],
  [['export', '--output', 'export', '--format', 'j'], ['json']],
  [['export', '--output', ''], FILES],
  [['export', '--concurrency', ''], []],
  [['import', ''], FILES],
  [['completion', ''], shells],
  [
    ['request', 'some-customer', ''],
    ['education', 'gcc', 'state-owned'],
  ],
  [['request', 'some-customer', 'education', '--segment', 'h'], ['higher']],
  [['get', ''], []],
  [['admin', 'partner', 'a'], ['add']],
  [['admin', 'partner', 'add', '--data'], ['--database']],
];

describe('the scripts of vetted completion', () => {
  it('know every command, option and value that commander knows', () => {
    const program = new Command('vetted');
    program.command('one').description("it's one").option('--kind <kind>').option('-n, --number <n>', 'how many');
    program.command('two').command('three').argument('<file>').option('--dry');
    expect(
      commandsOf(program).map(({ path, options }) => [path.join(' '), options.flatMap(({ flags }) => flags)]),
    ).toEqual([
      ['', ['--help', '-h']],
      ['one', ['--kind', '--number', '-n', '--help', '-h']],
      ['two', ['--help', '-h']],
      ['two three', ['--dry', '--help', '-h']],
      ['two help', []],
      ['help', []],
    ]);
    for (const shell of shells) {
      const script = scriptFor(shell, commandsOf(program));
      for (const name of ['one', 'two', 'three', 'number', 'dry'])
        expect([shell, script]).toEqual([shell, expect.stringContaining(name)]);
    }
  });

  it.each(shells)('are printed for %s, and nothing else is', async (shell) => {
    expect(await vetted(['completion', shell])).toEqual({
      exitCode: 0,
      stdout: scriptFor(shell, commands),
      stderr: '',
    });
  });

  it.each(shells)('hold no word in %s that the shell would take for more than a word', (shell) => {
    const words = commands.flatMap(({ path, options, operands, subcommands }) => [
      ...path,
      ...subcommands.map(({ name }) => name),
      ...options.flatMap(({ flags, values }) => [...flags, ...(Array.isArray(values) ? values : [])]),
      ...operands.flatMap((values) => (Array.isArray(values) ? values : [])),
    ]);
    expect(words.filter((word) => !/^[\w.-]+$/.test(word))).toEqual([]);
    const tricky = new Command('vetted').command('one').description("it's $(date) `date` \\ [x]:y");
    expect(scriptFor(shell, commandsOf(tricky))).not.toMatch(/^[^'#]*\$\(date\)/m);
  });

  it('ask for the shell, and know no other', async () => {
    const { exitCode, stderr } = await vetted(['completion', 'tcsh']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Allowed choices are bash, zsh, fish.')]);
  });
});

/** Completion functions stand in for zsh's own, which want a terminal; bash and fish can be asked as they are. */
const drivers: Readonly<Record<Shell, (script: string, words: readonly string[]) => string>> = {
  bash: (script, words) => `
    source ${script}
    compopt() { is_plain=1; }
    COMP_WORDS=(vetted ${quoted(words.flatMap(apart))}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _vetted
    [[ -n $is_plain ]] || echo '${FILES}'
    [[ \${#COMPREPLY[@]} = 0 ]] || printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (script, words) => `
    compdef() { : }
    compset() { : }
    compadd() { print -rl -- \${(P)2} }
    _describe() { local name=$@[-1]; print -rl -- "\${(@)\${(P@)name}%%:*}" }
    _files() { print '${FILES}' }
    source ${script}
    words=(vetted ${quoted(words)}); CURRENT=${words.length + 1}
    _vetted`,
  fish: (script, words) => `source ${script}; complete -C ${quoted([`vetted ${words.join(' ')}`])}`,
};

/** As bash takes a word apart: `--format=c` is three. */
function apart(word: string): string[] {
  return word.split(/(=)/);
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}

/** Only those of this machine: none of them comes with git and Node.js. */
const present = shells.filter((shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0);

describe.each(present)('the script for %s, in the shell itself', (shell) => {
  it('offers what can stand there, whatever stands before', async () => {
    const folder = await temporaryFolder();
    const script = join(folder, 'vetted-completion');
    await writeFile(script, scriptFor(shell, commands));
    for (const [words, expected] of cases) {
      const typed = withoutFlag(words.at(-1) ?? '');
      const driver = drivers[shell](script, words);
      const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, HOME: folder } } as const;
      const lines = execFileSync(shell, ['-c', driver], options).split('\n');
      const offered = lines
        .filter((line) => line !== '')
        // fish has descriptions, and the file that is there.
        .map((line) => (line === 'vetted-completion' ? FILES : withoutFlag(line.replace(/\t.*/, ''))))
        // zsh leaves out by itself what does not begin as typed.
        .filter((word) => word === FILES || word.startsWith(typed));
      expect([words, offered.sort()]).toEqual([words, expected === FILES ? [FILES] : [...expected].sort()]);
    }
  });
});

/** `c` of `--format=c`. */
function withoutFlag(word: string): string {
  return word.replace(/^--[\w-]+=/, '');
}
