// Builds the console into packages/service/console, from where the service sends it: index.html, and assets whose names
// tell their content, each beside itself as brotli and as gzip.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const compressible = /\.(js|css|svg)$/;

/** Throws where the sources cannot be bundled. The client must have been built. */
export async function buildConsole(folder = join(root, 'packages/service/console')) {
  await build({
    configFile: false,
    root: join(root, 'packages/console'),
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      // Pages are few and small; a style sheet each would be one more thing to wait for.
      cssCodeSplit: false,
      chunkSizeWarningLimit: 1_000,
      assetsInlineLimit: 0,
      rolldownOptions: {
        // Marks for servers that render components; they mean nothing in a bundle, and there are hundreds.
        onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
      },
    },
  });
  if (!existsSync(join(folder, 'index.html'))) throw new Error(`Vite wrote no index.html into ${folder}.`);
  await compressAssets(join(folder, 'assets'));
}

async function compressAssets(folder) {
  const names = (await readdir(folder)).filter((name) => compressible.test(name));
  await Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(folder, name));
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
      await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(content, quality));
      await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(content, { level: 9 }));
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildConsole();
