// How long a person waits: from `vetted serve` to the first answer, and for `vetted get`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PARTNER_CENTER_AUDIENCE } from '../../packages/testkit/dist/entra.js';
import { openConnection, requestText } from '../connection.mjs';
import { atMost } from '../findings.mjs';
import { customerIds, pathOf } from '../fixture.mjs';
import { freePort } from '../free-port.mjs';
import { timeTable } from '../report.mjs';
import { inTurn } from '../rounds.mjs';

const AIMS_IN_MS = { serve: 400, get: 250 };
const vetted = fileURLToPath(new URL('../../packages/cli/bin/vetted.js', import.meta.url));

/**
 * A way to start the service, and what is asked of it first.
 * @typedef {object} Serving
 * @property {string} name
 * @property {readonly string[]} args
 * @property {number} port
 * @property {string} path
 * @property {() => string} token read when the service is ready
 */

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measureStart(parts) {
  const { rounds } = parts.settings;
  const sandbox = await sandboxServing(parts);
  const production = await productionServing(parts);
  const serve = (/** @type {Serving} */ serving) => ({
    name: serving.name,
    measure: async () => {
      const { time, stop } = await started(parts, serving);
      await stop();
      return time;
    },
  });
  const node = { name: 'node, doing nothing', measure: () => timeOf(parts, ['-e', '0']) };
  const starts = await inTurn(rounds, [node, serve(sandbox), serve(production)], timed);
  const { stop } = await started(parts, sandbox);
  const [, , , customer = ''] = sandbox.path.split('/');
  const get = { name: 'vetted get', measure: () => timeOf(parts, [vetted, 'get', customer]) };
  const [got] = await inTurn(rounds, [get], timed);
  await stop();
  const measured = got ? [...starts, got] : starts;
  console.log(`Processes, warm:\n${timeTable(measured)}\n`);
  const times = (/** @type {string} */ name) =>
    measured.find((one) => one.name === name)?.rounds.map(({ time }) => time) ?? [];
  return {
    measured,
    findings: [
      ...[sandbox, production].map(({ name }) =>
        atMost(`${name} to the first answer`, times(name), { unit: ' ms', aim: AIMS_IN_MS.serve }),
      ),
      atMost('vetted get', times('vetted get'), { unit: ' ms', aim: AIMS_IN_MS.get }),
    ],
  };
}

/** @param {{ measure: () => Promise<number> }} target */
async function timed({ measure }) {
  return { time: await measure() };
}

/** The sandbox's data folder, as the commands find it. @param {import('../parts.mjs').Parts} parts */
const homeOf = ({ folder }) => join(folder, 'sandbox');

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<Serving>} */
async function sandboxServing(parts) {
  const port = await freePort();
  const args = ['serve', '--sandbox', '--port', String(port), '--home', homeOf(parts)];
  const serving = { name: 'vetted serve --sandbox', args, port, path: '/healthz', token: () => '' };
  // The first start makes the data folder; its key stays, and with it the token.
  const { stop } = await started(parts, serving);
  const token = (await outputOf(parts, [vetted, 'token'])).trim();
  const { customers } = JSON.parse(readFileSync(join(parts.folder, 'sandbox', 'sandbox.json'), 'utf8'));
  await stop();
  return { ...serving, path: pathOf(customers[0].id), token: () => token };
}

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<Serving>} */
async function productionServing(parts) {
  const port = await freePort();
  const { issuer, token } = await parts.startIssuer();
  const database = await parts.newSqlite('start.db', { customers: 1_000, qualified: true });
  const args = ['serve', '--port', String(port), '--home', join(parts.folder, 'home'), '--database', database];
  args.push('--issuer', issuer, '--audience', PARTNER_CENTER_AUDIENCE);
  return { name: 'vetted serve', args, port, path: pathOf(customerIds(1)[0] ?? ''), token: () => token };
}

/**
 * Starts the service and asks it, as soon as it says that it is ready.
 * @param {import('../parts.mjs').Parts} parts
 * @param {Serving} serving
 */
async function started(parts, { args, port, path, token }) {
  const start = performance.now();
  const child = spawnNode(parts, [vetted, ...args]);
  const ended = once(child, 'close');
  let output = '';
  await new Promise((resolve, reject) => {
    const look = (/** @type {Buffer} */ chunk) => {
      output += chunk;
      if (output.includes(' is ready at ')) resolve(undefined);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    ended.then(([code]) => reject(new Error(`vetted ${args.join(' ')} ended with ${code}:\n${output}`)), reject);
  });
  const connection = await openConnection(port);
  const { status, body } = await connection.ask(requestText({ path, token: token() }));
  const time = performance.now() - start;
  connection.close();
  if (status !== 200) throw new Error(`${path} was answered ${status}: ${body}`);
  return {
    time,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** @param {import('../parts.mjs').Parts} parts @param {readonly string[]} args */
async function timeOf(parts, args) {
  const start = performance.now();
  await outputOf(parts, args);
  return performance.now() - start;
}

/**
 * What a process writes until it ends well.
 * @param {import('../parts.mjs').Parts} parts
 * @param {readonly string[]} args
 */
async function outputOf(parts, args) {
  const child = spawnNode(parts, args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

/**
 * With nothing of this process's settings.
 * @param {import('../parts.mjs').Parts} parts
 * @param {readonly string[]} args
 */
function spawnNode(parts, args) {
  const { profileFolder } = parts.settings;
  const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profile, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, VETTED_HOME: homeOf(parts) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  parts.onClose(() => child.kill('SIGKILL'));
  return child;
}
