import { setTimeout } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { ServiceConfig } from './config.js';
import { timestampAfter } from './domain/clock.js';
import type { VettingPolicy } from './domain/policy.js';
import type { Store } from './domain/store.js';
import { decideDue } from './features/policy/policy.service.js';
import { Deliveries } from './webhooks/deliveries.js';
import type { SendWebhook } from './webhooks/send.js';
import { Worker } from './worker.js';

/** Answers stay on record for two days: longer than the day that is promised, whatever the hour of the sweep. */
const ANSWERS_KEPT_IN_MS = 48 * 3_600_000;
/** As long as Partner Center keeps what it knows of test events. */
const DELIVERIES_KEPT_IN_MS = 7 * 24 * 3_600_000;
const SWEEP_INTERVAL_IN_MS = 3_600_000;

/** How long it is waited for deliveries that have become due; they go on by themselves. */
const CATCH_UP_WITHIN_MS = 2_000;

export interface BackgroundParts {
  readonly config: ServiceConfig;
  /** Where the service listens. */
  readonly url: string;
  readonly store: Store;
  readonly log: FastifyBaseLogger;
  readonly policy: VettingPolicy | undefined;
  /** How a webhook is sent once. Default: {@link sendWebhook}. */
  readonly send?: SendWebhook;
}

/** What the service does besides answering. Several processes may do it on one database. */
export interface Background {
  /** Does at once what has become due by the clock; deliveries that take long are not waited for. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBackground(parts: BackgroundParts): Promise<Background> {
  const { config, store, log, policy, url, send } = parts;
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, `${what} failed and is tried again`);
  await sweep(parts);
  const workers = [
    new Worker({ work: () => sweep(parts), onError: failed('the sweep'), intervalInMs: SWEEP_INTERVAL_IN_MS }),
    ...(policy
      ? [new Worker({ work: () => decideByPolicy(parts, policy), onError: failed('asking the policy') })]
      : []),
  ];
  const deliveries = new Deliveries({
    store,
    clock: config.clock,
    mode: config.sandbox ? 'loopback' : 'public',
    publicUrl: config.publicUrl ?? url,
    log,
    ...(send && { send }),
  });
  return {
    async catchUp() {
      await Promise.all(workers.map((worker) => worker.runDue()));
      // A receiver that does not answer, or waits for this itself, holds nobody up for long.
      await Promise.race([deliveries.settle(), setTimeout(CATCH_UP_WITHIN_MS, undefined, { ref: false })]);
    },
    async stop() {
      await Promise.all([deliveries, ...workers].map((worker) => worker.stop()));
    },
  };
}

/** Forgets what is kept for a time only. */
async function sweep({ config, store }: BackgroundParts): Promise<void> {
  const now = config.clock();
  await store.forgetAnswers(timestampAfter(now, -ANSWERS_KEPT_IN_MS));
  await store.forgetDeliveries(timestampAfter(now, -DELIVERIES_KEPT_IN_MS));
}

function decideByPolicy({ config, store, log }: BackgroundParts, policy: VettingPolicy): Promise<void> {
  return decideDue({
    store,
    clock: config.clock,
    policy,
    onFailure: (error, reviewId) =>
      log.error({ err: error, reviewId }, 'the policy gave no verdict: the request stays at the desk'),
  });
}
