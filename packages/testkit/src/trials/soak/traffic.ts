import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import type { House } from '../house.js';
import type { Random } from '../random.js';

/** What people do all day, each so often in a hundred. */
const mix = { read: 70, list: 8, request: 12, decide: 10 } as const;
type Operation = keyof typeof mix;

/** More than this in flight, and the service is not at its load but beyond it. */
const MOST_IN_FLIGHT = 200;
const TICK_IN_MS = 10;

export interface Tokens {
  readonly agent: string;
  readonly reviewers: readonly string[];
}

/** Callers of every kind, over connections that they keep. */
export class Traffic {
  /** Replaced as tokens are. */
  tokens: Tokens;
  answers = 0;
  /** What was due while as much was in flight as may be. */
  skipped = 0;
  /** What the service refused because it had too much to do. */
  shed = 0;
  readonly #house: House;
  readonly #url: URL;
  readonly #random: Random;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #inFlight = 0;
  #failure: unknown;

  constructor(house: House, url: string, random: Random) {
    this.#house = house;
    this.#url = new URL(url);
    this.#random = random;
    this.tokens = house;
  }

  /** As fast as it goes with so many callers. Gives the answers a second. */
  async flatOut(callers: number, milliseconds: number): Promise<number> {
    const [began, before] = [performance.now(), this.answers];
    const call = async () => {
      while (performance.now() - began < milliseconds) await this.#act();
    };
    await Promise.all(Array.from({ length: callers }, call));
    return ((this.answers - before) / (performance.now() - began)) * 1000;
  }

  /** So many a second, whether or not the service keeps up, until the signal. Rejects once anything failed. */
  paced(perSecond: number, over: AbortSignal): Promise<void> {
    const began = performance.now();
    let due = 0;
    return new Promise((resolve, reject) => {
      const timer = setInterval(() => {
        const target = ((performance.now() - began) / 1000) * perSecond;
        for (; due < target; due += 1) this.#startOne();
        if (this.#failure === undefined && !over.aborted) return;
        clearInterval(timer);
        if (this.#failure === undefined) resolve();
        else reject(this.#failure);
      }, TICK_IN_MS);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #startOne(): void {
    if (this.#inFlight >= MOST_IN_FLIGHT) {
      this.skipped += 1;
      return;
    }
    this.#act().catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  async #act(): Promise<void> {
    this.#inFlight += 1;
    try {
      await this.#do(this.#pick());
    } finally {
      this.#inFlight -= 1;
    }
  }

  #pick(): Operation {
    let left = this.#random.below(100);
    for (const [operation, share] of Object.entries(mix)) {
      if (left < share) return operation as Operation;
      left -= share;
    }
    return 'read';
  }

  #do(operation: Operation): Promise<unknown> {
    const customer = this.#random.pick(this.#house.customers);
    const { agent } = this.tokens;
    switch (operation) {
      case 'read':
        return this.#call(agent, `/v1/customers/${customer}/qualifications`);
      case 'list':
        return this.#call(agent, '/v1/customers?size=50');
      case 'request':
        return this.#call(agent, `/v1/customers/${customer}/qualifications`, this.#wish());
      case 'decide':
        return this.#decide();
    }
  }

  #wish(): object {
    return this.#random.chance(0.8)
      ? { qualification: 'Education', educationSegment: 'K12' }
      : { qualification: 'StateOwnedEntity' };
  }

  async #decide(): Promise<void> {
    const reviewer = this.#random.pick(this.tokens.reviewers);
    const open = await this.#call(reviewer, '/vetting/v1/reviews?status=InReview&sort=-submittedAt&size=20');
    const { items } = JSON.parse(open) as { items?: readonly { id: string }[] };
    if (items === undefined || items.length === 0) return;
    const decision = this.#random.chance(0.3)
      ? { decision: 'Approved' }
      : { decision: 'Denied', reasonCode: 'NotAnAcademicDomain' };
    await this.#call(reviewer, `/vetting/v1/reviews/${this.#random.pick(items).id}/decision`, decision);
  }

  /** Gives the answer's text. Rejects where it is a failure of the service; a refusal by the rules is none. */
  #call(token: string, path: string, body?: object): Promise<string> {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json', 'ms-requestid': this.#random.guid() }),
    };
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#url;
      const method = body ? 'POST' : 'GET';
      const outgoing = httpRequest({ hostname, port, path, method, headers, agent: this.#agent }, (incoming) => {
        text(incoming).then((answer) => {
          const { statusCode = 0 } = incoming;
          if (statusCode === 503) this.shed += 1;
          else this.answers += 1;
          if (statusCode < 400 || statusCode === 409 || statusCode === 503) resolve(answer);
          else reject(new Error(`${method} ${path} was answered ${statusCode}: ${answer}`));
        }, reject);
      });
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        // The service had closed a connection that lay idle, just when it was used again.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(this.#call(token, path, body));
        else reject(error);
      });
      outgoing.end(body && JSON.stringify(body));
    });
  }
}
