import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a real Chromium waits for tests to connect. */
    browserServer: string;
  }
}

/** Unpacked once, and kept beside what else is built. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache/chromium', import.meta.url));

/**
 * Vitest's global setup: one real browser for all test files, each with contexts of its own. On Linux it comes from npm;
 * elsewhere it is the Chrome or the Edge of the machine, or what VETTED_BROWSER names.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer(await launchOptions());
  project.provide('browserServer', server.wsEndpoint());
  return () => server.close();
}

async function launchOptions() {
  const { VETTED_BROWSER: executablePath } = process.env;
  if (executablePath !== undefined) return { executablePath };
  if (process.platform === 'linux' && process.arch === 'x64') return packedChromium();
  const channel = installedChannel();
  if (channel !== undefined) return { channel };
  throw new Error('The tests of the console need Chrome or Edge. Install one, or name its program in VETTED_BROWSER.');
}

/** The package unpacks itself into the folder for temporary files; here that is one of the project's own. */
async function packedChromium() {
  const { TMPDIR } = process.env;
  await mkdir(cache, { recursive: true });
  process.env.TMPDIR = cache;
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    packed.setGraphicsMode = false;
    const executablePath = await packed.executablePath();
    return {
      executablePath,
      args: [...packed.args.filter((arg) => arg !== '--single-process'), '--no-sandbox'],
      env: { ...process.env, TMPDIR, FONTCONFIG_FILE: await fontSettings() },
    };
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/** The font that comes with the browser stands for Fluent's own, which few Linux machines have, and many have none at all. */
async function fontSettings(): Promise<string> {
  const file = join(cache, 'fonts.conf');
  const settings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${cache}/fonts</dir>
  <cachedir>${cache}/fonts-cache</cachedir>
  <alias binding="same"><family>Segoe UI</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;
  await writeFile(file, settings);
  return file;
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
