import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examples } from '@vetted/testkit';
import { describe, expect, it } from 'vitest';
import { startSandbox, temporaryFolder, vetted } from './support.js';

const hook = new URL('./loaded-files.mjs', import.meta.url).href;

/** A trace of what a process loads, and the environment that has it written. */
async function trace() {
  const file = join(await temporaryFolder(), 'loaded');
  return {
    env: { NODE_OPTIONS: `--import=${hook}`, VETTED_LOADED: file },
    /** From where: our packages by their folders, those of others by their names. */
    async places() {
      const files = (await readFile(file, 'utf8')).trim().split('\n');
      const own = files.filter((name) => !name.startsWith('node:') && name !== hook);
      return new Set(own.map((name) => placeOf(name.replaceAll('\\', '/'))));
    },
  };
}

function placeOf(file: string): string {
  const [, room] = /\/packages\/(\w+\/\w+)\/[^/]+$/.exec(file) ?? [];
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  return name ?? room ?? file;
}

/** The program itself, and what is built of it. */
const program = ['cli/bin', 'cli/bundle'];

describe('a start loads only what it needs', () => {
  it.each([
    ['vetted --help', ['--help']],
    ['vetted codes --help', ['codes', '--help']],
  ])('%s: the command line', async (_, args) => {
    const { env, places } = await trace();
    expect(await vetted(args, { env })).toMatchObject({ exitCode: 0 });
    expect(await places()).toEqual(new Set(program));
  });

  it('vetted get: no service, no database and no sign-in of Azure', async () => {
    const sandbox = await startSandbox();
    const { env, places } = await trace();
    const outcome = await vetted(['get', examples[0].customerId], { env: { ...env, VETTED_HOME: sandbox.home } });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await places()).toEqual(new Set(program));
  });

  it('vetted serve on SQLite: its driver, and neither PostgreSQL, metrics, traces nor the pages of the API', async () => {
    const { env, places } = await trace();
    const sandbox = await startSandbox({ env });
    expect(await fetch(`${sandbox.baseUrl}/healthz`)).toMatchObject({ status: 200 });
    await sandbox.stop();
    const sqlite = ['better-sqlite3', 'bindings', 'file-uri-to-path'];
    expect(await places()).toEqual(new Set([...program, 'service/bundle', ...sqlite]));
  });
});
