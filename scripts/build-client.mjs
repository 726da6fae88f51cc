// Builds packages/client/dist: declarations by tsc, and by rolldown one build for each way to load it. The contract is
// bundled in, so that the published package does not depend on it; the dependencies of its package.json stay outside.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const client = join(root, 'packages/client');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const { dependencies } = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8'));

/**
 * A module a file, so that a bundler leaves out the files that a program does not use, with what they import: a single
 * file would keep every package that does not declare itself free of side effects.
 */
const modules = { format: 'esm', sourcemap: true, preserveModules: true, preserveModulesRoot: join(client, 'src') };

/**
 * Builds the client into `dist`, its own folder or another. Throws where the sources do not compile.
 * Files are written over, never taken away first: whoever uses the build meanwhile finds it. A build into another folder
 * leaves the client's own alone, and needs the contract's declarations to be there.
 */
export async function buildClient(dist = join(client, 'dist')) {
  await buildDeclarations(dist);
  await bundle({}, { dir: join(dist, 'esm'), ...modules });
  await bundle(forBrowsers, { dir: join(dist, 'browser'), ...modules });
  await bundle({}, { dir: join(dist, 'cjs'), format: 'cjs', exports: 'named', sourcemap: true });
  await writeFile(join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');
}

/** Builds the declarations alone, into `dist/esm` and `dist/cjs`. */
export async function buildDeclarations(dist) {
  const isOwn = dist === join(client, 'dist');
  const declarations = join(dist, 'esm');
  const args = isOwn
    ? ['-b', '--force', client]
    : ['-p', client, '--outDir', declarations, '--tsBuildInfoFile', join(dist, '.tsbuildinfo')];
  const { status } = spawnSync(process.execPath, [tsc, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`tsc ${args.join(' ')} failed with exit code ${status}.`);
  await removeStale(declarations);
  await cp(declarations, join(dist, 'cjs'), { recursive: true, filter: (path) => !/\.js(\.map)?$/.test(path) });
  await removeStale(join(dist, 'cjs'));
}

/** Declarations of sources that are gone. */
async function removeStale(folder) {
  await removeBut(folder, /\.d\.ts$/, (path) => existsSync(join(client, 'src', path.replace(/\.d\.ts$/, '.ts'))));
}

async function removeBut(folder, kind, isWanted) {
  for (const path of await readdir(folder, { recursive: true })) {
    if (kind.test(path) && !isWanted(path.replaceAll('\\', '/'))) await rm(join(folder, path));
  }
}

async function bundle(input, output) {
  const built = await rolldown({
    input: join(client, 'src/index.ts'),
    platform: 'neutral',
    external: isOutside,
    tsconfig: join(client, 'tsconfig.json'),
    resolve: { alias: { '@vetted/contract': join(root, 'packages/contract/src/index.ts') } },
    ...input,
  });
  const { output: written } = await built.write(output);
  await built.close();
  const names = new Set(written.map(({ fileName }) => fileName));
  const taken = written.flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => id.includes('node_modules'));
  if (taken.length > 0)
    throw new Error(`The client would hold ${taken.join(', ')}: make it a dependency, or go without.`);
  await removeBut(output.dir, /\.js(\.map)?$/, (path) => names.has(path));
}

function isOutside(id) {
  return isNodeOnly(id) || Object.keys(dependencies).some((name) => isOf(name, id));
}

function isNodeOnly(id) {
  return id.startsWith('node:') || isOf('@azure/msal-node', id);
}

function isOf(name, id) {
  return id === name || id.startsWith(`${name}/`);
}

/** Stands in browsers for what only Node.js has: it is imported when it is used, and says so then. */
const nodeOnly = {
  name: 'node-only',
  resolveId: (id) => (isNodeOnly(id) ? `\0node-only:${id}` : undefined),
  load(id) {
    const name = /^\0node-only:(.+)/.exec(id)?.[1];
    return name && `throw new Error('This needs Node.js: ${name} does not run in a browser.');`;
  },
};
const forBrowsers = { external: (id) => isOutside(id) && !isNodeOnly(id), plugins: [nodeOnly] };

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildClient();
