import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Import {
  /** The importing file, from the packages folder. */
  readonly file: string;
  /** The imported package, or the imported file without its ending, from the packages folder. */
  readonly target: string;
}

function sourcesOf(room: string): string[] {
  return readdirSync(join(root, 'packages', room, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') || file.endsWith('.tsx'))
    .map((file) => join(root, 'packages', room, 'src', file));
}

/** An import or export with a source, or a dynamic import. */
const STATEMENT = /^(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(room: string): Import[] {
  return sourcesOf(room).flatMap((path) => {
    // Examples in docstrings import as a consumer does.
    const text = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const specifiers = [...text.matchAll(STATEMENT)].map(([, from, dynamic]) => from ?? dynamic ?? '');
    return specifiers.map((specifier) => ({
      file: fromPackages(path),
      target: specifier.startsWith('.')
        ? fromPackages(resolve(dirname(path), specifier)).replace(/\.js$/, '')
        : specifier,
    }));
  });
}

function fromPackages(path: string): string {
  return relative(join(root, 'packages'), path).split(sep).join('/');
}

/** Imports that none of the patterns allows. */
function strays(imports: readonly Import[], allowed: readonly RegExp[]): string[] {
  return imports
    .filter(({ target }) => !allowed.some((pattern) => pattern.test(target)))
    .map(({ file, target }) => `${file} imports ${target}`);
}

/** Imports by one of the room's features of another one. */
function crossings(room: string): Import[] {
  const feature = (path: string) => new RegExp(`^${room}/src/features/([^/]+)/`).exec(path)?.[1];
  return importsOf(room).filter(
    ({ file, target }) => feature(file) && feature(target) && feature(file) !== feature(target),
  );
}

describe('who may import whom', () => {
  const rooms: Record<string, readonly RegExp[]> = {
    contract: [/^contract\/src\//, /^typebox(\/|$)/],
    client: [/^client\/src\//, /^@vetted\/contract$/, /^@azure\//, /^eventsource-parser(\/|$)/, /^standardwebhooks$/],
    service: [/^service\/src\//, /^@vetted\/contract$/, /^(?!@vetted\/|vetted$)[@a-z]/],
    console: [/^console\/src\//, /^@vetted\/client$/, /^(?!@vetted\/|node:)[@a-z]/],
    cli: [/^cli\/src\//, /^@vetted\/(contract(\/guid)?|client|service)$/, /^(?!@vetted\/)[@a-z]/],
  };

  it.each(Object.keys(rooms))('%s imports only what it may', (room) => {
    expect(sourcesOf(room).length).toBeGreaterThan(0);
    expect(strays(importsOf(room), rooms[room] ?? [])).toEqual([]);
  });
});

describe('inside the service', () => {
  const external = /^(?!service\/|@vetted\/|node:|[a-z]+\/src\/)[@a-z]/;
  const contract = /^@vetted\/contract$/;
  const node = /^node:/;
  const layer = (...names: string[]) => names.map((name) => new RegExp(`^service/src/${name}(/|$)`));

  const layers: Record<string, readonly RegExp[]> = {
    domain: [contract, ...layer('domain')],
    http: [contract, external, node, ...layer('domain', 'http')],
    metrics: [contract, external, node, ...layer('domain', 'http', 'metrics', 'webhooks')],
    tracing: [contract, external, node, ...layer('config', 'domain', 'http', 'tracing', 'package', 'webhooks')],
    features: [contract, external, node, ...layer('domain', 'http', 'features', 'package', 'webhooks')],
    webhooks: [contract, external, node, ...layer('domain', 'webhooks', 'package', 'worker')],
    store: [contract, external, node, ...layer('domain', 'store')],
    sandbox: [contract, external, node, ...layer('domain', 'config', 'http', 'sandbox')],
    'app.ts': [contract, external, node, ...layer('config', 'domain', 'http', 'features', 'metrics', 'tracing')],
    'main.ts': [...layer('config', 'start', 'tracing')],
  };

  it.each(Object.keys(layers))('%s imports only what it may', (name) => {
    const imports = importsOf('service').filter(
      ({ file }) => file === `service/src/${name}` || file.startsWith(`service/src/${name}/`),
    );
    expect(imports.length).toBeGreaterThan(0);
    expect(strays(imports, layers[name] ?? [])).toEqual([]);
  });

  it('lets nobody but start import the sandbox, but for the type of its description', () => {
    const importers = importsOf('service').filter(
      ({ file, target }) => target.startsWith('service/src/sandbox/') && !file.startsWith('service/src/sandbox/'),
    );
    expect(
      importers.filter(({ file, target }) => file !== 'service/src/start.ts' && !target.endsWith('/description')),
    ).toEqual([]);
  });

  it('keeps each feature to itself', () => {
    expect(crossings('service')).toEqual([]);
  });
});

describe('inside the console', () => {
  const external = /^(?!console\/|@vetted\/|node:)[@a-z]/;
  const client = /^@vetted\/client$/;
  const layer = (...names: string[]) => names.map((name) => new RegExp(`^console/src/${name}/`));

  const layers: Record<string, readonly RegExp[]> = {
    session: [client, external, ...layer('session', 'ui')],
    queries: [client, external, ...layer('queries')],
    ui: [client, external, ...layer('session', 'ui')],
    features: [client, external, ...layer('session', 'queries', 'ui', 'features')],
    layout: [client, external, ...layer('session', 'queries', 'ui', 'layout', 'features/live', 'features/sandbox')],
  };

  it.each(Object.keys(layers))('%s imports only what it may', (name) => {
    const imports = importsOf('console').filter(({ file }) => file.startsWith(`console/src/${name}/`));
    expect(imports.length).toBeGreaterThan(0);
    expect(strays(imports, layers[name] ?? [])).toEqual([]);
  });

  it('keeps each feature to itself, but for the tab that a customer’s page fetches', () => {
    expect(crossings('console')).toEqual([
      {
        file: 'console/src/features/customer/customer-page.tsx',
        target: 'console/src/features/qualifications/qualifications-tab',
      },
    ]);
  });
});
