import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandsOf } from '../src/commands/completion/tree.js';
import { createProgram } from '../src/program.js';

const page = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8');
const commands = commandsOf(createProgram(process)).filter(({ path }) => !path.includes('help'));
const nameOf = (path: readonly string[]) => ['vetted', ...path].join(' ');

describe('the page about the command line', () => {
  it('names every command that does something, and no other', () => {
    const named = [...page.matchAll(/`(vetted(?: [a-z]+(?:-[a-z]+)*)+)`/g)].map(([, name]) => name);
    const doing = commands.filter(
      ({ path, subcommands }) => path.length > 0 && (subcommands.length === 0 || path[0] === 'reviews'),
    );
    expect([...new Set(named)].sort()).toEqual(doing.map(({ path }) => nameOf(path)).sort());
  });

  it('shows only options that its commands have', () => {
    const lines = [...page.matchAll(/^npx (vetted [a-z]+)(.*)$/gm)];
    expect(lines.length).toBeGreaterThan(3);
    for (const [line, name, rest = ''] of lines) {
      const flags = commands.find(({ path }) => nameOf(path) === name)?.options.flatMap((option) => option.flags);
      for (const [flag] of rest.matchAll(/--[a-z-]+/g))
        expect([line, flags]).toEqual([line, expect.arrayContaining([flag])]);
    }
  });
});
