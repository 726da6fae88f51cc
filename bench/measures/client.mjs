// Calls of the client against the same calls by the global fetch and by axios.
import { ratioOfRates } from '../findings.mjs';
import { clientTable } from '../report.mjs';
import { inTurn, withUsage } from '../rounds.mjs';
import { IN_FLIGHT } from './reads.mjs';

const AIMS = { fetch: 1.5, axios: 2 };
const WARM_UP_IN_SECONDS = 10;

/** @param {import('../parts.mjs').Parts} parts @returns {Promise<import('./index.mjs').Outcome>} */
export async function measureClient(parts) {
  const { customers, rounds, seconds } = parts.settings;
  const bare = await parts.startBareServer();
  const { token } = await parts.startIssuer();
  const load = { token, url: `http://127.0.0.1:${bare.port}`, customers, inFlight: IN_FLIGHT };
  const callers = [
    { name: 'global fetch', way: 'fetch', child: parts.start('caller') },
    { name: 'axios', way: 'axios', child: parts.start('caller') },
    { name: '@vetted/client', way: 'client', child: parts.start('caller') },
  ];
  await bare.child.ask('poll', { on: true });
  const measured = await inTurn(rounds, callers, ({ way, child }, seed) =>
    withUsage(bare, () => child.ask('run', { ...load, way, seconds: seed === 0 ? WARM_UP_IN_SECONDS : seconds, seed })),
  );
  await bare.child.ask('poll', { on: false });
  await Promise.all(callers.map(({ child }) => child.stop()));
  console.log(`Calls of the bare server, ${IN_FLIGHT} under way:\n${clientTable(measured)}\n`);
  const [byFetch, byAxios, client] = measured;
  return {
    measured,
    findings: [
      ratioOfRates('@vetted/client to fetch', client, byFetch, AIMS.fetch),
      ratioOfRates('@vetted/client to axios', client, byAxios, AIMS.axios),
    ],
  };
}
