import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type LaunchOptions } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a real Chromium waits for tests to connect. */
    browserServer: string;
  }
}

const run = promisify(execFile);
/** What is unpacked is kept beside what else is built. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));
const FONT_SETTINGS = 'fonts.conf';
/** With these a browser would let pages do what nobody's browser does. */
const lax = /^--(single-process|disable-web-security|allow-running-insecure-content|disable-site-isolation-trials)$/;

/**
 * Vitest's global setup: one real browser for all test files, each with contexts of its own. On Linux it comes from npm;
 * elsewhere it is the Chrome or the Edge of the machine, or what VETTED_BROWSER names.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer(await launchOptions());
  project.provide('browserServer', server.wsEndpoint());
  return () => server.close();
}

async function launchOptions(): Promise<LaunchOptions> {
  const { VETTED_BROWSER: executablePath } = process.env;
  if (executablePath !== undefined) return { executablePath };
  if (process.platform === 'linux' && process.arch === 'x64') return packedChromium();
  const channel = installedChannel();
  if (channel !== undefined) return { channel };
  throw new Error('The tests of the console need Chrome or Edge. Install one, or name its program in VETTED_BROWSER.');
}

/** The Chromium of the package, with its font and, where the system lacks what it needs, with its libraries. */
async function packedChromium(): Promise<LaunchOptions> {
  const folder = await unpackedFolder();
  const executablePath = join(folder, 'chromium');
  // Anew each time: it names its own place, from where the project may have been moved.
  await writeFile(join(folder, FONT_SETTINGS), fontSettings(folder));
  const { default: packed } = await import('@sparticuz/chromium');
  packed.setGraphicsMode = false;
  const runsBySystem = await run(executablePath, ['--version']).then(
    () => true,
    () => false,
  );
  return {
    executablePath,
    args: [...packed.args.filter((arg) => !lax.test(arg)), '--no-sandbox'],
    env: {
      ...process.env,
      FONTCONFIG_FILE: join(folder, FONT_SETTINGS),
      ...(runsBySystem ? {} : { LD_LIBRARY_PATH: join(folder, 'al2023/lib') }),
    },
  };
}

/** Where the package was unpacked, each version in a folder of its own that is there wholly or not at all. */
async function unpackedFolder(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(join(entry, '../../../package.json'), 'utf8'));
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  try {
    await unpack(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true });
    // Another run may have been faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/**
 * The package unpacks into the folder for temporary files, and its libraries on Lambda only: a process of its own is told
 * both.
 */
async function unpack(folder: string): Promise<void> {
  const script = "import('@sparticuz/chromium').then(({ default: packed }) => packed.executablePath())";
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  await run(process.execPath, ['-e', script], { cwd: fileURLToPath(new URL('.', import.meta.url)), env });
}

/** The font that comes with the browser stands for Fluent's own, which few Linux machines have, and many have none at all. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  <alias binding="same"><family>Segoe UI</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;
}

function installedChannel(): 'chrome' | 'msedge' | undefined {
  const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
  const windows = (path: string) => programs.flatMap((folder) => (folder === undefined ? [] : [join(folder, path)]));
  const chrome = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/opt/google/chrome/chrome',
    ...windows('Google/Chrome/Application/chrome.exe'),
  ];
  const edge = [
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '/opt/microsoft/msedge/msedge',
    ...windows('Microsoft/Edge/Application/msedge.exe'),
  ];
  if (chrome.some(existsSync)) return 'chrome';
  return edge.some(existsSync) ? 'msedge' : undefined;
}
