import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Running, type Sandbox, start } from './support.js';

/** Starts `vetted` with a data folder, not waiting for its end. */
export function startVetted(home: string, ...args: string[]): Running {
  return start(fileURLToPath(new URL('../bin/vetted.js', import.meta.url)), args, { env: { VETTED_HOME: home } });
}

/** Resolves once the file's text matches; a file that is not there yet has none. */
export async function untilFile(file: string, matches: (text: string) => boolean): Promise<void> {
  const controller = new AbortController();
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      readFile(file, 'utf8').then(
        (text) => matches(text) && resolve(),
        (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || reject(error),
      );
    };
    watch(dirname(file), { signal: controller.signal }, (_event, name) => name === basename(file) && look());
    look();
  });
  controller.abort();
}

/** Asks the sandbox itself, as its sample partner's agent. Throws where it refuses. */
export async function ask(sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<unknown> {
  const { stdout: token } = await sandbox.vetted('token', '--user', 'agent');
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
}

/** Makes requests to the sandbox go wrong; no rule ends it. */
export async function setFaults(sandbox: Sandbox, ...rules: object[]): Promise<void> {
  const path = '/sandbox/v1/faults';
  await (rules.length === 0 ? ask(sandbox, 'DELETE', path) : ask(sandbox, 'PUT', path, rules));
}

/** Adds customers to the sandbox, and answers their ids. */
export async function addCustomers(sandbox: Sandbox, count: number): Promise<string[]> {
  const { stdout: token } = await sandbox.vetted('token');
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const response = await fetch(`${sandbox.baseUrl}/sandbox/v1/customers`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ companyName: `School ${index}`, domain: `school-${index}.example.edu` }),
      });
      const { id } = (await response.json()) as { id: string };
      return id;
    }),
  );
}
