// One run: starts every part, measures them in turn, prints what was measured, and leaves nothing behind.
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { customerIds, randomNumbers } from './fixture.mjs';
import { measureListing } from './listing.mjs';
import { Parts } from './parts.mjs';
import { clientTable, ratioOfMedians, serviceTable } from './report.mjs';
import { help, settingsFrom } from './settings.mjs';
import { verifySameAnswers } from './verify.mjs';

/**
 * @typedef {import('./parts.mjs').Target} Target
 * @typedef {import('./report.mjs').Sample} Sample
 * @typedef {import('./report.mjs').Round} Round
 * @typedef {import('./settings.mjs').Settings} Settings
 */

/** What the project aims at. */
const AIMS = { sqlite: 0.55, clientToFetch: 1.5, clientToAxios: 2 };
const IN_FLIGHT = 32;
const VERIFIED_CUSTOMERS = 600;
/** Long enough for the compiler to have done its work, so that no round pays for it. */
const WARM_UP_IN_SECONDS = 10;

/** @param {Parts} parts @param {Target} bare */
async function measureService(parts, bare) {
  const { settings } = parts;
  const { issuer, token } = await parts.startIssuer();
  const targets = [bare, ...(await startServices(parts, issuer))];
  const random = randomNumbers(4);
  const sampled = Array.from({ length: VERIFIED_CUSTOMERS }, () => Math.floor(random() * settings.customers));
  await verifySameAnswers(targets, customerIds(settings.customers), sampled, token);
  console.log(`All servers give the same answers for ${VERIFIED_CUSTOMERS} random customers, headers and bytes.\n`);

  const generator = parts.start('./generator.mjs');
  const load = { token, customers: settings.customers, connections: IN_FLIGHT };
  const measured = await inTurn(settings, targets, (target, seconds, seed) => {
    // A database that runs beside the server needs a core that the generator would keep from it.
    const polls = target.database === undefined || availableParallelism() > 2;
    return round(target, () => generator.ask('run', { ...load, port: target.port, seconds, seed, polls }));
  });
  await generator.stop();
  console.log(`GET qualifications, ${IN_FLIGHT} connections:\n${serviceTable(measured)}\n`);
  const [base, sqlite] = measured;
  if (base && sqlite) printRatio('SQLite to bare node:http', ratioOfMedians(sqlite, base), AIMS.sqlite);
}

/** @param {Parts} parts @param {string} issuer @returns {Promise<Target[]>} */
async function startServices(parts, issuer) {
  const start = performance.now();
  const { sqlite, postgres } = await parts.startDatabases();
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${parts.settings.customers} customers are in both databases after ${seconds} s.`);
  const issuers = [issuer];
  const onPostgres = await parts.startService('PostgreSQL', { issuers, database: postgres.url });
  return [
    await parts.startService('SQLite', { issuers, database: sqlite }),
    await parts.startService('SQLite, log level warn', { issuers, database: sqlite, logLevel: 'warn' }),
    { ...onPostgres, database: postgres.child },
  ];
}

/** @param {Parts} parts @param {Target} bare */
async function measureClient(parts, bare) {
  const { customers } = parts.settings;
  const { token } = await parts.startIssuer();
  const load = { token, url: `http://127.0.0.1:${bare.port}`, customers, inFlight: IN_FLIGHT };
  const callers = [
    { name: 'global fetch', way: 'fetch', child: parts.start('./caller.mjs') },
    { name: 'axios', way: 'axios', child: parts.start('./caller.mjs') },
    { name: '@vetted/client', way: 'client', child: parts.start('./caller.mjs') },
  ];
  await bare.child.ask('poll', { on: true });
  const measured = await inTurn(parts.settings, callers, ({ way, child }, seconds, seed) =>
    round(bare, () => child.ask('run', { ...load, way, seconds, seed })),
  );
  await bare.child.ask('poll', { on: false });
  console.log(`Calls of the bare server, ${IN_FLIGHT} under way:\n${clientTable(measured)}\n`);
  const [byFetch, byAxios, client] = measured;
  if (byFetch && client) printRatio('@vetted/client to fetch', ratioOfMedians(client, byFetch), AIMS.clientToFetch);
  if (byAxios && client) printRatio('@vetted/client to axios', ratioOfMedians(client, byAxios), AIMS.clientToAxios);
}

/**
 * Rounds in turn after a warm-up of each, so that whatever else the machine does meets all alike.
 * @template {{ name: string }} T
 * @param {Settings} settings
 * @param {readonly T[]} targets
 * @param {(target: T, seconds: number, seed: number) => Promise<Round>} measure
 * @returns {Promise<{ name: string, rounds: Round[] }[]>}
 */
async function inTurn({ rounds, seconds }, targets, measure) {
  for (const target of targets) await measure(target, WARM_UP_IN_SECONDS, 0);
  const measured = targets.map((target) => ({ name: target.name, target, rounds: /** @type {Round[]} */ ([]) }));
  for (let turn = 1; turn <= rounds; turn += 1) {
    for (const { target, rounds } of measured) rounds.push(await measure(target, seconds, turn));
  }
  return measured;
}

/**
 * One round on one server, with what its processes used meanwhile.
 * @param {Target} server
 * @param {() => Promise<Sample>} load
 * @returns {Promise<Round>}
 */
async function round({ child, database }, load) {
  const used = async () => ({ server: (await child.ask('usage')).cpu, database: (await database?.ask('usage'))?.cpu });
  const before = await used();
  const sample = await load();
  const after = await used();
  const databaseCpu = after.database === undefined ? undefined : after.database - before.database;
  return { ...sample, serverCpu: after.server - before.server, databaseCpu };
}

/** @param {string} what @param {number} ratio @param {number} aim */
function printRatio(what, ratio, aim) {
  console.log(`Ratio of medians, ${what}: ${ratio.toFixed(2)} (aim ${aim}: ${ratio >= aim ? 'reached' : 'missed'})\n`);
}

function machine() {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const system = `${process.platform} ${release()} ${process.arch}`;
  return `${processors.length} × ${processors[0]?.model.trim()}, ${memory}, ${system}, Node.js ${process.version}`;
}

/** @param {Parts} parts */
async function run(parts) {
  console.log(`${new Date().toISOString()}, ${machine()}`);
  const { only } = parts.settings;
  if (only !== 'listing') {
    const bare = await parts.startBareServer();
    if (only !== 'client') await measureService(parts, bare);
    if (only !== 'service') await measureClient(parts, bare);
  }
  if (only === undefined || only === 'listing') await measureListing(parts);
}

/** @param {string[]} args @returns {Promise<number>} the exit code */
export async function main(args) {
  if (args.includes('--help')) {
    console.log(help);
    return 0;
  }
  /** @type {Settings} */
  let settings;
  try {
    settings = settingsFrom(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return 2;
  }
  const parts = new Parts(settings);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => parts.close().then(() => process.exit(1)));
  }
  try {
    await run(parts);
    return 0;
  } catch (error) {
    // A part that was stopped by a signal fails: that is no news.
    if (!parts.isClosed) console.error(error);
    return 1;
  } finally {
    await parts.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
