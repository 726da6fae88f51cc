// Reads the client's public API from its declarations, with Microsoft's API Extractor.
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { ApiModel } from '@microsoft/api-extractor-model';
import { buildDeclarations } from './build-client.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const client = join(root, 'packages/client');

/**
 * What the client exports, from its sources as they are now.
 * @returns {Promise<{ report: string, entryPoint: import('@microsoft/api-extractor-model').ApiEntryPoint, problems: string[] }>}
 *   the report, the model, and what is wrong with declarations and docstrings
 */
export function readApi() {
  return readDeclarations((dist) => buildDeclarations(dist));
}

/** What a package's declarations export; `build` writes them, `index.d.ts` among them, below `<folder>/esm`. */
export async function readDeclarations(build) {
  // Not below node_modules, where API Extractor takes every file for another package's.
  const folder = await mkdtemp(join(tmpdir(), 'vetted-api-'));
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await cp(join(client, 'package.json'), join(folder, 'package.json'));
    await mkdir(join(folder, 'report'));
    await build(join(folder, 'dist'));
    const problems = extract(folder);
    const [entryPoint] = new ApiModel().loadPackage(join(folder, 'client.api.json')).entryPoints;
    return { report: await readFile(join(folder, 'report/client.api.md'), 'utf8'), entryPoint, problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function extract(folder) {
  const problems = [];
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: configObject(folder),
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      if (message.messageId === 'console-api-report-created') return;
      if (message.logLevel === 'error' || message.logLevel === 'warning') {
        problems.push(message.formatMessageWithLocation(folder));
      }
    },
  });
  return problems;
}

const compilerOptions = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023', 'dom'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
};

function configObject(folder) {
  return {
    projectFolder: folder,
    mainEntryPointFilePath: join(folder, 'dist/esm/index.d.ts'),
    compiler: { overrideTsconfig: { compilerOptions } },
    apiReport: { enabled: true, reportFileName: 'client.api.md', reportFolder: join(folder, 'report') },
    docModel: { enabled: true, apiJsonFilePath: join(folder, 'client.api.json') },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      compilerMessageReporting: { default: { logLevel: 'warning' } },
      extractorMessageReporting: {
        default: { logLevel: 'warning' },
        // Everything that is exported is released.
        'ae-missing-release-tag': { logLevel: 'none' },
        // api-rules.mjs says it, and more.
        'ae-undocumented': { logLevel: 'none' },
      },
      tsdocMessageReporting: {
        default: { logLevel: 'warning' },
        // The house writes `@param name What it is`, without TSDoc's hyphen.
        'tsdoc-param-tag-missing-hyphen': { logLevel: 'none' },
      },
    },
  };
}
