// GET qualifications in a database of a million customers, against one of a thousand: the time of one request.
import { ratioOf } from '../findings.mjs';
import { customerIds, pathOf, randomNumbers } from '../fixture.mjs';
import { timeTable } from '../report.mjs';
import { inTurn } from '../rounds.mjs';

const AIM = 1.15;
const FEW = 1_000;
/** Customers that a round asks for. */
const ASKED = 5_000;

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measureGrowth(parts) {
  const { rounds, seconds, manyCustomers } = parts.settings;
  const { issuer, token } = await parts.startIssuer();
  const prober = parts.start('prober');
  const targets = [];
  for (const customers of [FEW, manyCustomers]) {
    const name = `${customers.toLocaleString('en-US')} customers`;
    const database = await parts.newSqlite(`growth-${customers}.db`, { customers, qualified: true });
    targets.push({ ...(await parts.startService(name, { issuers: [issuer], database })), ids: customerIds(customers) });
  }
  const measured = await inTurn(rounds, targets, ({ port, ids }, round) => {
    const next = randomNumbers(round);
    const requests = Array.from({ length: ASKED }, () => ({
      path: pathOf(ids[Math.floor(next() * ids.length)] ?? ''),
      token,
    }));
    return prober.ask('run', { port, seconds, requests });
  });
  await Promise.all([prober, ...targets.map(({ child }) => child)].map((child) => child.stop()));
  console.log(`GET qualifications, one request at a time:\n${timeTable(measured)}\n`);
  const [few = [], many = []] = measured.map((one) => one.rounds.map(({ time }) => time));
  const what = `GET with ${manyCustomers.toLocaleString('en-US')} customers to GET with ${FEW.toLocaleString('en-US')}, time`;
  return { measured, findings: [ratioOf(what, many, few, { side: 'at most', aim: AIM })] };
}
