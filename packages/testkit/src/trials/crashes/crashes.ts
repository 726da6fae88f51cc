import { setTimeout } from 'node:timers/promises';
import { openAdmin } from '@vetted/service';
import type { ServiceProcess } from '../../service-process.js';
import { furnish, type House, openHouse } from '../house.js';
import { patientFetch } from '../patient.js';
import { type Random, seededRandom } from '../random.js';
import type { Trial, TrialSettings } from '../trial.js';
import { verifyAnswers } from './api-check.js';
import { readContents } from './contents.js';
import { about, Ledger, send, type Write } from './ledger.js';
import { type KillPoint, loadUntilKilled } from './load.js';
import { type Standings, verify } from './verify.js';

const NEW_CUSTOMERS_A_ROUND = 8;
const OLD_CUSTOMERS_A_ROUND = 4;
const MOST_ANSWERS = 60;
const MOST_COMMITS = 40;
const MOST_MILLISECONDS = 600;
/** The first start makes the tables: it is killed more often. */
const KILLS_IN_FIRST_START = 0.75;
const KILLS_IN_START = 0.2;
/** How many of the answered writes are sent again although nothing is missing. */
const REPEATED = 0.25;
const START_AT_FIRST_IN_MS = 800;
const ROUNDS_A_LINE = 20;
/** Two minutes each: fewer than would let the first answers be forgotten. */
const MOST_ADVANCES = 1_000;

/**
 * Kills the service at random moments, under load and while it starts, and holds what is left against all that was ever
 * asked and answered. What is asked, in which order by each caller, and when it is killed follow from the seed; how the
 * callers meet in the service and how far it has come after so many milliseconds do not, so a run with the same seed is
 * alike but not the same. A kill leaves to the operating system what was written: it does not stand for a power cut.
 */
export const crashes: Trial = {
  summary: 'kill -9 under a load of requests and decisions: nothing lost, nothing done twice',
  amount: { of: 'kills', byDefault: 300 },
  databases: ['sqlite', 'postgres'],
  run: async (settings) => {
    const random = seededRandom(settings.seed);
    const rounds = settings.amount + 1;
    const house = await openHouse({
      database: settings.database,
      customers: NEW_CUSTOMERS_A_ROUND * rounds,
      codes: rounds,
      random: random.branch('house'),
    });
    const crash = new Crash(house, random, settings);
    try {
      return await crash.run();
    } finally {
      await crash.end();
      await house.close();
    }
  },
};

class Crash {
  readonly #house: House;
  readonly #random: Random;
  readonly #settings: TrialSettings;
  readonly #ledger = new Ledger();
  readonly #kills = { underLoad: 0, inStart: 0 };
  /** Unanswered writes by what the restarted service had of them. */
  readonly #unanswered = { there: 0, notThere: 0 };
  #startInMs = START_AT_FIRST_IN_MS;
  #service: ServiceProcess | undefined;

  constructor(house: House, random: Random, settings: TrialSettings) {
    this.#house = house;
    this.#random = random;
    this.#settings = settings;
  }

  async run(): Promise<readonly string[]> {
    const began = performance.now();
    await furnish(this.#house, await this.#start(KILLS_IN_FIRST_START));
    for (let round = 0; this.#killed < this.#settings.amount; round += 1) {
      await this.#round(round);
      if (round % ROUNDS_A_LINE === ROUNDS_A_LINE - 1) this.#settings.say(this.#progress());
    }
    await this.#deliverAll();
    await this.#verifyAll(this.#house.customers);
    return [...this.#summary(), `${Math.round((performance.now() - began) / 1000)} s in all.`];
  }

  /** Ends the service however the trial went. */
  async end(): Promise<void> {
    await this.#service?.stop('SIGKILL');
  }

  get #killed(): number {
    return this.#kills.underLoad + this.#kills.inStart;
  }

  /** Starts a service, which with this probability is killed before it is ready, and then again. */
  async #start(killed: number): Promise<ServiceProcess> {
    while (this.#killed < this.#settings.amount && this.#random.chance(killed)) {
      const starting = this.#house.spawn();
      await setTimeout(this.#random.next() * this.#startInMs);
      await starting.stop('SIGKILL');
      this.#kills.inStart += 1;
    }
    const began = performance.now();
    this.#service = await this.#house.spawn().ready;
    this.#startInMs = performance.now() - began;
    return this.#service;
  }

  async #round(round: number): Promise<void> {
    const { customers, codes } = this.#house;
    const random = this.#random.branch(round);
    const from = round * NEW_CUSTOMERS_A_ROUND;
    const asked = [
      ...customers.slice(from, from + NEW_CUSTOMERS_A_ROUND),
      ...Array.from({ length: OLD_CUSTOMERS_A_ROUND }, () => random.pick(customers.slice(0, from + 1))),
    ];
    const before = this.#ledger.writes.length;
    await this.#loadAndKill(random, asked, codes.slice(Math.max(0, round - 1), round + 1));
    await this.#start(KILLS_IN_START);
    await this.#repeat(random, this.#ledger.writes.slice(before));
    await this.#verifyAll(asked);
  }

