import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Answer } from '../sandbox.js';
import { type Fleet, get, post, qualificationsOf } from './fleet.js';
import { type Grants, QUALIFICATIONS, type RequestedQualification } from './grants.js';

const WORKERS = 6;
/** Between two calls of a worker: a steady load, not all that the machine can do. */
const PAUSE_IN_MS = 10;
/** Before a request that was answered 503 is sent again; its callers would wait as long as Retry-After says. */
const PAUSE_AFTER_REFUSAL_IN_MS = 100;

export interface SteadyLoadOptions {
  /** Where it calls, by turn. */
  readonly urls: readonly string[];
  readonly fleet: Fleet;
  readonly grants: Grants;
  /** A validation code that does not run out. */
  readonly code: string;
  readonly random: () => number;
  /** Whether 503 is an answer, after which the same request is sent again. Else it is a failure like any other. */
  readonly takesRefusals: boolean;
}

/**
 * Requests a qualification for one customer after the other, each with one MS-RequestId until it is answered 201, and
 * reads back what was answered. Any other answer, and none, is a failure.
 */
export class SteadyLoad {
  readonly #options: SteadyLoadOptions;
  readonly #customers: string[] = [];
  readonly #granted: (readonly [customerId: string, qualification: RequestedQualification])[] = [];
  #workers: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  #isStopping = false;
  #turn = 0;
  #answers = 0;
  #refusals = 0;

  constructor(options: SteadyLoadOptions) {
    this.#options = options;
  }

  /** Gives it customers to request a qualification for. */
  add(customers: readonly string[]): void {
    this.#customers.push(...customers);
  }

  /** Answers other than 503 so far. Throws what went wrong, if anything did. */
  get answers(): number {
    this.#check();
    return this.#answers;
  }

  /** Answers of 503 so far. Throws what went wrong, if anything did. */
  get refusals(): number {
    this.#check();
    return this.#refusals;
  }

  start(): void {
    this.#workers = Promise.all(Array.from({ length: WORKERS }, () => this.#work()));
  }

  /** Resolves once every request is answered. Rejects with what went wrong, if anything did. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#workers;
    this.#check();
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #work(): Promise<void> {
    try {
      while (!this.#isStopping) {
        const customer = this.#customers.pop();
        if (customer !== undefined) await this.#request(customer);
        await this.#readBack();
        await setTimeout(PAUSE_IN_MS);
      }
    } catch (error) {
      this.#failure ??= error;
      this.#isStopping = true;
    }
  }

  async #request(customerId: string): Promise<void> {
    const { fleet, grants, code, random } = this.#options;
    const qualification = QUALIFICATIONS[Math.floor(random() * QUALIFICATIONS.length)] ?? 'StateOwnedEntity';
    const [requestId, token] = [randomUUID(), await fleet.tokens.userToken()];
    await this.#untilAnswered(201, (url) =>
      post(qualificationsOf(url, customerId), bodyOf(qualification, code), { token, requestId }),
    );
    grants.answered(customerId, qualification);
    this.#granted.push([customerId, qualification]);
  }

  async #readBack(): Promise<void> {
    const [customerId, qualification] = this.#granted[Math.floor(this.#options.random() * this.#granted.length)] ?? [];
    if (customerId === undefined) return;
    const token = await this.#options.fleet.tokens.appToken();
    const { body, text } = await this.#untilAnswered(200, (url) => get(qualificationsOf(url, customerId), token));
    if (body.length === 1 && body[0].qualification === qualification) return;
    throw new Error(`${customerId} has ${text} where ${qualification} was answered.`);
  }

  async #untilAnswered(status: number, ask: (url: string) => Promise<Answer>): Promise<Answer> {
    const { urls, takesRefusals } = this.#options;
    for (;;) {
      this.#turn += 1;
      const answer = await ask(urls[this.#turn % urls.length] ?? '');
      if (answer.status === status) {
        this.#answers += 1;
        return answer;
      }
      if (!takesRefusals || !isRefusal(answer)) throw new Error(`Not ${status} but ${answer.status}: ${answer.text}`);
      this.#refusals += 1;
      await setTimeout(PAUSE_AFTER_REFUSAL_IN_MS);
    }
  }
}

/** 503 as it is documented. */
export function isRefusal({ status, headers, body }: Answer): boolean {
  return status === 503 && body?.code === 'ServiceUnavailable' && /^[1-9]\d*$/.test(headers.get('retry-after') ?? '');
}

function bodyOf(qualification: RequestedQualification, validationCode: string) {
  if (qualification === 'GovernmentCommunityCloud') return { qualification, validationCode };
  if (qualification === 'Education') return { qualification, educationSegment: 'K12' };
  return { qualification };
}
