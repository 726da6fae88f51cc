import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import pg from 'pg';
import { type Postgres, startPostgres } from '../postgres.js';
import { advance } from '../sandbox.js';
import { until } from '../until.js';
import { type Fleet, get, post, startFleet } from './fleet.js';
import { type Follower, follow } from './follower.js';
import { Grants } from './grants.js';
import { type Inbox, openInbox } from './inbox.js';
import { between, seeded } from './random.js';
import { isRefusal, SteadyLoad } from './steady-load.js';
import type { Trial, TrialSettings } from './trial.js';

const PROCESSES = 2;
const CUSTOMERS_A_RESTART = 150;
/** Longer than a claim on a webhook lasts whose sender could not write down that it was sent. */
const CLAIMS_ARE_OVER = 'PT2M';

/**
 * PostgreSQL is stopped or killed under load, and started again. The seed tells which, and after how many answers; which
 * requests are under way at that moment is the machine's.
 */
export const restarts: Trial = {
  summary: 'PostgreSQL stops or is killed under load, and comes back: 503 meanwhile, nothing lost, nothing done twice',
  amount: { of: 'restarts of PostgreSQL', byDefault: 20 },
  databases: [],
  run,
};

async function run(settings: TrialSettings): Promise<readonly string[]> {
  const postgres = await startPostgres();
  try {
    return await runOn(postgres, settings);
  } finally {
    await postgres.remove();
  }
}

async function runOn(postgres: Postgres, settings: TrialSettings): Promise<readonly string[]> {
  const database = `${postgres.url}/postgres`;
  const fleet = await startFleet({ database, size: PROCESSES });
  const inbox = await openInbox();
  const follower = await follow(urlsOf(fleet)[0] ?? '', await fleet.tokens.appToken());
  try {
    await register(fleet, inbox);
    const random = seeded(settings.seed);
    const grants = new Grants();
    const code = await fleet.addCode(CUSTOMERS_A_RESTART * settings.amount);
    // One of its own: how often the load draws is the machine's.
    const draws = seeded(settings.seed + 1);
    const load = new SteadyLoad({ urls: urlsOf(fleet), fleet, grants, code, random: draws, takesRefusals: true });
    load.start();
    const customers: string[] = [];
    for (let count = 1; count <= settings.amount; count += 1) {
      const added = await fleet.addCustomers(CUSTOMERS_A_RESTART);
      customers.push(...added);
      load.add(added);
      await restart(postgres, fleet, load, random);
      settings.say(`${count} restarts, ${load.answers} answers, ${load.refusals} of 503`);
    }
    await load.stop();
    await grants.verify(database, fleet.partnerId, customers);
    await verifyCode(database, code, grants);
    await verifyEvents({ fleet, follower, inbox }, grants);
    return [
      `${settings.amount} restarts, ${load.answers} answers, ${load.refusals} of 503 and nothing else.`,
      `${grants.size} qualifications, each there once with its history, its event and its webhook.`,
    ];
  } finally {
    await Promise.all([follower.close(), inbox.close(), fleet.close()]);
  }
}

async function register({ processes: [first], tokens }: Fleet, { url }: Inbox): Promise<void> {
  const body = { WebhookUrl: url, WebhookEvents: ['customer-qualification-updated'] };
  const { status, text } = await post(`${first?.url}/webhooks/v1/registration`, body, {
    token: await tokens.userToken(),
  });
  strictEqual(status, 200, text);
}

/** One restart: readiness is false while PostgreSQL is away, and true again without anybody's doing. */
async function restart(postgres: Postgres, fleet: Fleet, load: SteadyLoad, random: () => number): Promise<void> {
  const enough = load.answers + between(random, 5, 100);
  await until('the load goes on', () => load.answers >= enough);
  const refusals = load.refusals + between(random, 1, 20);
  if (random() < 0.5) await postgres.kill();
  else await postgres.stop();
  await until('every process is unready', () => all(fleet, async (url) => isRefusal(await get(`${url}/readyz`))));
  await until('the load is refused', () => load.refusals >= refusals);
  await postgres.start();
  await until('every process is ready', () => all(fleet, async (url) => (await get(`${url}/readyz`)).status === 200));
  const more = load.answers + 10;
  await until('the load goes on', () => load.answers >= more);
}

async function all(fleet: Fleet, holds: (url: string) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(urlsOf(fleet).map(holds))).every((one) => one);
}

function urlsOf({ processes }: Fleet): string[] {
  return processes.map(({ url }) => url);
}

async function verifyCode(database: string, code: string, grants: Grants): Promise<void> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    const { rows } = await client.query(
      'select max_creates - remaining_creates as used from validation_code where organization_name = $1',
      [code],
    );
    deepStrictEqual(rows, [{ used: grants.count('GovernmentCommunityCloud') }]);
  } finally {
    await client.end();
  }
}

/** The stream told of each event once and in order, and each came as a webhook. */
async function verifyEvents(
  { fleet, follower, inbox }: { readonly fleet: Fleet; readonly follower: Follower; readonly inbox: Inbox },
  { size }: Grants,
): Promise<void> {
  await until('the stream has told of every event', () => follower.events.length >= size);
  const [first = { id: 1 }] = follower.events;
  deepStrictEqual(
    follower.events.map(({ id }) => id),
    Array.from({ length: size }, (_, index) => first.id + index),
  );
  for (const url of urlsOf(fleet)) await advance(url, CLAIMS_ARE_OVER);
  await until('every webhook has come', () => inbox.received.size >= size);
  strictEqual(inbox.received.size, size, 'webhooks');
}
