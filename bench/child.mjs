// Both ends of a process that works for the run: commands go to it, answers come back, and it ends with its parent.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How long a process may take to end by itself before it is killed. */
const EXIT_LIMIT_IN_MS = 15_000;
/** No command takes longer, the filling of a database on a busy machine included. */
const COMMAND_LIMIT_IN_MS = 600_000;

/**
 * CPU time of a process in microseconds.
 * @typedef {{ cpu: number }} Usage
 */

/**
 * @typedef {object} Child
 * @property {(command: string, input?: unknown) => Promise<any>} ask rejects where the command fails or the process ends
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a program of `processes`. It is the leader of a process group of its own: a Ctrl+C reaches the run only, which
 * then stops its processes in order.
 * @param {string} file
 * @param {{ log?: number, profileFolder?: string | undefined }} [options] log: where its standard output goes
 * @returns {Child}
 */
export function startChild(file, { log, profileFolder } = {}) {
  const child = fork(fileURLToPath(new URL(`processes/${file}.mjs`, import.meta.url)), [], {
    stdio: ['ignore', log ?? 'ignore', 'inherit', 'ipc'],
    detached: true,
    execArgv: profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let asked = 0;
  let ended = false;
  child.on('message', (/** @type {{ id: number, result?: unknown, error?: string }} */ { id, result, error }) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(result);
    else caller?.reject(new Error(`${file}: ${error}`));
  });
  child.on('exit', (code, signal) => {
    ended = true;
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${signal ?? code}.`));
    waiting.clear();
  });
  return {
    ask(command, input) {
      if (ended) return Promise.reject(new Error(`${file} has ended.`));
      return new Promise((resolve, reject) => {
        asked += 1;
        const id = asked;
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new Error(`${file}: ${command} took too long.`));
        }, COMMAND_LIMIT_IN_MS);
        waiting.set(id, {
          resolve(value) {
            clearTimeout(timer);
            resolve(value);
          },
          reject(error) {
            clearTimeout(timer);
            reject(error);
          },
        });
        child.send({ id, command, input });
      });
    },
    async stop() {
      if (ended) return;
      const timer = setTimeout(() => child.kill('SIGKILL'), EXIT_LIMIT_IN_MS);
      child.disconnect();
      await once(child, 'exit');
      clearTimeout(timer);
    },
  };
}

/**
 * Serves the commands of the run in a process that it started, until the run ends, however it does.
 * @param {Record<string, (input: any) => unknown>} commands
 * @param {() => unknown} [close]
 */
export function serveParent(commands, close = () => {}) {
  process.on('message', async (/** @type {{ id: number, command: string, input: unknown }} */ message) => {
    const { id, command, input } = message;
    try {
      process.send?.({ id, result: await commands[command]?.(input) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', async () => {
    await close();
    process.exit();
  });
}

/** @returns {Usage} */
export function usage() {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system };
}
