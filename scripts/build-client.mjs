// Builds packages/client/dist: declarations by tsc, one bundle a module system by rolldown. The contract is bundled in,
// so that the published package does not depend on it; everything of @azure and standardwebhooks stay dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const client = join(root, 'packages/client');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/**
 * Builds the client into `dist`, its own folder or another. Throws where the sources do not compile.
 * Files are written over, never taken away first: whoever uses the build meanwhile finds it. tsc writes its declarations
 * into the client's own folder in any case, as the workspace's references need them there.
 */
export async function buildClient(dist = join(client, 'dist')) {
  const { status } = spawnSync(process.execPath, [tsc, '-b', '--force', client], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`tsc -b --force packages/client failed with exit code ${status}.`);
  await copyDeclarations(join(dist, 'esm'));
  await copyDeclarations(join(dist, 'cjs'));
  await writeFile(join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');
  await bundle(dist);
  await removeStale(join(dist, 'esm'));
  await removeStale(join(dist, 'cjs'));
}

/** Declarations of sources that are gone. */
async function removeStale(folder) {
  for (const path of await readdir(folder, { recursive: true })) {
    const isStale = path.endsWith('.d.ts') && !existsSync(join(client, 'src', path.replace(/\.d\.ts$/, '.ts')));
    if (isStale) await rm(join(folder, path));
  }
}

async function copyDeclarations(folder) {
  const declarations = join(client, 'dist/esm');
  if (folder === declarations) return;
  await cp(declarations, folder, { recursive: true, filter: (source) => !/\.js(\.map)?$/.test(source) });
}

async function bundle(dist) {
  const built = await rolldown({
    input: join(client, 'src/index.ts'),
    external: /^(@azure\/|standardwebhooks$)/,
    platform: 'neutral',
    tsconfig: join(client, 'tsconfig.json'),
    resolve: { alias: { '@vetted/contract': join(root, 'packages/contract/src/index.ts') } },
  });
  await built.write({ file: join(dist, 'esm/index.js'), format: 'esm', sourcemap: true });
  await built.write({ file: join(dist, 'cjs/index.js'), format: 'cjs', exports: 'named', sourcemap: true });
  await built.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildClient();
