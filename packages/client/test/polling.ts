import { vi } from 'vitest';
import type { PartnerCenterClient, PartnerCenterClientOptions, Qualification } from '../src/index.js';
import { CUSTOMER_ID, clientOf } from './fixture.js';
import { type Answer, json, type Received, type ScriptedServer } from './scripted-server.js';
import { until } from './timers.js';

export const inReview: Qualification = { qualification: 'Education', vettingStatus: 'InReview' };
export const approved: Qualification = { qualification: 'Education', vettingStatus: 'Approved' };
export const denied: Qualification = {
  qualification: 'Education',
  vettingStatus: 'Denied',
  vettingReason: 'Not an Academic Domain',
};
export const created: Answer = json(inReview, 201);
export const education = { qualification: 'Education', educationSegment: 'K12', website: 'fabrikam.edu' };

/** The answer to a look. */
export const look = (...qualifications: Qualification[]): Answer => json(qualifications);

/** How long a try may take, so that a test can tell its timer from a poller's. */
const TRY_IN_MS = 99_999;

export function pollingClient(server: ScriptedServer, options: PartnerCenterClientOptions = {}): PartnerCenterClient {
  return clientOf(server, { retryOptions: { maxRetries: 0 }, timeoutInMs: TRY_IN_MS, ...options });
}

export function qualificationOf(client: PartnerCenterClient, customerId = CUSTOMER_ID) {
  return client.customers.byId(customerId).qualification;
}

/** Partner Center's side of a vetting: answers in order, the last one again and again, and no stream of events. */
export class PartnerCenterSide {
  readonly #server: ScriptedServer;

  constructor(server: ScriptedServer, ...script: Answer[]) {
    this.#server = server;
    let played = 0;
    server.answerBy(({ url }) => {
      if (isStream(url)) return { status: 404 };
      played += 1;
      return script[Math.min(played, script.length) - 1] ?? { status: 500, body: 'The script has no answer.' };
    });
  }

  get requests(): Received[] {
    return this.#server.received.filter(({ url }) => !isStream(url));
  }

  get posts(): Received[] {
    return this.requests.filter(({ method }) => method === 'POST');
  }

  get looks(): Received[] {
    return this.requests.filter(({ method }) => method === 'GET');
  }
}

function isStream(url: string): boolean {
  return url.startsWith('/vetting/');
}

/** The clock stands still until a test moves it, and nothing is left to chance. */
export class StoppedClock {
  readonly #setTimeout;

  constructor(random = 0) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    vi.spyOn(Math, 'random').mockReturnValue(random);
    this.#setTimeout = vi.spyOn(globalThis, 'setTimeout');
  }

  /** The waits that were begun, in milliseconds, without the time limits of tries. */
  get waits(): number[] {
    return this.#setTimeout.mock.calls.map(([, ms]) => ms ?? 0).filter((ms) => ms !== TRY_IN_MS);
  }

  /** Resolves in the first wait, once nothing else is under way: the stream of events has been refused too. */
  async isWaiting(): Promise<void> {
    await until(() => this.waits.length === 1 && vi.getTimerCount() === 1);
  }

  /** Lets the present wait pass, and resolves in the next one. */
  async passWait(): Promise<void> {
    const { waits } = this;
    await vi.advanceTimersByTimeAsync(waits.at(-1) ?? 0);
    await until(() => this.waits.length > waits.length);
  }
}
