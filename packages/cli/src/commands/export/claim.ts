import type { FileHandle } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Gives a claim back. */
export type Release = () => void;

/**
 * Claims a file for this process; undefined where another one has it. The claim is a name to listen on, which the system
 * takes back however the process ends: nothing is left behind that would have to be told from a claim that holds. Only
 * Linux and Windows have such names; elsewhere, and between machines, a claim is always given.
 */
export async function claim(handle: FileHandle): Promise<Release | undefined> {
  // The file itself, by whatever path it was reached.
  const { dev, ino } = await handle.stat({ bigint: true });
  const name = nameFor(`vetted-export-${dev}-${ino}`);
  if (name === undefined) return () => {};
  const server = createServer((connection) => connection.destroy());
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' ? undefined : () => {}));
    server.listen(name, () => resolve(() => server.close()));
    server.unref();
  });
}

function nameFor(id: string): string | undefined {
  if (process.platform === 'linux') return `\0${id}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${id}` : undefined;
}
