import { strictEqual } from 'node:assert/strict';
import { until } from '../until.js';
import { type Balancer, startBalancer } from './balancer.js';
import { type Fleet, startFleet } from './fleet.js';
import { Grants } from './grants.js';
import { between, seeded } from './random.js';
import { SteadyLoad } from './steady-load.js';
import type { Trial, TrialSettings } from './trial.js';

const PROCESSES = 3;
/** Seconds: several times as long as the balancer takes to notice. */
const DRAIN = '1';
const CUSTOMERS_A_RESTART = 150;

/** Three processes behind a balancer, one restarted after the other: no request is lost. */
export const rollingRestarts: Trial = {
  summary: 'three processes behind a balancer, restarted in turn under load: no request is lost',
  amount: { of: 'restarts of a process', byDefault: 60 },
  databases: ['postgres'],
  run,
};

async function run({ seed, amount, database, say }: TrialSettings): Promise<readonly string[]> {
  const fleet = await startFleet({ database, size: PROCESSES, args: ['--drain', DRAIN] });
  const balancer = await startBalancer();
  try {
    const grants = new Grants();
    const [random, code] = [seeded(seed), await fleet.addCode(CUSTOMERS_A_RESTART * amount)];
    const load = new SteadyLoad({
      urls: [balancer.url],
      fleet,
      grants,
      code,
      random: seeded(seed + 1),
      takesRefusals: false,
    });
    for (const { url } of fleet.processes) balancer.add(url);
    await until('all are ready', () => fleet.processes.every(({ url }) => balancer.uses(url)));
    load.start();
    const running = [...fleet.processes];
    const customers: string[] = [];
    for (let count = 1; count <= amount; count += 1) {
      const added = await fleet.addCustomers(CUSTOMERS_A_RESTART);
      customers.push(...added);
      load.add(added);
      const more = load.answers + between(random, 5, 60);
      await until('the load goes on', () => load.answers >= more);
      const [oldest] = running.splice(0, 1);
      strictEqual(await oldest?.stop('SIGTERM'), 0, 'the exit code');
      running.push(await startBehind(balancer, fleet));
      if (count % 10 === 0) say(`${count} restarts, ${load.answers} answers`);
    }
    await load.stop();
    await grants.verify(database, fleet.partnerId, customers);
    return [`${amount} restarts, ${load.answers} requests, ${grants.size} of them POSTs: each answered, none lost.`];
  } finally {
    await balancer.close();
    await fleet.close();
  }
}

async function startBehind(balancer: Balancer, fleet: Fleet) {
  const started = await fleet.start();
  balancer.add(started.url);
  await until('the new process is ready', () => balancer.uses(started.url));
  return started;
}
