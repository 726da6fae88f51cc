// What `npm start`, `npm test` and `npm run build` need before they can do their work. Node's own modules only: it runs
// before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const MIN_NODE = [20, 19];
const stampFile = join(root, 'node_modules/.cache/vetted-build');
/** What is built. */
const built = [
  'packages/contract',
  'packages/client',
  'packages/service',
  'packages/cli',
  'packages/console',
  'examples',
];

/** Something the person at the terminal can do something about. The message says what. */
export class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a script's work. What fails becomes one message and an exit code. */
export async function main(work) {
  try {
    checkNode();
    process.exitCode = (await work(process.argv.slice(2))) ?? 0;
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exitCode = error instanceof Failure ? error.exitCode : 1;
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  throw new Failure(`Vetted needs Node.js ${MIN_NODE.join('.')} or later; this is ${process.versions.node}.`);
}

/** Installs the dependencies unless they are what package-lock.json says. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing dependencies (first run, about a minute) …');
  // `npm ci` would do but for one thing: it refuses a lock that does not name the optional packages of every platform,
  // and npm only writes down those that its registry offered. This installs the same versions and saves nothing.
  // Development dependencies build the packages; a machine set up for production would leave them out.
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = npmCommand();
  const exitCode = await execute(npm.command, [...npm.args, ...args], {
    env: { ...nodeHeaders(), ...process.env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (exitCode !== 0) {
    throw new Failure(
      'The dependencies could not be installed; npm says why above. Once that is mended, run this command again.',
    );
  }
}

/**
 * Whether npm installed exactly what package-lock.json says, as its own record of the last installation has it.
 * Optional packages may be missing: they are for other platforms.
 */
function isInstalled() {
  const installed = readLock('node_modules/.package-lock.json');
  const wanted = readLock('package-lock.json');
  return (
    installed !== undefined &&
    Object.entries(wanted ?? {}).every(([path, entry]) => {
      const found = installed[path];
      if (!path.startsWith('node_modules/') || (found === undefined && entry.optional)) return true;
      return found !== undefined && found.version === entry.version && found.integrity === entry.integrity;
    })
  );
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Where a native package has to be compiled, with the headers that came with this Node.js and not with downloaded ones. */
function nodeHeaders() {
  const nodedir = dirname(dirname(process.execPath));
  return existsSync(join(nodedir, 'include/node/node.h')) ? { npm_config_nodedir: nodedir } : {};
}

/** The npm that started this script, else the one in the path, which only a shell finds on Windows. */
function npmCommand() {
  const { npm_execpath: npm } = process.env;
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) return { command: process.execPath, args: [npm] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

/** Builds the packages unless they are what their sources say. */
export async function ensureBuilt() {
  if (readStamp() === fingerprint()) return;
  console.log('Building …');
  const { buildClient } = await import('./build-client.mjs');
  try {
    // First: its declarations are what the others compile against.
    await buildClient();
  } catch (error) {
    throw new Failure(`packages/client could not be built: ${error.message}`);
  }
  const exitCode = await runTool('typescript', 'tsc', ['-b', 'packages/cli', 'examples']);
  if (exitCode !== 0) throw new Failure('The packages could not be built; the compiler says why above.');
  const { buildConsole } = await import('./build-console.mjs');
  try {
    await buildConsole();
  } catch (error) {
    throw new Failure(`packages/console could not be built: ${error.message}`);
  }
  const { buildBundles } = await import('./build-bundles.mjs');
  try {
    await buildBundles();
  } catch (error) {
    throw new Failure(`packages/service and packages/cli could not be bundled: ${error.message}`);
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, fingerprint());
}

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
}

/** Of what is built from, by content, and of what was built, by size: a build folder that was emptied is noticed too. */
function fingerprint() {
  const hash = createHash('sha256');
  const builders = ['client', 'console', 'bundles'].map((what) => `scripts/build-${what}.mjs`);
  const sources = ['package-lock.json', 'tsconfig.base.json', ...builders];
  sources.push(
    ...built.flatMap((folder) =>
      filesIn(
        folder,
        (path) =>
          !/\/(dist|bundle|test|node_modules|screenshots)\//.test(path) &&
          !path.startsWith('packages/service/console/'),
      ),
    ),
  );
  for (const path of sources) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  const results = [...built.flatMap((folder) => [`${folder}/dist`, `${folder}/bundle`]), 'packages/service/console'];
  for (const path of results.flatMap((folder) => filesIn(folder))) {
    hash.update(`${path} ${statSync(join(root, path)).size}\n`);
  }
  return hash.digest('hex');
}

function filesIn(folder, counts = () => true) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tsbuildinfo'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter(counts)
    .sort();
}

/** Runs the command of an installed package, and resolves with its exit code. */
export function runTool(packageName, command, args) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = typeof bin === 'string' ? bin : bin[command];
  return execute(process.execPath, [join(folder, file), ...args]);
}

function execute(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: command.endsWith('.cmd'), ...options });
    child.once('error', (error) => reject(new Failure(`${command} could not be run: ${error.message}`)));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
