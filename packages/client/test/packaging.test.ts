import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY, SECRET, signed } from './delivery.js';
import { CUSTOMER_ID } from './fixture.js';
import { installClient, type PackedClient, packClient, run, tool } from './packed-client.js';
import { json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

let packed: PackedClient;

beforeAll(async () => {
  packed = await packClient();
});
afterAll(() => packed[Symbol.asyncDispose]());

describe('the package', () => {
  it('holds the three builds, their maps and their types, and nothing else', async () => {
    const sources = (await readdir(new URL('../src', import.meta.url), { recursive: true }))
      .filter((path) => path.endsWith('.ts'))
      .map((path) => path.replaceAll('\\', '/').replace(/\.ts$/, ''));
    const ofBuilds = (builds: string[], end: string) =>
      builds.flatMap((build) => sources.map((path) => `dist/${build}/${path}${end}`));
    const others = ['LICENSE', 'README.md', 'package.json', 'dist/cjs/package.json', 'dist/cjs/index.js'];
    const needed = [...others, ...ofBuilds(['esm', 'cjs'], '.d.ts'), 'dist/esm/index.js', 'dist/browser/index.js'];
    expect(needed.filter((path) => !packed.files.includes(path))).toEqual([]);

    const modules = new Set([...needed, ...ofBuilds(['esm', 'browser'], '.js')]);
    const rest = packed.files.map((path) => path.replace(/\.js\.map$/, '.js')).filter((path) => !modules.has(path));
    expect(rest.filter((path) => !/^dist\/(esm|browser)\/(contract\/src\/|_virtual\/_node-only_)/.test(path))).toEqual(
      [],
    );
  });

  it('depends on exactly what it imports, not on the contract, nor on what the contract needs', async () => {
    const { dependencies } = JSON.parse(await readFile(join(packed.package, 'package.json'), 'utf8'));
    const imported = new Set<string>();
    for (const path of packed.files.filter((file) => /\.(js|d\.ts)$/.test(file))) {
      for (const name of importsOf(await readFile(join(packed.package, path), 'utf8'))) imported.add(name);
    }
    expect([...imported].sort()).toEqual(Object.keys(dependencies).sort());
  });

  it('is clean to publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: packed.package, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('has the right types for every way to resolve it, says attw', async () => {
    const attw = run(process.execPath, [
      tool('@arethetypeswrong/cli/dist/index.js'),
      packed.tarball,
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
    project = await installClient(packed);
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

/** The packages that a built file imports, their comments' examples left out. */
function importsOf(text: string): string[] {
  const code = text.replaceAll(/^\s*\*.*$/gm, '');
  return [...code.matchAll(/(?:\bfrom |\bimport |require\(|import\()["']([^."'][^"']*)["']/g)]
    .map(([, id = '']) => id)
    .filter((id) => !id.startsWith('node:'))
    .map((id) => id.split('/', id.startsWith('@') ? 2 : 1).join('/'));
}

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
