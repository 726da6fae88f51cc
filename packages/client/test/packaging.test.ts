import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY, SECRET, signed } from './delivery.js';
import { CUSTOMER_ID } from './fixture.js';
import { json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

const run = promisify(execFile);
const client = fileURLToPath(new URL('..', import.meta.url));
const root = join(client, '../..');
const tool = (path: string) => join(root, 'node_modules', path);

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let packed: Packed;
let tarball: string;

// A copy is built and packed, so that no test that runs meanwhile misses the workspace's own build.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vetted-client-'));
  const copy = join(folder, 'package');
  await mkdir(copy);
  for (const name of ['package.json', 'LICENSE', 'README.md']) await cp(join(client, name), join(copy, name));
  const { buildClient } = await import(new URL('../../../scripts/build-client.mjs', import.meta.url).href);
  await buildClient(join(copy, 'dist'));
  const { stdout } = await npm(['pack', '--json', '--pack-destination', folder], copy);
  [packed] = JSON.parse(stdout);
  tarball = join(folder, packed.filename);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function npm(args: string[], cwd: string) {
  return run('npm', args, { cwd, shell: process.platform === 'win32' });
}

describe('the package', () => {
  it('holds the two builds, their maps and their types, and nothing else', () => {
    const others = packed.files
      .map(({ path }) => path)
      .filter((path) => !/^dist\/(esm|cjs)\/(transport\/)?[a-z-]+\.d\.ts$/.test(path));
    expect(others.sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/cjs/index.js',
      'dist/cjs/index.js.map',
      'dist/cjs/package.json',
      'dist/esm/index.js',
      'dist/esm/index.js.map',
      'package.json',
    ]);
  });

  it('does not need the contract, nor what the contract needs', async () => {
    const { dependencies } = JSON.parse(await readFile(join(folder, 'package/package.json'), 'utf8'));
    expect(Object.keys(dependencies).filter((name) => !name.startsWith('@azure/'))).toEqual(['standardwebhooks']);
    for (const path of await readdir(join(folder, 'package/dist'), { recursive: true })) {
      if (!/\.(js|d\.ts)$/.test(path)) continue;
      const text = await readFile(join(folder, 'package/dist', path), 'utf8');
      const imported = [...text.matchAll(/(?:from |require\(|import\()["']([^."'][^"']*)["']/g)].map(
        ([, name]) => name,
      );
      const allowed = imported.filter(
        (name) => name === '@vetted/client' || name === '@azure/identity' || (name ?? '') in dependencies,
      );
      expect([path, imported]).toEqual([path, allowed]);
    }
  });

  it('is clean to publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: join(folder, 'package'), strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('has the right types for every way to resolve it, says attw', async () => {
    const attw = run(process.execPath, [
      tool('@arethetypeswrong/cli/dist/index.js'),
      tarball,
      '--format',
      'ascii',
      '--no-color',
    ]);
    await expect(attw).resolves.toMatchObject({ stdout: expect.stringContaining('No problems found') });
  });
});

describe('a project that installs the package', () => {
  let server: ScriptedServer;
  let project: string;

  beforeAll(async () => {
    server = await startScriptedServer(json([{ qualification: 'Education', vettingCreateDate: '2020-12-03' }]));
    project = join(folder, 'project');
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{ "private": true }');
    await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], project);
    await writeProgram(
      'esm',
      'module',
      "import { isPartnerCenterError, PartnerCenterClient, verifyWebhook } from '@vetted/client';",
    );
    await writeProgram(
      'cjs',
      'commonjs',
      "import client = require('@vetted/client');\nconst { isPartnerCenterError, PartnerCenterClient, verifyWebhook } = client;",
    );
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** A program in TypeScript that prints what it gets, the status of what it is refused, and whom a delivery is about. */
  async function writeProgram(name: string, type: string, load: string): Promise<void> {
    await mkdir(join(project, name));
    await writeFile(join(project, name, 'package.json'), JSON.stringify({ type }));
    await writeFile(join(project, name, 'program.ts'), `${load}\n${PROGRAM}`);
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [tool('@types')],
      rootDir: '.',
    };
    await writeFile(join(project, name, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  }

  it.each(['esm', 'cjs'])('type-checks, compiles and runs as %s', async (name) => {
    server.play(json([{ qualification: 'Education', vettingCreateDate: '2020-12-03' }]), { status: 404 });
    await run(process.execPath, [tool('typescript/bin/tsc'), '-p', join(project, name)]);
    const delivery = JSON.stringify([BODY, signed(BODY, { at: new Date() }), SECRET]);
    const program = join(project, name, 'program.js');
    const { stdout } = await run(process.execPath, [program, server.url, CUSTOMER_ID, delivery]);
    const qualifications = [{ qualification: 'Education', vettingCreatedDate: '2020-12-03' }];
    expect(JSON.parse(stdout)).toEqual([qualifications, 404, CUSTOMER_ID]);
  });

  it('tells an error of the CommonJS copy by the guard of the ESM copy, and the other way round', async () => {
    await writeFile(
      join(project, 'esm/both.mjs'),
      `import { createRequire } from 'node:module';
       import * as esm from '@vetted/client';
       const cjs = createRequire(import.meta.url)('@vetted/client');
       console.log(JSON.stringify([
         cjs.PartnerCenterError === esm.PartnerCenterError,
         esm.isPartnerCenterError(new cjs.PartnerCenterError('x')),
         cjs.isPartnerCenterError(new esm.PartnerCenterError('x')),
         esm.isWebhookVerificationError(new cjs.WebhookVerificationError('x', 'body-invalid')),
         cjs.isWebhookVerificationError(new esm.WebhookVerificationError('x', 'body-invalid')),
         Object.keys(cjs).sort().join() === Object.keys(esm).sort().join(),
       ]));`,
    );
    const { stdout } = await run(process.execPath, [join(project, 'esm/both.mjs')]);
    expect(JSON.parse(stdout)).toEqual([false, true, true, true, true, true]);
  });
});

const PROGRAM = `
async function main(baseUrl: string, customerId: string, delivery: string): Promise<void> {
  const credential = { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const { customers } = new PartnerCenterClient(credential, { baseUrl });
  const qualifications = await customers.byId(customerId).qualification.getQualifications();
  const statusCode = await customers.byId(customerId).get().then(
    () => undefined,
    (error: unknown) => (isPartnerCenterError(error) ? error.statusCode : undefined),
  );
  const [body, headers, secret]: [string, Record<string, string>, string] = JSON.parse(delivery);
  console.log(JSON.stringify([qualifications, statusCode, verifyWebhook(body, headers, secret).customerId]));
}

void main(process.argv[2] ?? '', process.argv[3] ?? '', process.argv[4] ?? '');
`;
