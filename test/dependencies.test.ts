import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));

interface Locked {
  readonly version: string;
  readonly hasInstallScript?: true;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
}

const packages: Readonly<Record<string, Locked>> = read('package-lock.json').packages;
const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('what is installed', () => {
  it('runs no script but the approved ones, and none is approved that nobody needs', () => {
    const withScript = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    expect([...new Set(withScript.map(([place]) => nameOf(place)))].sort()).toEqual(
      Object.keys(read('package.json').allowScripts).sort(),
    );
  });
});

describe('npm run sbom', () => {
  const run = () => spawnSync(process.execPath, [join(root, 'scripts/sbom.mjs')], { encoding: 'utf8' }).stdout;
  const text = run();
  const bill: {
    readonly components: readonly Component[];
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  } = JSON.parse(text);
  const names = new Set(bill.components.map(({ name }) => name));

  it('names every package that a published one depends on, and what is built into the console', () => {
    for (const room of ['contract', 'client', 'service', 'cli']) {
      expect([...names]).toEqual(expect.arrayContaining(Object.keys(packages[`packages/${room}`]?.dependencies ?? {})));
    }
    expect([...names]).toEqual(expect.arrayContaining(['react', '@fluentui/react-components', 'oauth4webapi']));
  });

  it('names nothing that only tests and builds need', () => {
    for (const name of [
      'vitest',
      'typescript',
      'vite',
      'rolldown',
      'playwright-core',
      '@vetted/testkit',
      '@types/react',
    ]) {
      expect([name, names.has(name)]).toEqual([name, false]);
    }
  });

  it('has each component once, with the version of the lock, and refers to nothing else', () => {
    const refs = bill.components.map((component) => component['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    for (const { 'bom-ref': ref, version } of bill.components) {
      expect(packages[ref.slice(0, ref.lastIndexOf('@'))]?.version).toBe(version);
    }
    const known = new Set([...refs, 'vetted']);
    const strangers = bill.dependencies
      .flatMap(({ ref, dependsOn }) => [ref, ...dependsOn])
      .filter((ref) => !known.has(ref));
    expect(strangers).toEqual([]);
  });

  it('says the same each time', () => {
    expect(run()).toBe(text);
  });
});
