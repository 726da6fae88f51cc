import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { TcpSocketConnectOpts } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { version } from '../package.js';
import { resolveIn, type WebhookMode, webhookUrlFlaw } from './addresses.js';
import { failureWords, SendingEnded } from './failure.js';
import { guardedLookup } from './lookup.js';
import type { Resolve } from './resolve.js';

/** One webhook, as one attempt sends it. */
export interface OutgoingWebhook {
  readonly url: string;
  /** The JSON text that is signed and sent. */
  readonly body: string;
  /** The same on every attempt. Without full stops, which separate the parts of what is signed. */
  readonly id: string;
  /** Of the request whose outcome it tells; the body has it where the receiver may know it. */
  readonly correlationId?: string;
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  /** The real time of this attempt: receivers refuse what is far from their own clocks. */
  readonly timestamp: Date;
  /** Whether the signature stands in `x-ms-signature` too. Default false. */
  readonly signatureInMsSignatureHeader?: boolean;
}

export interface SendOptions {
  readonly mode: WebhookMode;
  /** Milliseconds for everything from the look-up of the host to the end of the answer. Default 20,000. */
  readonly timeoutInMs?: number;
  /** Certificates to trust in place of those that Node.js brings, as PEM text. */
  readonly ca?: string;
  /** Ends sending early. */
  readonly signal?: AbortSignal;
  /** What finds the addresses of a host name. Default: {@link resolveIn}. */
  readonly resolve?: Resolve;
}

/** What became of an attempt: `gone` means that the receiver wants no more. */
export interface SendResult {
  readonly outcome: 'delivered' | 'failed' | 'gone';
  readonly responseCode?: number;
  /** One sentence without anything secret and without anything of the answer's body. */
  readonly message: string;
}

/** Sends a webhook once, as {@link sendWebhook} does. */
export type SendWebhook = (webhook: OutgoingWebhook, options: SendOptions) => Promise<SendResult>;

/** What a receiver has for everything, as partners are told. */
export const ATTEMPT_TIMEOUT_IN_MS = 20_000;
const MAX_ANSWER_BYTES = 16_384;

/**
 * Sends a webhook once. The status of the answer decides: 2xx delivers, 410 ends, any other and none fail.
 * What the network and the receiver do is a result. Throws only for a secret that is not base64 and for an id that
 * no header can hold.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#delivery-success-and-failure
 */
export async function sendWebhook(webhook: OutgoingWebhook, options: SendOptions): Promise<SendResult> {
  const flaw = webhookUrlFlaw(webhook.url, options.mode);
  if (flaw !== undefined) return { outcome: 'failed', message: `The URL ${flaw}.` };
  const outgoing = open(webhook, options);
  outgoing.end(webhook.body);
  return statusOf(outgoing, options).then(judge, (error: unknown) => ({
    outcome: 'failed',
    message: failureWords(error),
  }));
}

function judge(responseCode: number): SendResult {
  const answered = `The receiver answered ${responseCode}`;
  if (responseCode >= 200 && responseCode <= 299) {
    return { outcome: 'delivered', responseCode, message: `${answered}.` };
  }
  if (responseCode === 410) {
    return { outcome: 'gone', responseCode, message: `${answered}: it wants no more webhooks.` };
  }
  const isRedirect = responseCode >= 300 && responseCode <= 399;
  const reason = isRedirect ? ': redirects are not followed.' : '.';
  return { outcome: 'failed', responseCode, message: `${answered}${reason}` };
}

function open(webhook: OutgoingWebhook, { mode, ca, resolve = resolveIn(mode) }: SendOptions): ClientRequest {
  const url = new URL(webhook.url);
  const closed = new AbortController();
  const common: RequestOptions & Pick<TcpSocketConnectOpts, 'autoSelectFamilyAttemptTimeout'> = {
    method: 'POST',
    headers: headersOf(webhook),
    // A connection of its own: one that is kept could have been made before the host's addresses changed.
    agent: false,
    lookup: guardedLookup(mode, resolve, closed.signal),
    // The default of 250 is too short for hosts on the other side of the world, where it is all that an address gets.
    autoSelectFamilyAttemptTimeout: 2_000,
  };
  const outgoing =
    url.protocol === 'http:'
      ? requestHttp(url, common)
      : // Said aloud, so that no variable of the environment switches it off.
        requestHttps(url, { ...common, rejectUnauthorized: true, ...(ca !== undefined && { ca }) });
  return outgoing.once('close', () => closed.abort());
}

function headersOf({ id, body, secret, timestamp, signatureInMsSignatureHeader }: OutgoingWebhook) {
  const signature = new Webhook(secret).sign(id, timestamp, body);
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'user-agent': `Vetted/${version}`,
    'webhook-id': id,
    'webhook-timestamp': Math.floor(timestamp.getTime() / 1000),
    'webhook-signature': signature,
    ...(signatureInMsSignatureHeader && { 'x-ms-signature': signature }),
  };
}

/** The status of the answer, once the connection is closed; a status that came counts, whatever followed it. */
function statusOf(
  outgoing: ClientRequest,
  { timeoutInMs = ATTEMPT_TIMEOUT_IN_MS, signal }: SendOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    let failure: unknown;
    const stop = () => outgoing.destroy(new SendingEnded('Sending was stopped.'));
    const timer = setTimeout(
      () => outgoing.destroy(new SendingEnded(`There was no answer within ${timeoutInMs} ms.`)),
      timeoutInMs,
    );
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    outgoing.once('response', (answer) => {
      status = answer.statusCode;
      drain(answer);
    });
    outgoing.on('error', (error) => {
      failure ??= error;
    });
    outgoing.once('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      if (status === undefined) reject(failure ?? new SendingEnded('The receiver sent no answer.'));
      else resolve(status);
    });
  });
}

/** Lets the receiver finish what it says, within reason: many log an error when they are cut off. */
function drain(answer: IncomingMessage): void {
  let received = 0;
  answer.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > MAX_ANSWER_BYTES) answer.destroy();
  });
  // An answer that breaks off has given its status before.
  answer.on('error', () => answer.destroy());
}
