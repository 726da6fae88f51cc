import { setMaxListeners } from 'node:events';
import type { FastifyBaseLogger } from 'fastify';
import { type Clock, timestamp, timestampAfter } from '../domain/clock.js';
import type { Store } from '../domain/store.js';
import type { AttemptOutcome, ClaimedDelivery, RegistrationRead } from '../domain/webhook.js';
import { Worker } from '../worker.js';
import type { WebhookMode } from './addresses.js';
import { eventBody } from './event-body.js';
import { retryDelayInMs } from './schedule.js';
import { type SendResult, type SendWebhook, sendWebhook } from './send.js';

export interface DeliveriesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly mode: WebhookMode;
  /** Where the service is reached, without a trailing slash. */
  readonly publicUrl: string;
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>;
  /** How a webhook is sent once. Default: {@link sendWebhook}. */
  readonly send?: SendWebhook;
  /** Milliseconds that attempts under way have when it stops. Default 3,000. */
  readonly stopWithinInMs?: number;
}

/** When an attempt was made, by the service's clock. */
interface AttemptTimes {
  readonly startedAt: Date;
  readonly endedAt: Date;
}

interface Attempt {
  readonly partnerId: string;
  /** Resolves when it is over and written down. */
  readonly ended: Promise<void>;
}

const MAX_ATTEMPTS_AT_ONCE = 64;
/** A receiver that takes its time leaves places for others. */
export const MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE = 16;
/** Longer than an attempt takes: only a process that has ended loses its claims. */
export const ATTEMPT_LEASE_IN_MS = 60_000;
const STOP_WITHIN_MS = 3_000;

