import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Running, type Sandbox, start } from './support.js';

const bin = fileURLToPath(new URL('../bin/vetted.js', import.meta.url));

/** Starts `vetted` with a data folder, not waiting for its end. */
export function startVetted(home: string, ...args: string[]): Running {
  return start(bin, args, { env: { VETTED_HOME: home } });
}

/** The same with a stderr that takes itself for a terminal. */
export function startWithBar(home: string, ...args: string[]): Running {
  const terminal = 'data:text/javascript,Object.assign(process.stderr,{isTTY:true,columns:80})';
  return start(bin, args, { env: { VETTED_HOME: home, NODE_OPTIONS: `--import=${terminal}` } });
}

/** Makes a terminal cut lines, until it is told otherwise. */
export const WRAP_OFF = '\u001b[?7l';

/** Resolves once the file's text matches; rejects if the process ends before. A file that is not there has no text. */
export async function untilFile(file: string, matches: (text: string) => boolean, { ended }: Running): Promise<void> {
  const controller = new AbortController();
  const found = new Promise<void>((resolve, reject) => {
    const look = () => {
      readFile(file, 'utf8').then(
        (text) => matches(text) && resolve(),
        (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || reject(error),
      );
    };
    watch(dirname(file), { signal: controller.signal }, (_event, name) => name === basename(file) && look());
    look();
  });
  await orEnded(found, ended).finally(() => controller.abort());
}

/** Resolves with the first; rejects if the process ends before. */
export function orEnded<T>(awaited: Promise<T>, ended: Running['ended']): Promise<T> {
  const tooEarly = ended.then(({ stderr }) => {
    throw new Error(`It ended before: ${stderr}`);
  });
  return Promise.race([awaited, tooEarly]);
}

/** Asks the sandbox itself, as its sample partner's agent. Throws where it refuses. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Signs in as the sandbox's agent. */
export async function asAgent(sandbox: Sandbox): Promise<Ask> {
  const { stdout: token } = await sandbox.vetted('token', '--user', 'agent');
  return async (method, path, body) => {
    const response = await fetch(sandbox.baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${token.trim()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

/** Makes requests to the sandbox go wrong; no rule ends it. */
export async function setFaults(ask: Ask, ...rules: object[]): Promise<void> {
  const path = '/sandbox/v1/faults';
  await (rules.length === 0 ? ask('DELETE', path) : ask('PUT', path, rules));
}

/** Adds customers to the sandbox, and answers their ids. */
export async function addCustomers(ask: Ask, count: number): Promise<string[]> {
  const added = Array.from({ length: count }, async (_, index) => {
    const names = { companyName: `School ${index}`, domain: `school-${index}.example.edu` };
    const { id } = (await ask('POST', '/sandbox/v1/customers', names)) as { id: string };
    return id;
  });
  return Promise.all(added);
}
