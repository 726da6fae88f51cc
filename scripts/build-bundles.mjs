// Builds what the service and the command line run: packages/service/bundle and packages/cli/bundle, by rolldown. A
// start that links 1,200 small modules takes a second longer than one that reads a few files. What is loaded later, if
// at all, becomes a file of its own, or stays outside.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = {
  '@vetted/contract/guid': join(root, 'packages/contract/src/guid.ts'),
  '@vetted/contract': join(root, 'packages/contract/src/index.ts'),
  '@vetted/client': join(root, 'packages/client/src/index.ts'),
};

const bundles = [
  {
    folder: join(root, 'packages/service'),
    input: { index: 'src/index.ts' },
    // Native, looked up by a path of its own, one for the whole process, or so large and so rarely used that a file of
    // its own is best.
    external: [
      'better-sqlite3',
      'pg',
      'prom-client',
      '@opentelemetry',
      '@fastify/static',
      '@fastify/swagger',
      '@fastify/swagger-ui',
      'email-providers',
      'selfsigned',
      'tldts',
    ],
  },
  {
    folder: join(root, 'packages/cli'),
    input: { main: 'src/main.ts' },
    external: ['@vetted/service', '@azure/identity', '@azure/msal-node'],
  },
];

/** What our code requires, to have it at once where it is first needed, is bundled like what it imports. */
const requireAsImport = {
  name: 'require-as-import',
  transform: {
    filter: { id: /\/packages\/[^/]+\/src\//, code: 'createRequire(import.meta.url)' },
    // The line stays, so that the source map holds.
    handler: (code) => ({ code: code.replace('const require = createRequire(import.meta.url);', ''), map: null }),
  },
};

/** Throws where the sources cannot be bundled. The types are looked after by tsc. */
export async function buildBundles() {
  await Promise.all(bundles.map(bundle));
}

async function bundle({ folder, input, external }) {
  const built = await rolldown({
    input: Object.fromEntries(Object.entries(input).map(([name, path]) => [name, join(folder, path)])),
    platform: 'node',
    tsconfig: join(folder, 'tsconfig.json'),
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    resolve: { alias: sources },
    plugins: [requireAsImport],
    onLog: (level, log, report) => log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT' && report(level, log),
  });
  const dir = join(folder, 'bundle');
  await mkdir(dir, { recursive: true });
  const { output } = await built.write({ dir, format: 'esm', sourcemap: true, chunkFileNames: '[name].js' });
  await built.close();
  await writeFile(join(dir, 'LICENSES.txt'), licencesOf(output.flatMap(({ moduleIds = [] }) => moduleIds)));
  // Last: who runs the build meanwhile finds it.
  const written = new Set(['LICENSES.txt', ...output.map(({ fileName }) => fileName)]);
  for (const name of await readdir(dir)) if (!written.has(name)) await rm(join(dir, name));
}

/** The notices of the packages that were bundled in: their licences ask for them to go along. */
function licencesOf(moduleIds) {
  const folders = new Set(moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
  const notices = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
    return `${name} ${version}: ${license}${text}\n`;
  });
  return notices.sort().join(`\n${'-'.repeat(80)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBundles();
