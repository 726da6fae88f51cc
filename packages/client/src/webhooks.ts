import { webhookPaths } from '@vetted/contract';
import { readNothing, readObject, readObjects, readTexts } from './answers.js';
import type { WebhookEventName } from './models.js';
import type { OperationOptions } from './options.js';
import { queryOf } from './query.js';
import { resourcePath } from './resource-path.js';
import type { Call, Send } from './transport/pipeline.js';
import type {
  NewWebhookRegistration,
  ValidationEvent,
  ValidationEventReport,
  WebhookDelivery,
  WebhookRegistration,
  WebhookRegistrationRequest,
} from './webhook-models.js';

/** Options of {@link WebhooksOperations.listDeliveries}. */
export interface ListDeliveriesOptions extends OperationOptions {
  /** How many, 1 to 100. Default: the service's own, 20. */
  size?: number;
}

/**
 * The partner's webhook, in the shape of Partner Center's registration. A partner has one. Vetted only: Partner Center has
 * its own registration at the same path, whose deliveries `verifyWebhook` refuses, and no listing of deliveries.
 *
 * @see https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
 */
export interface WebhooksOperations {
  /**
   * Gets the registration, without its secret.
   *
   * Rejects with a {@link PartnerCenterError}: 404 where there is none.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function whereEventsGo(client: PartnerCenterClient): Promise<string> {
   *   const { WebhookUrl, WebhookEvents } = await client.webhooks.getRegistration();
   *   return `${WebhookEvents.join(', ')} to ${WebhookUrl}`;
   * }
   * ```
   */
  getRegistration(options?: OperationOptions): Promise<WebhookRegistration>;

  /**
   * Registers a webhook, and tells its secret. A call that is repeated under its `requestId` registers once, and is told the
   * secret again.
   *
   * Rejects with a {@link PartnerCenterError}: 400 for an address to which nothing is sent, 409 where there is a
   * registration already.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function register(client: PartnerCenterClient, WebhookUrl: string): Promise<string | undefined> {
   *   const { WebhookSecret } = await client.webhooks.register({
   *     WebhookUrl,
   *     WebhookEvents: ['customer-qualification-updated'],
   *   });
   *   return WebhookSecret;
   * }
   * ```
   */
  register(request: WebhookRegistrationRequest, options?: OperationOptions): Promise<NewWebhookRegistration>;

  /**
   * Changes the registration. What is on its way goes to the new address; the secret stays.
   *
   * Rejects with a {@link PartnerCenterError}: 400 for an address to which nothing is sent, 404 where there is no
   * registration.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient, WebhookRegistration } from '@vetted/client';
   *
   * export async function move(client: PartnerCenterClient, WebhookUrl: string): Promise<WebhookRegistration> {
   *   const { WebhookEvents } = await client.webhooks.getRegistration();
   *   return client.webhooks.update({ WebhookUrl, WebhookEvents });
   * }
   * ```
   */
  update(request: WebhookRegistrationRequest, options?: OperationOptions): Promise<WebhookRegistration>;

  /**
   * Ends the registration, and drops what is on its way.
   *
   * Rejects with a {@link PartnerCenterError}: 404 where there is none.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export function tellNoMore(client: PartnerCenterClient): Promise<void> {
   *   return client.webhooks.end();
   * }
   * ```
   */
  end(options?: OperationOptions): Promise<void>;

  /**
   * Lists the events that a webhook can be registered for.
   *
   * Rejects with a {@link PartnerCenterError}: 401 and 403 for the token.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient, WebhookRegistration } from '@vetted/client';
   *
   * export async function registerForAll(client: PartnerCenterClient, WebhookUrl: string): Promise<WebhookRegistration> {
   *   return client.webhooks.register({ WebhookUrl, WebhookEvents: await client.webhooks.listEventNames() });
   * }
   * ```
   */
  listEventNames(options?: OperationOptions): Promise<(WebhookEventName | (string & {}))[]>;

  /**
   * Sends a test event to the registered address, whatever else the webhook is registered for. The service sends two a
   * minute: one more waits for its turn, as after any 429.
   *
   * Rejects with a {@link PartnerCenterError}: 404 where there is no registration.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function sendTest(client: PartnerCenterClient): Promise<string> {
   *   const { correlationId } = await client.webhooks.sendTestEvent();
   *   return correlationId;
   * }
   * ```
   */
  sendTestEvent(options?: OperationOptions): Promise<ValidationEvent>;

  /**
   * Gets what became of a test event, attempt by attempt. It is kept for a week after the last one.
   *
   * Rejects with a {@link PartnerCenterError}: 404 for a test event that the partner has not sent.
   *
   * @param correlationId What {@link WebhooksOperations.sendTestEvent} gave.
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printTest(client: PartnerCenterClient, correlationId: string): Promise<void> {
   *   const { status, results } = await client.webhooks.getTestReport(correlationId);
   *   console.log(status);
   *   for (const { dateTimeUtc, responseMessage } of results) console.log(dateTimeUtc, responseMessage);
   * }
   * ```
   */
  getTestReport(correlationId: string, options?: OperationOptions): Promise<ValidationEventReport>;

  /**
   * Lists the latest deliveries, newest first, with their attempts; test events are among them. A delivery is kept for a
   * week after its last attempt.
   *
   * Rejects with a {@link PartnerCenterError}: 401 and 403 for the token, 404 from Partner Center.
   *
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function printFailures(client: PartnerCenterClient): Promise<void> {
   *   for (const { id, status, results } of await client.webhooks.listDeliveries({ size: 100 })) {
   *     if (status === 'failed') console.log(id, results.at(-1)?.responseMessage);
   *   }
   * }
   * ```
   */
  listDeliveries(options?: ListDeliveriesOptions): Promise<WebhookDelivery[]>;
}

export function webhooksOperations(send: Send): WebhooksOperations {
  const { registration, events, validationEvents, validationEvent, deliveries } = webhookPaths;
  const call = <T>(name: keyof WebhooksOperations, what: Omit<Call<T>, 'operation'>, options: OperationOptions) =>
    send({ operation: `WebhooksOperations.${name}`, ...what }, options);
  return {
    getRegistration: (options = {}) =>
      call('getRegistration', { method: 'GET', path: registration, read: readObject<WebhookRegistration> }, options),
    register: (body, options = {}) =>
      call('register', { method: 'POST', path: registration, body, read: readObject<NewWebhookRegistration> }, options),
    update: (body, options = {}) =>
      call('update', { method: 'PUT', path: registration, body, read: readObject<WebhookRegistration> }, options),
    end: (options = {}) => call('end', { method: 'DELETE', path: registration, read: readNothing }, options),
    listEventNames: (options = {}) => call('listEventNames', { method: 'GET', path: events, read: readTexts }, options),
    sendTestEvent: (options = {}) =>
      call('sendTestEvent', { method: 'POST', path: validationEvents, read: readObject<ValidationEvent> }, options),
    getTestReport: async (correlationId, options = {}) => {
      const path = resourcePath(validationEvent, { correlationId });
      return call('getTestReport', { method: 'GET', path, read: readObject<ValidationEventReport> }, options);
    },
    listDeliveries: ({ size, ...options } = {}) => {
      const path = deliveries + queryOf({ size });
      return call('listDeliveries', { method: 'GET', path, read: readObjects<WebhookDelivery> }, options);
    },
  };
}
