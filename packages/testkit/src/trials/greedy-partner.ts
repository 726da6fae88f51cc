import { ok } from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { otherPartner } from '../examples.js';
import { type Fleet, get, startFleet } from './fleet.js';
import type { Trial, TrialSettings } from './trial.js';

/** Of each partner in ten seconds: far below what a process can do, so that the throttle and not the machine decides. */
const LIMIT = 1_000;
/** How many times its limit the greedy partner sends. */
const GREED = 4;
const PERIOD_IN_MS = 10_000;
/** Between two requests of the other partner. */
const PAUSE_IN_MS = 30;
/** Below this a difference is the machine's, not the greedy partner's. */
const NOISE_IN_MS = 5;

/** One partner sends several times its limit; another one, within its own, is answered as fast as it was alone. */
export const greedyPartner: Trial = {
  summary: 'a partner that sends several times its limit does not slow another: its p99 at most doubles',
  amount: { of: 'periods of ten seconds, with and without the greedy partner', byDefault: 3 },
  databases: ['sqlite', 'postgres'],
  run,
};

async function run({ database, amount, say }: TrialSettings): Promise<readonly string[]> {
  const fleet = await startFleet({ database, size: 1, args: ['--throttle', `reads=${LIMIT}`] });
  try {
    // Before anything is measured, the code that answers is compiled.
    await measure(fleet, 1);
    const alone = p99(await measure(fleet, amount));
    say(`alone: p99 ${alone.toFixed(1)} ms`);
    const [times, { sent, answered }] = await Promise.all([measure(fleet, amount), beGreedy(fleet, amount)]);
    const beside = p99(times);
    ok(answered < sent / 2, `${answered} of the greedy partner's ${sent} requests were answered`);
    ok(
      beside <= Math.max(2 * alone, alone + NOISE_IN_MS),
      `p99 ${beside} ms beside the greedy partner, ${alone} ms alone`,
    );
    return [
      `The other partner's p99: ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside the greedy one.`,
      `The greedy one sent ${sent}, of which ${answered} were let through.`,
    ];
  } finally {
    await fleet.close();
  }
}

/** What the other partner's requests take, in milliseconds. Each has to be answered 200. */
async function measure(fleet: Fleet, periods: number): Promise<number[]> {
  const token = await fleet.tokens.appToken(otherPartner.tenantId);
  const times: number[] = [];
  const end = performance.now() + periods * PERIOD_IN_MS;
  while (performance.now() < end) {
    const began = performance.now();
    const { status, text } = await get(`${urlOf(fleet)}/v1/customers/all/validations`, token);
    ok(status === 200, `the other partner was answered ${status}: ${text}`);
    times.push(performance.now() - began);
    await setTimeout(PAUSE_IN_MS);
  }
  return times;
}

/** Sends at a steady rate, whether or not what it sent before was answered. */
async function beGreedy(fleet: Fleet, periods: number): Promise<{ sent: number; answered: number }> {
  const token = await fleet.tokens.appToken();
  const began = performance.now();
  const answers: Promise<number>[] = [];
  // Looked at when all are there, or never where the trial has failed meanwhile: none may be unhandled until then.
  const failures: unknown[] = [];
  const send = async () => {
    const { status } = await get(`${urlOf(fleet)}/v1/customers/all/validations`, token);
    return status;
  };
  const rate = (LIMIT * GREED) / PERIOD_IN_MS;
  for (let elapsed = 0; elapsed < periods * PERIOD_IN_MS; elapsed = performance.now() - began) {
    while (answers.length < elapsed * rate) {
      answers.push(send().catch((error: unknown) => failures.push(error)));
    }
    await setTimeout(1);
  }
  const statuses = await Promise.all(answers);
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} requests of the greedy partner failed.`);
  const strange = statuses.filter((status) => status !== 200 && status !== 429);
  ok(
    strange.length === 0,
    `the greedy partner was answered ${strange.length} times ${[...new Set(strange)].join(', ')}`,
  );
  return { sent: statuses.length, answered: statuses.filter((status) => status === 200).length };
}

function p99(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? 0;
}

function urlOf({ processes: [first] }: Fleet): string {
  return first?.url ?? '';
}
