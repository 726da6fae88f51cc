import { ok } from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Fleet, startFleet } from '../fleet.js';
import type { Trial, TrialSettings } from '../trial.js';
import type { Order, Outcome, Setting } from './orders.js';

const CUSTOMERS = 10_000;
const WARM_UP_IN_MS = 4_000;
const MEASURE_IN_MS = 10_000;
const CALLERS = 16;
const OVERLOAD_IN_MS = 20_000;
const AFTER_IN_MS = 15_000;
const SHARE_AFTER = 0.5;
/** What a refusal may take, and how soon everything is as before. */
const REFUSED_WITHIN_MS = 50;
const NORMAL_WITHIN_MS = 5_000;
/** How much more memory may be held than with all that the service can do: the requests that are held, and garbage. */
const MORE_MEMORY = 256 * 2 ** 20;
/** The share of the time that other processes may take from the service: beyond it, times are theirs. */
const MOST_STARVED = 0.1;
const SAMPLE_EVERY_MS = 250;

/** Far more comes than can be done: what cannot be is refused at once, and everything is done again once it is less. */
export const overload: Trial = {
  summary: 'several times what the service can do: the rest is refused within 50 ms, and all is well 5 s after (Linux)',
  amount: { of: 'times what the service can do', byDefault: 4 },
  databases: ['sqlite', 'postgres'],
  run,
};

async function run({ database, amount, say }: TrialSettings): Promise<readonly string[]> {
  const fleet = await startFleet({ database, size: 1 });
  const generator = fork(fileURLToPath(new URL('generator.js', import.meta.url)), { execArgv: [] });
  try {
    await tell(generator, await settingOf(fleet));
    const send = (load: Order['load'], milliseconds: number) =>
      tell(generator, { load, milliseconds }) as Promise<Outcome>;
    await send({ callers: CALLERS }, WARM_UP_IN_MS);
    const [atCapacity, memoryBefore] = await watched(fleet, send({ callers: CALLERS }, MEASURE_IN_MS));
    const capacity = (total(atCapacity) / MEASURE_IN_MS) * 1000;
    say(`${Math.round(capacity)} answers a second at most: ${describe(atCapacity)}`);
    const starvedBefore = await starvedFor(fleet);
    const [over, memory] = await watched(fleet, send({ perSecond: capacity * amount }, OVERLOAD_IN_MS));
    say(`${amount} times that: ${describe(over)}; ${mega(memory)} MB, ${mega(memoryBefore)} before`);
    const starved = ((await starvedFor(fleet)) - starvedBefore) / OVERLOAD_IN_MS;
    const after = await send({ perSecond: capacity * SHARE_AFTER }, AFTER_IN_MS);
    say(`half of it: ${describe(after)}`);
    ok(
      starved < MOST_STARVED,
      `The machine was busy otherwise ${(starved * 100).toFixed(0)} % of the time: it says nothing.`,
    );
    for (const outcome of [atCapacity, over, after]) expectKnown(outcome);
    ok(over.refused.p99 < REFUSED_WITHIN_MS, `The p99 of a refusal is ${over.refused.p99.toFixed(1)} ms.`);
    ok(memory < memoryBefore + MORE_MEMORY, `It holds ${mega(memory)} MB, and held ${mega(memoryBefore)} MB before.`);
    const last = after.lastRefusal ?? 0;
    ok(last < NORMAL_WITHIN_MS, `A request was refused ${Math.round(last)} ms after there was less to do.`);
    return [
      `${Math.round(capacity)} requests a second can be done; of ${amount} times that, ${served(over)} were served and ${over.statuses['503'] ?? 0} refused,`,
      `  the refused after ${describeTimes(over.refused)} ms (p50, p99), the served after ${describeTimes(over.served)} ms.`,
      `Memory: ${mega(memory)} MB at most, ${mega(memoryBefore)} MB before. The last refusal came ${Math.round(last)} ms after the load fell.`,
    ];
  } finally {
    generator.kill('SIGKILL');
    await fleet.close();
  }
}

async function settingOf(fleet: Fleet): Promise<Setting> {
  return {
    url: fleet.processes[0]?.url ?? '',
    token: await fleet.tokens.userToken(),
    customers: await fleet.addCustomers(CUSTOMERS),
  };
}

/** Resolves with the generator's answer; rejects where it ends without one. */
async function tell(generator: ChildProcess, message: Setting | Order): Promise<unknown> {
  const over = new AbortController();
  const answered = once(generator, 'message', { signal: over.signal }).then(([answer]) => answer as unknown);
  const ended = once(generator, 'exit', { signal: over.signal }).then(() => {
    throw new Error('The generator ended: what it wrote says why.');
  });
  generator.send(message);
  try {
    return await Promise.race([answered, ended]);
  } finally {
    over.abort();
    await Promise.allSettled([answered, ended]);
  }
}

/** For how long the service could have computed and had no processor, in milliseconds. */
async function starvedFor(fleet: Fleet): Promise<number> {
  const pid = fleet.processes[0]?.pid ?? 0;
  const [, nanoseconds] = (await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8')).split(' ');
  return Number(nanoseconds) / 1e6;
}

/** What comes of an order, and the most memory that the service held meanwhile. */
async function watched(fleet: Fleet, order: Promise<Outcome>): Promise<readonly [Outcome, number]> {
  const pid = fleet.processes[0]?.pid ?? 0;
  let [most, isOver] = [0, false];
  const outcome = order.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
    most = Math.max(most, Number(kilobytes) * 1024);
    await Promise.race([outcome, setTimeout(SAMPLE_EVERY_MS)]);
  }
  return [await outcome, most];
}

/** Nothing but what was asked for, and refusals. */
function expectKnown({ statuses }: Outcome): void {
  const strange = Object.keys(statuses).filter((status) => !['200', '201', '503'].includes(status));
  ok(strange.length === 0, `There were answers of ${strange.join(', ')}: ${JSON.stringify(statuses)}`);
}

function served({ statuses }: Outcome): number {
  return (statuses['200'] ?? 0) + (statuses['201'] ?? 0);
}

function total({ statuses }: Outcome): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

function describe({ statuses, served, refused, lateness }: Outcome): string {
  const counts = Object.entries(statuses).map(([status, count]) => `${status} × ${count}`);
  return `${counts.join(', ')}; served after ${describeTimes(served)} ms, refused after ${describeTimes(refused)} ms, at most ${refused.longest.toFixed(0)}; the generator late by ${lateness.p99.toFixed(1)}`;
}

function describeTimes({ median, p99 }: { readonly median: number; readonly p99: number }): string {
  return `${median.toFixed(1)} and ${p99.toFixed(1)}`;
}

function mega(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
