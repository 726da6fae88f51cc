// GET qualifications: the service on each database, against what could be had at best on the same machine.
import { availableParallelism } from 'node:os';
import { ratioOfRates } from '../findings.mjs';
import { customerIds, randomNumbers } from '../fixture.mjs';
import { serviceTable } from '../report.mjs';
import { inTurn, withUsage } from '../rounds.mjs';
import { verifySameAnswers } from '../verify.mjs';

/** @typedef {import('../parts.mjs').Parts} Parts */
/** @typedef {import('../parts.mjs').Target} Target */

const AIMS = { sqlite: 0.75, postgres: 0.6 };
export const IN_FLIGHT = 32;
const VERIFIED_CUSTOMERS = 600;
/** Long enough for the compiler to have done its work, so that no round pays for it. */
const WARM_UP_IN_SECONDS = 10;

/** @param {Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measureReads(parts) {
  const { settings } = parts;
  const { issuer, token } = await parts.startIssuer();
  const bare = await parts.startBareServer();
  const databases = await parts.startDatabases();
  const services = await startServices(parts, issuer, databases);
  await verify(settings, [bare, ...services], token);
  const loop = { name: 'bare loop of pg', port: 0, child: parts.start('pg-loop'), database: databases.postgres.child };
  await loop.child.ask('open', { url: databases.postgres.url, customers: settings.customers });

  const generator = parts.start('generator');
  const load = { token, customers: settings.customers, connections: IN_FLIGHT };
  const measured = await inTurn(settings.rounds, [bare, ...services, loop], (target, seed) => {
    const seconds = seed === 0 ? WARM_UP_IN_SECONDS : settings.seconds;
    if (target === loop) return withUsage(loop, () => loop.child.ask('run', { seconds, seed }));
    // A database that runs beside the server needs a core that the generator would keep from it.
    const polls = target.database === undefined || availableParallelism() > 2;
    return withUsage(target, () => generator.ask('run', { ...load, port: target.port, seconds, seed, polls }));
  });
  await Promise.all([generator, loop.child, ...services.map(({ child }) => child)].map((child) => child.stop()));

  const byName = (/** @type {Target} */ { name }) => measured.find((one) => one.name === name);
  const [sqlite, , postgres] = services.map(byName);
  const [bareMeasured, loopMeasured] = [byName(bare), byName(loop)];
  const onPostgres = [loopMeasured, postgres].flatMap((one) => one ?? []);
  console.log(`GET qualifications, ${IN_FLIGHT} connections:`);
  console.log(`${serviceTable(measured.filter((one) => !onPostgres.includes(one)))}\n\n${serviceTable(onPostgres)}\n`);
  return {
    measured,
    findings: [
      ratioOfRates('GET on SQLite to bare node:http', sqlite, bareMeasured, AIMS.sqlite),
      ratioOfRates('GET on PostgreSQL to a bare loop of the query', postgres, loopMeasured, AIMS.postgres),
    ],
  };
}

/**
 * @param {Parts} parts
 * @param {string} issuer
 * @param {Awaited<ReturnType<Parts['startDatabases']>>} databases
 * @returns {Promise<Target[]>}
 */
async function startServices(parts, issuer, { sqlite, postgres }) {
  const issuers = [issuer];
  const onPostgres = await parts.startService('PostgreSQL', { issuers, database: postgres.url });
  return [
    await parts.startService('SQLite', { issuers, database: sqlite }),
    await parts.startService('SQLite, log level warn', { issuers, database: sqlite, logLevel: 'warn' }),
    { ...onPostgres, database: postgres.child },
  ];
}

/** @param {Parts['settings']} settings @param {readonly Target[]} targets @param {string} token */
async function verify({ customers }, targets, token) {
  const random = randomNumbers(4);
  const sampled = Array.from({ length: VERIFIED_CUSTOMERS }, () => Math.floor(random() * customers));
  await verifySameAnswers(targets, customerIds(customers), sampled, token);
  console.log(`All servers give the same answers for ${VERIFIED_CUSTOMERS} random customers, headers and bytes.\n`);
}
