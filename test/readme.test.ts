import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { examples } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const [, inReview] = examples;

/** Every command that the README gives to a person to type. */
const commands = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
/** What it says that they print, in the order of the page. */
const outputs = [...readme.matchAll(/^```text\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);

let home: string;
let service: ChildProcess;
let banner: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vetted-readme-'));
  service = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, VETTED_HOME: home, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C on a terminal reaches the whole group.
    detached: true,
  });
  banner = await printed(service, 'Press Ctrl-C to stop.\n');
});

afterAll(async () => {
  if (service.exitCode === null && service.signalCode === null) signalGroup('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

function signalGroup(signal: NodeJS.Signals): void {
  if (service.pid !== undefined) process.kill(-service.pid, signal);
}

/** What a process prints, up to and including this text. */
function printed({ stdout }: ChildProcess, end: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes(end)) resolve(text);
    });
    stdout?.once('end', () => reject(new Error(`It ended, having printed: ${text}`)));
  });
}

/** Runs a line as a shell does, in the README's folder. */
function shell(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line], { cwd: root, env: { ...process.env, VETTED_HOME: home } }, (error, stdout, stderr) =>
      error ? reject(new Error(`${line}\n${stderr}`)) : resolve(stdout),
    );
  });
}

describe('the README', () => {
  it('gives no command that is not run here or by CI', () => {
    expect(commands).toEqual(['npm start', `npx vetted get ${inReview.customerId}`, 'npm test']);
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toMatch(/^npm test$/m);
  });

  it('shows what npm start prints', () => {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0] ?? '';
    const shown = banner
      .slice(banner.indexOf('Vetted sandbox'))
      .replaceAll(url, 'http://127.0.0.1:7070')
      .replaceAll(`VETTED_HOME=${home} `, '')
      .replaceAll(home, '/home/you/vetted/.vetted');
    expect(shown).toBe(outputs[0]);
  });

  it('shows what npx vetted get prints', async () => {
    await expect(shell(`npx vetted get ${inReview.customerId}`)).resolves.toBe(outputs[1]);
  });

  it('prints a curl line that gets the qualifications', async () => {
    const [, url = '', tokenCommand = ''] =
      /^ {2}curl -s (\S+) -H "Authorization: Bearer \$\((.+)\)"$/m.exec(banner) ?? [];
    // Not every machine has curl: the shell runs the line's own token command, and fetch does the rest.
    const token = (await shell(tokenCommand)).trim();
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await expect(response.json()).resolves.toEqual(inReview.qualifications);
  });

  it('starts a service that Ctrl-C ends cleanly', async () => {
    const ended = new Promise((resolve) => {
      service.once('exit', (code, signal) => resolve({ code, signal }));
    });
    signalGroup('SIGINT');
    // npm ends by the signal it was sent, unless the script was quicker.
    expect([
      { code: 0, signal: null },
      { code: null, signal: 'SIGINT' },
    ]).toContainEqual(await ended);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0] ?? '';
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