  async #loadAndKill(random: Random, customers: readonly string[], codes: readonly string[]): Promise<void> {
    const [house, service, ledger] = [this.#house, this.#running, this.#ledger];
    await loadUntilKilled({ house, service, ledger, random, customers, codes, kill: killPoint(random) });
    this.#kills.underLoad += 1;
    const complaint = service.output().match(/^\{"level":[56]0.*$/m);
    if (complaint !== null) throw new Error(`The service complained before it was killed: ${complaint[0]}`);
  }

  /** Sends what was not answered again, and some of what was. */
  async #repeat(random: Random, writes: readonly Write[]): Promise<void> {
    const contents = await readContents(this.#house);
    this.#verify(contents);
    const recorded = new Set(contents.answers.map(({ request_id }) => request_id));
    for (const { requestId } of this.#ledger.unanswered()) {
      this.#unanswered[recorded.has(requestId) ? 'there' : 'notThere'] += 1;
    }
    const again = writes.filter(({ told }) => told === undefined || random.chance(REPEATED));
    await Promise.all(again.map((write) => this.#sendAgain(write)));
  }

  async #sendAgain(write: Write): Promise<void> {
    const told = await send(this.#running.url, write);
    if (told === undefined) throw new Error(`${about(write)} was not answered by a service that nobody killed`);
    this.#ledger.answered(write, told);
  }

  get #running(): ServiceProcess {
    if (this.#service === undefined) throw new Error('No service was started.');
    return this.#service;
  }

  #verify(contents: Awaited<ReturnType<typeof readContents>>): Standings {
    // Copied after the database was read: what it calls delivered must have come by then.
    return verify({ contents, ledger: this.#ledger, arrivals: [...this.#house.inbox.arrivals] });
  }

  /** Everything in the database, these customers through the API, and the chains of the history. */
  async #verifyAll(customers: readonly string[]): Promise<void> {
    const standingOf = this.#verify(await readContents(this.#house));
    await verifyAnswers(this.#house, this.#running.url, customers, standingOf);
    // Opened for the moment: SQLite recovers what a killed process left only where nobody else has the file open.
    const admin = await openAdmin({ database: this.#house.database, mustExist: true });
    try {
      const { broken } = await admin.verifyHistory();
      if (broken.length > 0) throw new Error(`The history is broken: ${JSON.stringify(broken)}`);
    } finally {
      await admin.close();
    }
  }

  /** Moves the clock on until every webhook has arrived: those that a killed process had claimed are due by and by. */
  async #deliverAll(): Promise<void> {
    for (let advances = 0; advances < MOST_ADVANCES; advances += 1) {
      const { deliveries } = await readContents(this.#house);
      if (deliveries.every(({ state }) => state === 'delivered')) return;
      const response = await patientFetch(`${this.#running.url}/sandbox/v1/clock`, {
        method: 'POST',
        body: JSON.stringify({ advance: 'PT2M' }),
        headers: { 'content-type': 'application/json' },
      });
      if (!response.ok) throw new Error(`The clock was not moved: ${await response.text()}`);
    }
    throw new Error(
      `There are webhooks that were not delivered in ${MOST_ADVANCES * 2} minutes of the service's clock.`,
    );
  }

  #progress(): string {
    return `${this.#killed} kills, ${this.#ledger.writes.length} writes`;
  }

  #summary(): string[] {
    const { underLoad, inStart } = this.#kills;
    const { there, notThere } = this.#unanswered;
    const { writes } = this.#ledger;
    const granted = writes.filter(({ told }) => told !== undefined && told.status < 300).length;
    const { arrivals } = this.#house.inbox;
    const ids = new Set(arrivals.map(({ id }) => id)).size;
    return [
      `${this.#killed} kills: ${underLoad} under load, ${inStart} while it started.`,
      `${writes.length} writes: ${granted} granted, ${writes.length - granted} refused.`,
      `${there + notThere} writes were cut off: ${there} had been done, ${notThere} had not.`,
      `${ids} webhooks, ${arrivals.length - ids} of them sent again.`,
    ];
  }
}

function killPoint(random: Random): KillPoint {
  const kind = random.next();
  if (kind < 0.4) return { answers: 1 + random.below(MOST_ANSWERS) };
  if (kind < 0.8) return { commits: 1 + random.below(MOST_COMMITS) };
  return { milliseconds: random.below(MOST_MILLISECONDS) };
}
