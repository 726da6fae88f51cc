import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);
const client = fileURLToPath(new URL('..', import.meta.url));
/** A file of a package that the workspace has installed. */
export const tool = (path: string) => join(client, '../../node_modules', path);

/** The package as npm would publish it. */
export interface PackedClient extends AsyncDisposable {
  /** A folder of this test's own. */
  readonly folder: string;
  /** What was packed, unpacked. */
  readonly package: string;
  readonly tarball: string;
  /** The paths in the tarball. */
  readonly files: readonly string[];
}

/** Builds and packs a copy, so that no test that runs meanwhile misses the workspace's own build. */
export async function packClient(): Promise<PackedClient> {
  const folder = await mkdtemp(join(tmpdir(), 'vetted-client-'));
  const copy = join(folder, 'package');
  await mkdir(copy);
  for (const name of ['package.json', 'LICENSE', 'README.md']) await cp(join(client, name), join(copy, name));
  const { buildClient } = await import(new URL('../../../scripts/build-client.mjs', import.meta.url).href);
  await buildClient(join(copy, 'dist'));
  const { stdout } = await npm(['pack', '--json', '--pack-destination', folder], copy);
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  return {
    folder,
    package: copy,
    tarball: join(folder, packed?.filename ?? ''),
    files: packed?.files.map(({ path }) => path) ?? [],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A new project that finds the package, and its dependencies in the workspace: quicker than to install them. */
export async function linkClient(packed: PackedClient): Promise<string> {
  const project = join(packed.folder, 'linked');
  await mkdir(join(project, 'node_modules/@vetted'), { recursive: true });
  await cp(packed.package, join(project, 'node_modules/@vetted/client'), { recursive: true });
  await symlink(tool('.'), join(packed.folder, 'node_modules'), 'junction');
  return project;
}

/** A new project that has installed the package, and whatever else is asked for. */
export async function installClient({ folder, tarball }: PackedClient, ...others: string[]): Promise<string> {
  const project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "private": true }');
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, ...others], project);
  return project;
}

function npm(args: string[], cwd: string) {
  return run('npm', args, { cwd, shell: process.platform === 'win32' });
}
