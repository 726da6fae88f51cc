import { setTimeout } from 'node:timers/promises';
import type { ServiceProcess } from '../../service-process.js';
import { furnish, type House, openHouse, signIn } from '../house.js';
import { type Random, seededRandom } from '../random.js';
import type { Trial, TrialSettings } from '../trial.js';
import { judge, METRICS_TOKEN, type Sample, takeSample } from './samples.js';
import { Traffic } from './traffic.js';

const CUSTOMERS = 20_000;
const SHARE_OF_CAPACITY = 0.7;
const CALLERS_AT_FULL_LOAD = 32;
const WARM_UP_IN_MS = 5_000;
const MEASURE_IN_MS = 15_000;
const SAMPLE_EVERY_MS = 5_000;
const SIGN_IN_EVERY_MS = 30_000;
/** Each with a new key of the issuer's. */
const SIGN_INS_A_KEY = 4;
/** What is counted by partner and customer must not grow either. */
const COUNTS_AND_STOPS_NOBODY =
  'reads=1000000000,writes=1000000000,customer-reads=1000000000,customer-writes=1000000000';
/** The share of what is due that has to be asked in time. */
const KEPT = 0.95;

/** One service under a mixed load for a long time: what it holds must not grow. */
export const soak: Trial = {
  summary: 'a mixed load at 70 % of what the service can do, for minutes: memory and handles do not grow (Linux)',
  amount: { of: 'minutes', byDefault: 10 },
  databases: ['sqlite', 'postgres'],
  async run(settings) {
    const random = seededRandom(settings.seed);
    const house = await openHouse({
      database: settings.database,
      customers: CUSTOMERS,
      codes: 1,
      random: random.branch('house'),
      env: { VETTED_METRICS_TOKEN: METRICS_TOKEN, VETTED_THROTTLE: COUNTS_AND_STOPS_NOBODY },
    });
    let service: ServiceProcess | undefined;
    try {
      service = await house.spawn().ready;
      await furnish(house, service);
      return await soakIn(house, service, settings, random);
    } finally {
      await service?.stop('SIGKILL');
      await house.close();
    }
  },
};

async function soakIn(
  house: House,
  service: ServiceProcess,
  { amount, say }: TrialSettings,
  random: Random,
): Promise<readonly string[]> {
  const traffic = new Traffic(house, service.url, random.branch('traffic'));
  const over = new AbortController();
  try {
    await traffic.flatOut(CALLERS_AT_FULL_LOAD, WARM_UP_IN_MS);
    const capacity = await traffic.flatOut(CALLERS_AT_FULL_LOAD, MEASURE_IN_MS);
    const rate = capacity * SHARE_OF_CAPACITY;
    say(`${Math.round(capacity)} answers a second at most; ${Math.round(rate)} a second from now on`);
    const samples: Sample[] = [];
    const stopped = AbortSignal.any([over.signal, AbortSignal.timeout(amount * 60_000)]);
    const [before, shedBefore] = [traffic.answers, traffic.shed];
    const [bytes] = await Promise.all([
      followEvents(service.url, house.agent, over.signal),
      traffic.paced(rate, stopped).finally(() => over.abort()),
      every(SAMPLE_EVERY_MS, stopped, async () => {
        samples.push(await takeSample(service.pid, service.url));
      }),
      renewTokens(house, traffic, random, stopped),
    ]);
    return [
      `${traffic.answers - before} answers in ${amount} minutes, ${house.inbox.arrivals.length} webhooks, ${bytes} bytes of events.`,
      keptUp(traffic, shedBefore, rate * amount * 60),
      ...judge(samples),
    ];
  } finally {
    over.abort();
    traffic.close();
  }
}

function keptUp({ skipped, shed }: Traffic, shedBefore: number, due: number): string {
  const kept = 1 - (skipped + shed - shedBefore) / due;
  const line = `${(kept * 100).toFixed(1)} % of what was due was asked and answered in time`;
  if (kept < KEPT) throw new Error(`It was beyond its load: ${line}. Is the machine busy otherwise?`);
  return `${line}.`;
}

/** People's tokens end and are replaced, and the issuer's keys with them. */
async function renewTokens({ entra }: House, traffic: Traffic, random: Random, over: AbortSignal): Promise<void> {
  let signIns = 0;
  await every(SIGN_IN_EVERY_MS, over, async () => {
    signIns += 1;
    if (signIns % SIGN_INS_A_KEY === 0) await entra.rotate();
    traffic.tokens = await signIn(entra, random);
  });
}

async function every(milliseconds: number, over: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!over.aborted) {
    await work();
    await setTimeout(milliseconds, undefined, { signal: over }).catch(() => {});
  }
}

/** Reads a partner's stream of events. Gives how many bytes it had. */
async function followEvents(url: string, token: string, over: AbortSignal): Promise<number> {
  const response = await fetch(`${url}/vetting/v1/events`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: over,
  });
  if (!response.ok || response.body === null) throw new Error(`The stream of events was answered ${response.status}.`);
  let bytes = 0;
  try {
    for await (const chunk of response.body) bytes += (chunk as Uint8Array).length;
  } catch (error) {
    if (!over.aborted) throw error;
  }
  return bytes;
}
