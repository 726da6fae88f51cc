import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { expect } from 'vitest';
import type { Customer, CustomerQualifications, Qualification } from '../src/index.js';
import { type Answer, json, type Received, type ScriptedServer } from './scripted-server.js';

/** Ids as a service gives them, one after the other in its own order. */
export const idsOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `customer-${at + 1}`);

export const customerOf = (id: string): Customer => ({
  id,
  companyProfile: { tenantId: id, domain: `${id}.example`, companyName: `Company ${id}` },
});

/** Each customer has a qualification that no other one has. */
export const qualificationsOf = (id: string): Qualification[] => [
  { qualification: 'Education', vettingStatus: 'Denied', vettingReason: `Reason of ${id}` },
];

/** What a run is to give for a customer. */
export const itemOf = (id: string) => ({
  customer: customerOf(id),
  qualifications: qualificationsOf(id),
  continueFrom: expect.any(String),
});

/** The customer whose qualifications a request asks for; undefined where it asks for a page. */
export const askedFor = ({ url }: Received): string | undefined => /customers\/([^/?]+)\/qualifications/.exec(url)?.[1];

/**
 * Answers as a service that has these customers. A page begins after the customer that its token names, whether or not
 * there still is one, and says how many there are.
 */
export function partnerCenter(ids: () => readonly string[], defaultSize = 100): (request: Received) => Answer {
  const order = (id: string) => Number(id.slice('customer-'.length));
  return (request) => {
    const id = askedFor(request);
    if (id !== undefined) return json(qualificationsOf(id));
    const query = new URL(request.url, 'http://service').searchParams;
    const size = Number(query.get('size') ?? defaultSize);
    const last = request.headers['ms-continuationtoken']?.toString();
    const left = last === undefined ? ids() : ids().filter((one) => order(one) > order(last));
    const items = left.slice(0, size);
    const next = { uri: `/customers?size=${size}&seekOperation=Next`, headers: [] as object[] };
    next.headers.push({ key: 'MS-ContinuationToken', value: items.at(-1) });
    return json({
      totalCount: ids().length,
      items: items.map(customerOf),
      links: left.length > size ? { next } : {},
    });
  };
}

/** Has the answers of a server wait until they are let go, and counts how many wait. */
export class HeldAnswers {
  /** The most requests that were there at once. */
  most = 0;
  readonly #held = new Map<Received, () => void>();
  readonly #server: ScriptedServer;

  /** @param isHeld Which requests wait; all of them where it is left out. */
  constructor(
    server: ScriptedServer,
    answer: (request: Received) => Answer,
    isHeld: (request: Received) => boolean = () => true,
  ) {
    this.#server = server;
    server.answerBy(async (request) => {
      if (isHeld(request)) await this.#hold(request);
      return answer(request);
    });
  }

  /** The requests that wait, in the order in which they came. */
  get held(): Received[] {
    return [...this.#held.keys()];
  }

  /** Waits until so many requests wait. */
  async until(count: number): Promise<void> {
    await until(() => this.#held.size >= count);
  }

  /** Lets the answer to a request go. */
  release(request: Received | undefined): void {
    const go = request === undefined ? undefined : this.#held.get(request);
    if (request === undefined || go === undefined) throw new Error('There is no such request.');
    this.#held.delete(request);
    go();
  }

  /** Lets one answer go after the other, each once no more requests come, until the run is over. */
  async releaseAll<T>(run: Promise<T>, pick: (held: Received[]) => Received | undefined): Promise<T> {
    let isOver = false;
    const ended = run.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await settled(this.#server);
      if (this.#held.size > 0) this.release(pick(this.held));
    }
    return ended;
  }

  #hold(request: Received): Promise<void> {
    return new Promise((resolve) => {
      this.#held.set(request, resolve);
      this.most = Math.max(this.most, this.#held.size);
    });
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Turns the event loop until something has happened. Its turns are no time: fake timers stand still meanwhile. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Turns the event loop until nothing more arrives: so often that a request on this machine would have come. */
export async function settled(server: ScriptedServer): Promise<void> {
  let seen = -1;
  let quiet = 0;
  while (quiet < 50) {
    await turn();
    quiet = seen === server.received.length ? quiet + 1 : 0;
    seen = server.received.length;
  }
}

/** Everything that a run gives, and what it ends with where it rejects. */
export async function walk(
  run: AsyncIterable<CustomerQualifications>,
): Promise<{ ids: string[]; items: CustomerQualifications[]; error?: unknown }> {
  const items: CustomerQualifications[] = [];
  const ids = () => items.map(({ customer }) => customer.id);
  try {
    for await (const item of run) items.push(item);
    return { ids: ids(), items };
  } catch (error) {
    return { ids: ids(), items, error };
  }
}

/** The usual HTTP client, which also tells how many requests were given up before their answer. */
export function watchedHttpClient(): HttpClient & { readonly givenUp: number } {
  const client = createDefaultHttpClient();
  let givenUp = 0;
  return {
    get givenUp() {
      return givenUp;
    },
    sendRequest: (request) =>
      client.sendRequest(request).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'AbortError') givenUp += 1;
        throw error;
      }),
  };
}
