import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Answer, call, type TestSandbox } from '@vetted/testkit';
import { Webhook } from 'standardwebhooks';
import { expect } from 'vitest';
import { awaited, receive } from './webhook-receiver.js';

export const registrationPath = '/webhooks/v1/registration';
export const testsPath = `${registrationPath}/validationEvents`;
export const allEvents = ['customer-qualification-updated', 'test-created'];
export const stateOwned = { qualification: 'StateOwnedEntity' };
export const education = { qualification: 'Education', educationSegment: 'K12', website: 'example.edu' };

/** A webhook as it arrived. */
export interface Arrival {
  readonly id: string;
  readonly text: string;
  readonly event: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** The status to answer a webhook with; a promise that never resolves holds it up. */
type Verdict = (arrival: Arrival, count: number) => number | Promise<number>;

/** A receiver that keeps what it gets, and answers 204 unless it is told otherwise. */
export async function openInbox(verdict: Verdict = () => 204, headers: Record<string, string> = {}) {
  const arrivals: Arrival[] = [];
  const waiting = new Set<() => void>();
  const receiver = await receive(async (request, response) => {
    const text = (await buffer(request)).toString();
    const arrival = {
      id: String(request.headers['webhook-id']),
      text,
      event: JSON.parse(text),
      headers: request.headers,
    };
    const count = arrivals.push(arrival);
    for (const look of waiting) look();
    response.writeHead(await verdict(arrival, count), headers).end();
  });
  return {
    url: receiver.url,
    arrivals,
    /** Resolves once so many have arrived. */
    async first(count: number): Promise<readonly Arrival[]> {
      const { happened, happen } = awaited();
      const look = () => {
        if (arrivals.length >= count) happen();
      };
      waiting.add(look);
      look();
      await happened;
      waiting.delete(look);
      return arrivals.slice(0, count);
    },
  };
}

/** A token of its own: those of the sandbox end while its clock is moved. */
export async function freshToken({ description }: TestSandbox): Promise<string> {
  const { baseUrl, tenantId, clientId, clientSecret, users } = description;
  const answer = await call(`${baseUrl}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://api.partnercenter.microsoft.com/.default',
      grant_type: 'refresh_token',
      refresh_token: users.agent.refreshToken,
    }),
  });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.access_token;
}

/** Calls the registration, or what is below it. */
export async function callRegistration(
  sandbox: TestSandbox,
  method: string,
  { path = registrationPath, body, token, headers = {} }: CallRegistration = {},
): Promise<Answer> {
  return call(sandbox.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${token ?? (await sandbox.appToken())}`,
      'ms-requestid': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
}

interface CallRegistration {
  readonly path?: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Registers a webhook, in place of the one there may be, and gives its secret. */
export async function register(
  sandbox: TestSandbox,
  url: string,
  { token, ...rest }: { readonly token?: string; readonly [member: string]: unknown } = {},
): Promise<string> {
  const as = token === undefined ? {} : { token };
  await callRegistration(sandbox, 'DELETE', as);
  const answer = await callRegistration(sandbox, 'POST', {
    ...as,
    body: { WebhookUrl: url, WebhookEvents: allEvents, ...rest },
  });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.WebhookSecret;
}

/** Asks for a test event, and gives its correlation id. */
export async function sendTest(sandbox: TestSandbox, token?: string): Promise<string> {
  const answer = await callRegistration(sandbox, 'POST', {
    path: testsPath,
    ...(token === undefined ? {} : { token }),
  });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.correlationId;
}

export async function reportOf(sandbox: TestSandbox, correlationId: string, token?: string) {
  const path = `${testsPath}/${correlationId}`;
  const answer = await callRegistration(sandbox, 'GET', { path, ...(token === undefined ? {} : { token }) });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** The event of a webhook whose signature is good; throws if it is not. */
export function verified({ text, headers }: Arrival, secret: string): unknown {
  return new Webhook(secret).verify(text, headers as Record<string, string>);
}

/** The customer and the qualification that an event is about. */
export function subjectOf({ event }: Arrival): string {
  const [, customer, qualification] =
    /customers\/([^/]+)\/qualifications\/([^/]+)\/history$/.exec(event.AuditUri ?? '') ?? [];
  return `${customer} ${qualification}`;
}
