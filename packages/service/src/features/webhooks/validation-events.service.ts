import { randomUUID } from 'node:crypto';
import type { ValidationEvent, ValidationEventReport } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp, timestampAfter } from '../../domain/clock.js';
import { missing, RateLimited, Refusal } from '../../domain/refusal.js';
import type { Store, StoreTransaction } from '../../domain/store.js';
import type { DeliveryReport, DeliveryState } from '../../domain/webhook.js';
import { type Answer, answerOnce } from '../../http/answer-once.js';
import { toResult } from './delivery-result.js';
import { admitRegistered, type RegistrationContext } from './registration.service.js';

export interface ValidationEventsService {
  create(context: RegistrationContext): Promise<Answer>;
  report(caller: Caller, correlationId: string): Promise<ValidationEventReport>;
}

/** As Partner Center documents it: two in a minute. */
const MAX_TESTS = 2;
const TESTS_WITHIN_IN_MS = 60_000;

const statuses: Readonly<Record<DeliveryState, ValidationEventReport['status']>> = {
  pending: 'pending',
  delivered: 'completed',
  failed: 'failed',
  dropped: 'failed',
};

export function validationEventsService(store: Store, clock: Clock): ValidationEventsService {
  return {
    create({ caller: { partnerId }, requestId }) {
      const now = clock();
      const once = { tenantId: partnerId, requestId, facts: ['webhook test event'], at: timestamp(now) };
      return store.transaction((transaction) =>
        answerOnce(transaction, once, async () => ({
          status: 200,
          body: JSON.stringify(await addTest(transaction, partnerId, now)),
        })),
      );
    },

    async report({ partnerId }, correlationId) {
      const { partnerKnown } = await store.reads.webhooks.registration(partnerId);
      if (!partnerKnown) throw new Refusal('PartnerUnknown');
      const id = correlationId.toLowerCase();
      const report = await store.reads.webhooks.testReport(partnerId, id);
      if (report === undefined) throw missing('correlationId', 'names no test event of this partner');
      return toWire(partnerId, id, report);
    },
  };
}

/** Whoever asks for a test event wants it, whatever else the webhook is registered for. */
async function addTest(transaction: StoreTransaction, partnerId: string, now: Date): Promise<ValidationEvent> {
  const registration = admitRegistered(await transaction.webhooks.lock(partnerId));
  const { count, oldest } = await transaction.webhooks.testsSince(partnerId, timestampAfter(now, -TESTS_WITHIN_IN_MS));
  if (count >= MAX_TESTS && oldest !== undefined) throw new RateLimited(secondsUntil(oldest, now));
  const correlationId = randomUUID();
  await transaction.webhooks.addTest(registration, correlationId, timestamp(now));
  return { correlationId };
}

/** Until the oldest of the tests is a minute old. */
function secondsUntil(oldest: string, now: Date): number {
  return Math.max(1, Math.ceil((Date.parse(oldest) + TESTS_WITHIN_IN_MS - now.getTime()) / 1_000));
}

function toWire(partnerId: string, correlationId: string, report: DeliveryReport): ValidationEventReport {
  return {
    correlationId,
    partnerId,
    status: statuses[report.state],
    callbackUrl: report.url,
    results: report.results.map(toResult),
  };
}
