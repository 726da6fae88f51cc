import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from './models.js';
import { isObject, parseJson } from './transport/json.js';
import { WebhookVerificationError, type WebhookVerificationFailure } from './webhook-error.js';

/**
 * The headers of a delivery: `request.headers` of Node.js, the `Headers` of a Fetch `Request`, or a plain record with
 * names in any letter case.
 */
export type WebhookHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | { get(name: string): string | null };

type SignedHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/** What the standardwebhooks package allows; the package has no setting for it. */
const TOLERANCE_IN_SECONDS = 5 * 60;

/**
 * Verifies that a delivery comes from the Vetted service which gave out the secret, and reads its event.
 *
 * Takes the body byte for byte as it arrived: a body that was parsed and written again has another signature. The secret
 * is that of the registration, with or without `whsec_`. A delivery whose `webhook-timestamp` is more than five minutes
 * from this machine's clock is refused, so that nobody can replay an old one. A service may send a delivery twice: what
 * was handled is told by the event's `id`.
 *
 * Throws a {@link WebhookVerificationError}, whose `reason` says what is wrong. Deliveries of Partner Center itself are
 * signed in another way and fail with `header-missing`.
 *
 * @see https://www.standardwebhooks.com
 * @see https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
 * @example
 * ```ts
 * import { isWebhookVerificationError, verifyWebhook } from '@vetted/client';
 *
 * export async function receive(request: Request, secret: string): Promise<Response> {
 *   try {
 *     const event = verifyWebhook(await request.text(), request.headers, secret);
 *     console.log(event.id, event.eventName, event.customerId, event.qualification);
 *     return new Response(null, { status: 204 });
 *   } catch (error) {
 *     if (!isWebhookVerificationError(error)) throw error;
 *     return new Response(null, { status: 400 });
 *   }
 * }
 * ```
 */
export function verifyWebhook(rawBody: string | Uint8Array, headers: WebhookHeaders, secret: string): WebhookEvent {
  const webhook = webhookOf(secret);
  const body = textOf(rawBody);
  const signed = signedHeadersOf(headers);
  refuseOtherTimes(signed['webhook-timestamp']);
  refuseOtherSignatures(webhook, body, signed);
  return eventOf(signed['webhook-id'], parseJson(body));
}

function webhookOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw failure('secret-invalid', 'The secret is empty or not Base64: pass the one that the registration answered.');
  }
}

/** The body as text that has the very same bytes. */
function textOf(rawBody: unknown): string {
  if (typeof rawBody === 'string') return rawBody;
  if (!ArrayBuffer.isView(rawBody)) {
    throw failure('body-invalid', 'Pass the raw body, a string or a Uint8Array, not a parsed one.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody);
  } catch {
    throw failure('body-invalid', 'The body is not UTF-8: pass the raw body, its bytes as they arrived.');
  }
}

function signedHeadersOf(headers: WebhookHeaders): SignedHeaders {
  return {
    'webhook-id': requiredHeader(headers, 'webhook-id'),
    'webhook-timestamp': requiredHeader(headers, 'webhook-timestamp'),
    'webhook-signature': requiredHeader(headers, 'webhook-signature'),
  };
}

function requiredHeader(headers: WebhookHeaders, name: string): string {
  const value = headerFrom(headers, name);
  if (value === '') throw failure('header-missing', `${name} is missing: pass all headers of the delivery.`);
  return value;
}

/** A header's value; what came twice is joined, as Node.js and Fetch do, and then is no id and no time that was signed. */
function headerFrom(headers: WebhookHeaders, name: string): string {
  if (isFetchHeaders(headers)) return headers.get(name) ?? '';
  const values = Object.entries(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? value : []));
  return values.filter((value) => typeof value === 'string').join(', ');
}

function isFetchHeaders(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}

function refuseOtherTimes(timestamp: string): void {
  if (!/^[1-9]\d{0,14}$/.test(timestamp)) {
    throw failure('timestamp-invalid', 'webhook-timestamp is not a time in whole seconds: refuse the delivery.');
  }
  const distance = Math.floor(Date.now() / 1000) - Number(timestamp);
  if (Math.abs(distance) <= TOLERANCE_IN_SECONDS) return;
  const relation = `${Math.abs(distance)} seconds ${distance > 0 ? 'before' : 'after'}`;
  throw failure(
    'timestamp-invalid',
    `webhook-timestamp is ${relation} this machine's clock, more than ${TOLERANCE_IN_SECONDS}: ` +
      'refuse the delivery, and where all are refused, set the clock.',
  );
}

function refuseOtherSignatures(webhook: Webhook, body: string, signed: SignedHeaders): void {
  try {
    webhook.verify(body, signed, { jsonParse: false });
  } catch {
    throw failure(
      'signature-mismatch',
      'No signature matches: refuse the delivery, and where all are refused, ' +
        'pass the raw body, not a parsed one, and the secret of this registration.',
    );
  }
}

function eventOf(id: string, body: unknown): WebhookEvent {
  if (!isObject(body)) throw failure('body-invalid', 'The signed body is not a JSON object: it is no notice.');
  const auditUri = textIn(body, 'AuditUri');
  const event: WebhookEvent = {
    id,
    eventName: requiredTextIn(body, 'EventName'),
    resourceUri: requiredTextIn(body, 'ResourceUri'),
    resourceName: requiredTextIn(body, 'ResourceName'),
    ...(auditUri === undefined ? {} : { auditUri }),
    resourceChangeUtcDate: requiredTextIn(body, 'ResourceChangeUtcDate'),
  };
  return { ...event, ...subjectOf(event) };
}

/** Whose qualification an event is about, as far as its addresses say. */
function subjectOf({ resourceUri, auditUri }: WebhookEvent): Pick<WebhookEvent, 'customerId' | 'qualification'> {
  const customerId = /\/v1\/customers\/([\w-]+)\/qualifications$/.exec(resourceUri)?.[1];
  const qualification = /\/v1\/customers\/[\w-]+\/qualifications\/([\w-]+)\/history$/.exec(auditUri ?? '')?.[1];
  return {
    ...(customerId === undefined ? {} : { customerId }),
    ...(qualification === undefined ? {} : { qualification }),
  };
}

function requiredTextIn(body: Record<string, unknown>, name: string): string {
  const text = textIn(body, name);
  if (text === undefined) throw failure('body-invalid', `The signed body has no ${name}: it is no notice.`);
  return text;
}

/** A member's text; what is null or empty is absent. */
function textIn(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name] ?? '';
  if (typeof value !== 'string') {
    throw failure('body-invalid', `${name} of the signed body is not a text: it is no notice.`);
  }
  return value === '' ? undefined : value;
}

function failure(reason: WebhookVerificationFailure, message: string): WebhookVerificationError {
  return new WebhookVerificationError(message, reason);
}
