// `npm run sbom`: a software bill of materials of what is published, in CycloneDX, to stdout or into the file that is
// named. npm's own leaves out what a package needs and the workspace has for its tests as well, and the libraries that
// are built into the console.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What is published; the console is part of the service, with all that is built into it. */
const published = ['packages/contract', 'packages/client', 'packages/service', 'packages/cli', 'packages/console'];

/** The bill of materials of a package-lock.json, parsed, with no time or random number in it: the same lock, the same bill. */
export function billOfMaterials({ packages }) {
  const found = new Map(published.map((path) => [path, componentOf(path, packages[path])]));
  const dependencies = [];
  for (const [path, { 'bom-ref': ref }] of found) {
    const needed = dependenciesOf(packages, path);
    for (const one of needed) if (!found.has(one)) found.set(one, componentOf(one, packages[one]));
    dependencies.push({ ref, dependsOn: needed.map((one) => found.get(one)['bom-ref']) });
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { 'bom-ref': 'vetted', ...mainComponent(packages) } },
    components: [...found.values()],
    dependencies: [{ ref: 'vetted', dependsOn: published.map((path) => found.get(path)['bom-ref']) }, ...dependencies],
  };
}

function mainComponent(packages) {
  return { type: 'application', name: 'vetted', version: packages['packages/cli'].version };
}

/** Where the packages lie that one needs when it runs. Optional ones count where the lock has them. */
function dependenciesOf(packages, path) {
  const { optionalDependencies, peerDependencies, peerDependenciesMeta, devDependencies } = packages[path];
  // What Vite builds into the console is nobody's dependency any more.
  const dependencies = { ...packages[path].dependencies, ...(path === 'packages/console' && devDependencies) };
  const optional = { ...optionalDependencies, ...optionalPeers(peerDependenciesMeta) };
  const places = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).flatMap((name) => {
    if (isOfBuild(name)) return [];
    const place = resolve(packages, path, name);
    if (place === undefined && !(name in optional)) throw new Error(`${path} needs ${name}, which the lock has not.`);
    return place ?? [];
  });
  return [...new Set(places)];
}

function isOfBuild(name) {
  return name === 'vite' || name.startsWith('@types/');
}

function optionalPeers(meta = {}) {
  return Object.fromEntries(Object.entries(meta).filter(([, { optional }]) => optional));
}

/** As Node.js finds it: in the nearest node_modules, following the link to a package of ours. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    const entry = packages[place];
    if (entry !== undefined) return entry.link ? entry.resolved : place;
    if (folder === '') return undefined;
  }
}

function componentOf(path, { name = path.slice(path.lastIndexOf('node_modules/') + 13), version, license, integrity }) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    // Two copies of one version are two places, and one thing each.
    'bom-ref': `${path}@${version}`,
    type: 'library',
    name,
    version,
    purl,
    ...(license && { licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }] }),
    ...(integrity && { hashes: integrity.split(' ').map(hashOf) }),
  };
}

const algorithms = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' };

function hashOf(integrity) {
  const [algorithm, ...digest] = integrity.split('-');
  return { alg: algorithms[algorithm], content: Buffer.from(digest.join('-'), 'base64').toString('hex') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bill = billOfMaterials(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const text = `${JSON.stringify(bill, null, 2)}\n`;
  const [, , file] = process.argv;
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}