/**
 * Delivers webhooks, in the order of each customer and at least once: those that are announced, and those that have
 * become due. Several processes on one database share the work.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #worker: Worker;
  readonly #unlisten: () => void;
  /** Those of this process, by the delivery's id. */
  readonly #attempts = new Map<string, Attempt>();
  readonly #abort = new AbortController();
  #stopped = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    // One of each attempt that is under way.
    setMaxListeners(MAX_ATTEMPTS_AT_ONCE, this.#abort.signal);
    this.#worker = new Worker({ work: () => this.#startDue(), onError: (error) => this.#failed(error) });
    this.#unlisten = options.store.onEvents(() => this.#worker.wake());
    this.#worker.wake();
  }

  /** Resolves once everything that is due has been attempted. */
  async settle(): Promise<void> {
    await this.#worker.runDue();
    while (this.#attempts.size > 0) {
      await this.#allEnded();
      await this.#worker.runDue();
    }
  }

  /** Starts nothing more. What is under way has its time; what is cut short then goes back at once, for another process to take. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlisten();
    await this.#worker.stop();
    const timer = setTimeout(() => this.#abort.abort(), this.#options.stopWithinInMs ?? STOP_WITHIN_MS);
    await this.#allEnded();
    clearTimeout(timer);
  }

  async #allEnded(): Promise<void> {
    await Promise.all([...this.#attempts.values()].map(({ ended }) => ended));
  }

  /** How many more attempts may be under way. */
  get #room(): number {
    return this.#stopped ? 0 : MAX_ATTEMPTS_AT_ONCE - this.#attempts.size;
  }

  async #startDue(): Promise<void> {
    let started = true;
    while (started && this.#room > 0) started = await this.#startSomeOfEach();
  }

  /** Shares the room among the partners that have something due, those first that have the fewest under way. */
  async #startSomeOfEach(): Promise<boolean> {
    const { store, clock } = this.#options;
    const partners = this.#byTurn(await store.reads.webhooks.due(timestamp(clock())));
    const share = Math.ceil(this.#room / partners.length);
    let started = false;
    for (const { partnerId, underWay } of partners) {
      const limit = Math.min(share, this.#room, MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE - underWay);
      if (limit > 0 && (await this.#start(partnerId, limit))) started = true;
    }
    return started;
  }

  #byTurn(partnerIds: readonly string[]) {
    const counts = new Map<string, number>();
    for (const { partnerId } of this.#attempts.values()) counts.set(partnerId, (counts.get(partnerId) ?? 0) + 1);
    return partnerIds
      .map((partnerId) => ({ partnerId, underWay: counts.get(partnerId) ?? 0 }))
      .filter(({ underWay }) => underWay < MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE)
      .sort((one, other) => one.underWay - other.underWay);
  }

  async #start(partnerId: string, limit: number): Promise<boolean> {
    const { store, clock } = this.#options;
    const startedAt = clock();
    const deliveries = await store.transaction(({ webhooks }) =>
      webhooks.claim(partnerId, {
        now: timestamp(startedAt),
        leasedUntil: timestampAfter(startedAt, ATTEMPT_LEASE_IN_MS),
        // A clock that jumps ends leases of attempts that are still under way here.
        except: [...this.#attempts.keys()],
        limit,
      }),
    );
    for (const delivery of deliveries) this.#begin(delivery, startedAt);
    return deliveries.length > 0;
  }

  #begin(delivery: ClaimedDelivery, startedAt: Date): void {
    const { id, partnerId } = delivery;
    const ended = this.#attempt(delivery, startedAt)
      .catch((error: unknown) => this.#failed(error, id))
      .finally(() => {
        this.#attempts.delete(id);
        this.#worker.wake();
      });
    this.#attempts.set(id, { partnerId, ended });
  }

  async #attempt(delivery: ClaimedDelivery, startedAt: Date): Promise<void> {
    const { mode, publicUrl, send = sendWebhook } = this.#options;
    const { url, secret, signatureInMsSignatureHeader } = delivery.registration;
    const began = performance.now();
    const result = await send(
      {
        url,
        body: eventBody(delivery, publicUrl),
        id: delivery.id,
        correlationId: delivery.correlationId,
        secret,
        timestamp: new Date(),
        signatureInMsSignatureHeader,
      },
      { mode, signal: this.#abort.signal },
    );
    // Counted from the start, a clock that was moved meanwhile does not put off the next attempt.
    const endedAt = new Date(startedAt.getTime() + performance.now() - began);
    if (this.#abort.signal.aborted && result.responseCode === undefined) await this.#release(delivery);
    else await this.#record(delivery, result, { startedAt, endedAt });
  }

  async #record(delivery: ClaimedDelivery, result: SendResult, times: AttemptTimes): Promise<void> {
    const outcome = await this.#options.store.transaction(async ({ webhooks }) => {
      const read = await webhooks.lock(delivery.partnerId);
      const ends = result.outcome === 'gone' && isCurrent(delivery, read);
      const attempted = outcomeOf(delivery, result, ends, times);
      if (!(await webhooks.finish(delivery, attempted))) return undefined;
      if (ends) await webhooks.end(delivery.partnerId, attempted.at);
      return attempted;
    });
    if (outcome === undefined || outcome.state === 'delivered') return;
    const { partnerId, id: deliveryId, attempts } = delivery;
    this.#options.log.warn(
      { partnerId, deliveryId, attempt: attempts + 1, state: outcome.state, reason: outcome.message },
      'a webhook was not delivered',
    );
  }

  #release(delivery: ClaimedDelivery): Promise<void> {
    const { store, clock } = this.#options;
    return store.transaction(({ webhooks }) => webhooks.release(delivery, timestamp(clock())));
  }

  #failed(error: unknown, deliveryId?: string): void {
    this.#options.log.error({ err: error, deliveryId }, 'delivering webhooks failed and is tried again');
  }
}

/** Whether the registration still is as it was when the delivery was claimed: an answer of another URL ends nothing. */
function isCurrent({ registration: claimed }: ClaimedDelivery, { registration }: RegistrationRead): boolean {
  return registration?.id === claimed.id && registration.url === claimed.url;
}

function outcomeOf(
  { attempts }: ClaimedDelivery,
  { outcome, responseCode, message }: SendResult,
  ends: boolean,
  { startedAt, endedAt }: AttemptTimes,
): AttemptOutcome {
  const attempt = { at: timestamp(startedAt), message, ...(responseCode === undefined ? {} : { responseCode }) };
  if (outcome === 'delivered') return { ...attempt, state: 'delivered' };
  const delay = ends ? undefined : retryDelayInMs(attempts + 1);
  if (delay === undefined) return { ...attempt, state: 'failed' };
  return { ...attempt, state: 'pending', nextAttemptAt: timestampAfter(endedAt, delay) };
}
