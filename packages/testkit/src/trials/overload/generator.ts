import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Order, type Outcome, READY, type Setting } from './orders.js';

/** How often the generator sends what is due. */
const TICK_IN_MS = 2;
/** One request in so many is a POST; the others list customers, as many as a page may have. */
const POST_EVERY = 5;
const LISTING = '/v1/customers?size=500';

interface Sent {
  readonly status: number;
  /** Since the order's beginning. */
  readonly at: number;
  readonly waited: number;
  readonly late: number;
}

/** Sends what the trial tells it to. It runs in a process of its own, whose work does not slow what it measures. */
class Generator {
  readonly #setting: Setting;
  readonly #url: URL;
  readonly #customers: string[];
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY });
  #sent: Sent[] = [];
  #began = 0;
  #looked = 0;
  #turn = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#url = new URL(setting.url);
    this.#customers = [...setting.customers];
  }

  async obey({ load, milliseconds }: Order): Promise<Outcome> {
    this.#sent = [];
    this.#began = performance.now();
    this.#looked = this.#began;
    const clock = setInterval(() => {
      this.#looked = performance.now();
    }, TICK_IN_MS);
    const end = this.#began + milliseconds;
    await ('callers' in load ? this.#wait(load.callers, end) : this.#pace(load.perSecond, end));
    clearInterval(clock);
    return summed(this.#sent);
  }

  async #wait(callers: number, end: number): Promise<void> {
    const call = async () => {
      while (performance.now() < end) await this.#send();
    };
    await Promise.all(Array.from({ length: callers }, call));
  }

  async #pace(perSecond: number, end: number): Promise<void> {
    const all: Promise<void>[] = [];
    for (let now = this.#began; now < end; now = performance.now()) {
      while (all.length < ((now - this.#began) / 1000) * perSecond) all.push(this.#send());
      await setTimeout(TICK_IN_MS);
    }
    await Promise.all(all);
  }

  async #send(): Promise<void> {
    this.#turn += 1;
    const sentAt = performance.now();
    const customer = this.#turn % POST_EVERY === 0 ? this.#customers.pop() : undefined;
    const status = customer === undefined ? await this.#call('GET', LISTING) : await this.#request(customer);
    const now = performance.now();
    const late = Math.max(0, now - this.#looked - TICK_IN_MS);
    this.#sent.push({ status, at: sentAt - this.#began, waited: Math.max(0, now - sentAt - late), late });
  }

  async #request(customer: string): Promise<number> {
    const body = JSON.stringify({ qualification: 'Education', educationSegment: 'K12' });
    const status = await this.#call('POST', `/v1/customers/${customer}/qualifications`, body);
    if (status !== 201) this.#customers.unshift(customer);
    return status;
  }

  #call(method: string, path: string, body?: string): Promise<number> {
    const { hostname, port } = this.#url;
    const headers = {
      authorization: `Bearer ${this.#setting.token}`,
      ...(body !== undefined && { 'content-type': 'application/json', 'ms-requestid': randomUUID() }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request({ hostname, port, method, path, headers, agent: this.#agent }, (incoming) => {
        incoming.resume().once('end', () => resolve(incoming.statusCode ?? 0));
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
}

function summed(sent: readonly Sent[]): Outcome {
  const statuses: Record<string, number> = {};
  for (const { status } of sent) statuses[status] = (statuses[status] ?? 0) + 1;
  const refused = sent.filter(({ status }) => status === 503);
  const times = refused.map(({ waited }) => waited);
  const served = sent.filter(({ status }) => status !== 503).map(({ waited }) => waited);
  return {
    statuses,
    refused: { median: part(times, 0.5), p99: part(times, 0.99), longest: part(times, 1) },
    served: { median: part(served, 0.5), p99: part(served, 0.99) },
    lateness: {
      p99: part(
        sent.map(({ late }) => late),
        0.99,
      ),
    },
    lastRefusal: refused.reduce<number | undefined>((last, { at }) => Math.max(last ?? 0, at), undefined),
  };
}

function part(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

let generator: Generator | undefined;
process.on('message', async (message: Setting | Order) => {
  if (generator !== undefined) process.send?.(await generator.obey(message as Order));
  else {
    generator = new Generator(message as Setting);
    process.send?.(READY);
  }
});
