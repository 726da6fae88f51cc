// POST of a request for a qualification, which is durable when it is answered, against one SQLite transaction that
// leaves the same rows.
import { copyFileSync } from 'node:fs';
import { ratioOfRates } from '../findings.mjs';
import { customerIds } from '../fixture.mjs';
import { serviceTable } from '../report.mjs';
import { inTurn, withUsage } from '../rounds.mjs';
import { IN_FLIGHT } from './reads.mjs';

const AIM = 0.5;
const POSTS_A_ROUND = 1_000;
const WARM_UP_POSTS = 3_000;

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measureWrites(parts) {
  const { rounds } = parts.settings;
  const { issuer, token } = await parts.startIssuer();
  const ids = customerIds(1 + WARM_UP_POSTS + rounds * POSTS_A_ROUND);
  const [customer = ''] = ids;
  const database = await parts.newSqlite('writes.db', { customers: ids.length, qualified: false });
  const file = database.slice('sqlite:'.length);
  copyFileSync(file, `${file}-bare`);
  const service = await parts.startService(`POST, ${IN_FLIGHT} connections`, { issuers: [issuer], database });
  const poster = parts.start('poster');
  const load = { port: service.port, token, connections: IN_FLIGHT };
  await poster.ask('run', { ...load, customers: [customer] });

  const bare = { name: 'bare transaction', child: parts.start('sqlite-writer') };
  await bare.child.ask('open', { file: `${file}-bare`, answered: file, customer });
  const measured = await inTurn(rounds, [bare, service], (target, round) => {
    const from = round === 0 ? 1 : 1 + WARM_UP_POSTS + (round - 1) * POSTS_A_ROUND;
    const customers = ids.slice(from, from + (round === 0 ? WARM_UP_POSTS : POSTS_A_ROUND));
    if (target === bare) return withUsage(bare, () => bare.child.ask('run', { customers }));
    return withUsage(service, () => poster.ask('run', { ...load, customers }));
  });
  await verifySameRows(bare.child, [file, `${file}-bare`]);
  await Promise.all([poster, service.child, bare.child].map((child) => child.stop()));
  console.log(`Requests for a qualification on SQLite, each durable:\n${serviceTable(measured)}\n`);
  const [ofBare, ofService] = measured;
  return { measured, findings: [ratioOfRates('POST to a bare SQLite transaction', ofService, ofBare, AIM)] };
}

/**
 * @param {import('../child.mjs').Child} reader
 * @param {readonly [service: string, bare: string]} files
 */
async function verifySameRows(reader, [service, bare]) {
  const [has, should] = [await reader.ask('rows', { file: service }), await reader.ask('rows', { file: bare })];
  for (const [table, count] of Object.entries(should)) {
    // The service's has the one request more that was the template.
    if (has[table] !== count + 1)
      throw new Error(`The service wrote ${has[table]} rows of ${table}, the bare one ${count}.`);
  }
}
