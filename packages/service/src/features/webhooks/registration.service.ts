import { randomUUID } from 'node:crypto';
import type { NewWebhookRegistration, WebhookRegistration, WebhookRegistrationRequest } from '@vetted/contract';
import type { Caller } from '../../domain/caller.js';
import { type Clock, timestamp } from '../../domain/clock.js';
import { missing, Refusal } from '../../domain/refusal.js';
import type { Store, StoreTransaction } from '../../domain/store.js';
import type { WebhookRegistration as Registration, RegistrationRead } from '../../domain/webhook.js';
import { type Answer, answerOnce } from '../../http/answer-once.js';
import { type WebhookMode, webhookUrlProblem } from '../../webhooks/addresses.js';
import { newWebhookSecret } from '../../webhooks/secret.js';

/** Who registers, and under which request id: a repetition gets the first answer again. */
export interface RegistrationContext {
  readonly caller: Caller;
  readonly requestId: string | undefined;
}

export interface RegistrationService {
  get(caller: Caller): Promise<WebhookRegistration>;
  register(context: RegistrationContext, request: WebhookRegistrationRequest): Promise<Answer>;
  update(caller: Caller, request: WebhookRegistrationRequest): Promise<WebhookRegistration>;
  end(caller: Caller): Promise<void>;
}

export function registrationService(store: Store, clock: Clock, mode: WebhookMode): RegistrationService {
  return {
    async get({ partnerId }) {
      return toWire(admitRegistered(await store.reads.webhooks.registration(partnerId)));
    },

    async register({ caller: { partnerId }, requestId }, request) {
      await admitUrl(store, partnerId, request.WebhookUrl, mode);
      const at = timestamp(clock());
      const once = { tenantId: partnerId, requestId, facts: factsOf(request), at };
      return store.transaction(async (transaction) => {
        const answer = await answerOnce(transaction, once, async () => ({
          status: 200,
          body: JSON.stringify(toWire(await begin(transaction, partnerId, request, at))),
        }));
        return withSecret(transaction, partnerId, answer);
      });
    },

    async update({ partnerId }, request) {
      await admitUrl(store, partnerId, request.WebhookUrl, mode);
      return store.transaction(async (transaction) => {
        const current = admitRegistered(await transaction.webhooks.lock(partnerId));
        const changed = { ...current, ...asked(request) };
        await transaction.webhooks.save(changed, timestamp(clock()));
        return toWire(changed);
      });
    },

    end({ partnerId }) {
      return store.transaction(async (transaction) => {
        admitRegistered(await transaction.webhooks.lock(partnerId));
        await transaction.webhooks.end(partnerId, timestamp(clock()));
      });
    },
  };
}

/**
 * The partner's registration.
 * @throws Refusal PartnerUnknown, or ResourceNotFound where there is none
 */
export function admitRegistered({ partnerKnown, registration }: RegistrationRead): Registration {
  if (!partnerKnown) throw new Refusal('PartnerUnknown');
  if (registration === undefined) throw missing('registration', 'this partner has no webhook registration');
  return registration;
}

/** Looks up names for partners only; a URL that stands already was looked up before, and is again when it is sent to. */
async function admitUrl(store: Store, partnerId: string, url: string, mode: WebhookMode): Promise<void> {
  const { partnerKnown, registration } = await store.reads.webhooks.registration(partnerId);
  if (!partnerKnown) throw new Refusal('PartnerUnknown');
  if (registration?.url === url) return;
  const problem = await webhookUrlProblem(url, mode);
  if (problem !== undefined) throw new Refusal('InputInvalid', [{ name: 'WebhookUrl', reason: problem }]);
}

async function begin(
  transaction: StoreTransaction,
  partnerId: string,
  request: WebhookRegistrationRequest,
  at: string,
): Promise<Registration> {
  const { partnerKnown, registration: current } = await transaction.webhooks.lock(partnerId);
  if (!partnerKnown) throw new Refusal('PartnerUnknown');
  if (current) throw new Refusal('WebhookRegistered');
  const registration = { partnerId, id: randomUUID(), secret: newWebhookSecret(), ...asked(request) };
  await transaction.webhooks.save(registration, at);
  return registration;
}

/**
 * The answer to a registration with its secret. What is recorded for repetitions has none: it stands in one place only,
 * with the registration, and a repetition gets it from there as long as that registration stands.
 */
async function withSecret(transaction: StoreTransaction, partnerId: string, answer: Answer): Promise<Answer> {
  if (answer.status !== 200) return answer;
  const registered = JSON.parse(answer.body) as WebhookRegistration;
  const { registration } = await transaction.webhooks.lock(partnerId);
  if (registration?.id !== registered.SubscriberId) return answer;
  const shown: NewWebhookRegistration = { ...registered, WebhookSecret: registration.secret };
  return { status: answer.status, body: JSON.stringify(shown) };
}

function asked(request: WebhookRegistrationRequest) {
  return {
    url: request.WebhookUrl,
    events: request.WebhookEvents,
    signatureInMsSignatureHeader: request.SignatureTokenToMsSignatureHeader ?? false,
  };
}

function factsOf(request: WebhookRegistrationRequest): readonly unknown[] {
  const { url, events, signatureInMsSignatureHeader } = asked(request);
  return ['webhook registration', url, events, signatureInMsSignatureHeader];
}

function toWire(registration: Registration): WebhookRegistration {
  return {
    SubscriberId: registration.id,
    WebhookUrl: registration.url,
    WebhookEvents: registration.events as WebhookRegistration['WebhookEvents'],
    SignatureTokenToMsSignatureHeader: registration.signatureInMsSignatureHeader,
  };
}
