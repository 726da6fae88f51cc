// All customers with their qualifications, from the service on SQLite: how much memory it takes, and how long.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atMost } from '../findings.mjs';
import { customerIds } from '../fixture.mjs';

/** Megabytes that the process which lists is to stay under, all of it counted. */
const AIM_IN_MB = 150;
/** The client's default. */
const IN_FLIGHT = 8;

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measureListing(parts) {
  const { customers } = parts.settings;
  const { issuer, token } = await parts.startIssuer();
  const { child: service, port } = await parts.startService('SQLite', {
    issuers: [issuer],
    database: await parts.startSqlite(),
  });
  const ids = join(parts.folder, 'ids');
  writeFileSync(ids, Buffer.from(customerIds(customers).join('').replaceAll('-', ''), 'hex'));
  const lister = parts.start('lister');
  const load = { url: `http://127.0.0.1:${port}`, token, concurrency: IN_FLIGHT, ids };
  /** @type {import('../processes/lister.mjs').Listing} */
  const { seconds, cpu, idleMemory, peakMemory } = await lister.ask('list', load);
  await lister.stop();
  await service.stop();
  console.log(`All customers with their qualifications, from SQLite, ${IN_FLIGHT} requests under way:`);
  console.log(`  ${number(customers)} customers, each once and with the right qualifications`);
  console.log(`  ${number(customers / seconds)} customers a second, ${percent(cpu / 1e6 / seconds)} of a core used`);
  console.log(`  ${inMb(idleMemory)} MB of memory before the first request, ${inMb(peakMemory)} MB at most\n`);
  return {
    measured: [{ name: 'listing', rounds: [{ seconds, cpu, idleMemory, peakMemory }] }],
    findings: [atMost('Memory of a listing of all customers', [peakMemory / 1e6], { unit: ' MB', aim: AIM_IN_MB })],
  };
}

/** @param {number} value */
const number = (value) => Math.round(value).toLocaleString('en-US');
/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)} %`;
/** @param {number} bytes */
const inMb = (bytes) => (bytes / 1e6).toFixed(1);
