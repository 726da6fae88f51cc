import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type FakeClock, fakeClock, otherPartner, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { PartnerCenterClient, verifyWebhook, type WebhookEvent } from '../src/index.js';
import { clientOf, GUID, rejectionOf } from './fixture.js';
import { json, startScriptedServer } from './scripted-server.js';

const stateOwned = { qualification: 'StateOwnedEntity' };
const wanted = {
  WebhookUrl: 'http://127.0.0.1:9/hook',
  WebhookEvents: ['customer-qualification-updated', 'test-created'],
};

let clock: FakeClock;
let sandbox: TestSandbox;
let client: PartnerCenterClient;

beforeEach(async () => {
  // The time of a delivery is checked by this machine's clock.
  clock = fakeClock(new Date().toISOString());
  sandbox = await startSandbox({ clock });
  client = clientWith(() => sandbox.userToken('agent'));
});
afterEach(() => sandbox.close());

function clientWith(token: () => Promise<string>): PartnerCenterClient {
  const getToken = async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 3_600_000 });
  return new PartnerCenterClient({ getToken }, { baseUrl: sandbox.url, retryOptions: { maxRetries: 0 } });
}

/** A receiver of webhooks that answers with one status, and keeps what it could verify with the secret. */
async function openReceiver(status = 204) {
  const events: WebhookEvent[] = [];
  let secret = '';
  const server = createServer(async (request, response) => {
    events.push(verifyWebhook(await buffer(request), request.headers, secret));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { WebhookSecret } = await client.webhooks.register({
    ...wanted,
    WebhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
  });
  secret = WebhookSecret ?? '';
  return events;
}

/** What is due is attempted, and written down. */
const settle = () => client.sandbox.advanceClock('PT0.001S');

describe('the registration', () => {
  it('is made, read, changed and ended, and its secret is told once', async () => {
    const { WebhookSecret, ...made } = await client.webhooks.register(wanted);
    expect(WebhookSecret).toMatch(/^whsec_/);
    expect(made).toEqual({
      ...wanted,
      SubscriberId: expect.stringMatching(GUID),
      SignatureTokenToMsSignatureHeader: false,
    });
    await expect(client.webhooks.getRegistration()).resolves.toEqual(made);

    const changed = { ...wanted, WebhookEvents: ['test-created'], SignatureTokenToMsSignatureHeader: true };
    const { SubscriberId } = made;
    await expect(client.webhooks.update(changed)).resolves.toEqual({ SubscriberId, ...changed });
    await expect(client.webhooks.getRegistration()).resolves.toEqual({ SubscriberId, ...changed });

    await expect(client.webhooks.end()).resolves.toBeUndefined();
    expect(await rejectionOf(client.webhooks.getRegistration())).toMatchObject({ statusCode: 404, code: '1000' });
  });

  it('is made once by a call that is repeated under its request id, and the secret is told again', async () => {
    const options = { requestId: crypto.randomUUID() };
    const made = await client.webhooks.register(wanted, options);
    await expect(client.webhooks.register(wanted, options)).resolves.toEqual(made);
    const second = await rejectionOf(client.webhooks.register(wanted));
    expect(second).toMatchObject({ statusCode: 409, code: 'WebhookRegistered' });
  });

  it('is tried again under one request id where the answer was lost, and tells the secret', async () => {
    const rule = { method: 'POST', path: '/webhooks/v1/registration', dropConnection: 'after', times: 1 } as const;
    await client.sandbox.replaceFaults([rule]);
    const getToken = async () => ({
      token: await sandbox.userToken('agent'),
      expiresOnTimestamp: Date.now() + 3_600_000,
    });
    const patient = new PartnerCenterClient(
      { getToken },
      { baseUrl: sandbox.url, retryOptions: { retryDelayInMs: 0 } },
    );
    const { SubscriberId, WebhookSecret } = await patient.webhooks.register(wanted);
    expect(WebhookSecret).toMatch(/^whsec_/);
    await expect(client.webhooks.getRegistration()).resolves.toMatchObject({ SubscriberId });
  });

  it('is refused for an address to which nothing is sent', async () => {
    const error = await rejectionOf(client.webhooks.register({ ...wanted, WebhookUrl: 'https://8.8.8.8/' }));
    expect(error).toMatchObject({ statusCode: 400, data: [{ name: 'WebhookUrl' }] });
  });

  it('is asked for by the events that there are', async () => {
    const WebhookEvents = await client.webhooks.listEventNames();
    expect(WebhookEvents).toEqual(wanted.WebhookEvents);
    await expect(client.webhooks.register({ ...wanted, WebhookEvents })).resolves.toMatchObject({ WebhookEvents });
  });

  it.each([
    ['update', ({ webhooks }: PartnerCenterClient) => webhooks.update(wanted)],
    ['end', ({ webhooks }: PartnerCenterClient) => webhooks.end()],
    ['sendTestEvent', ({ webhooks }: PartnerCenterClient) => webhooks.sendTestEvent()],
  ])('has %s reject where there is none', async (_name, call) => {
    expect(await rejectionOf(call(client))).toMatchObject({ statusCode: 404, code: '1000' });
  });
});

describe('a test event', () => {
  it('is sent, and its report tells of the delivery', async () => {
    const events = await openReceiver();
    const { correlationId } = await client.webhooks.sendTestEvent();
    await settle();
    expect(events).toMatchObject([{ eventName: 'test-created' }]);
    await expect(client.webhooks.getTestReport(correlationId)).resolves.toMatchObject({
      correlationId,
      partnerId: sandbox.description.tenantId,
      status: 'completed',
      results: [{ responseCode: 'NoContent', systemError: false }],
    });
  });

  it('rejects with 429 and tells when to come back where the client does not wait', async () => {
    await openReceiver();
    await client.webhooks.sendTestEvent();
    await client.webhooks.sendTestEvent();
    const third = await rejectionOf(client.webhooks.sendTestEvent());
    expect(third).toMatchObject({ statusCode: 429, retryAfterInMs: expect.any(Number) });
  });

  it('has a report of its own partner only', async () => {
    await openReceiver();
    const { correlationId } = await client.webhooks.sendTestEvent();
    const other = clientWith(() => sandbox.appToken(otherPartner.tenantId));
    expect(await rejectionOf(other.webhooks.getTestReport(correlationId))).toMatchObject({ statusCode: 404 });
  });
});

describe('the deliveries', () => {
  it('are listed newest first, with the id that verifyWebhook tells, and what came of each attempt', async () => {
    const events = await openReceiver();
    const { id } = await client.sandbox.addCustomer({ companyName: 'School', domain: 'school.example.org' });
    await client.customers.byId(id).qualification.createQualifications(stateOwned);
    await vi.waitFor(() => expect(events).toHaveLength(1));
    clock.advance(1_000);
    await client.webhooks.sendTestEvent();
    await settle();
    expect(events).toHaveLength(2);
    const attempt = { responseCode: 'NoContent', responseMessage: 'The receiver answered 204.', systemError: false };
    const results = [{ ...attempt, dateTimeUtc: expect.any(String) }];
    const delivered = { status: 'delivered', createdAt: expect.any(String), results };
    await expect(client.webhooks.listDeliveries()).resolves.toEqual([
      { id: events[1]?.id, eventName: 'test-created', ...delivered },
      { id: events[0]?.id, eventName: events[0]?.eventName, customerId: id, ...stateOwned, ...delivered },
    ]);
    await expect(client.webhooks.listDeliveries({ size: 1 })).resolves.toMatchObject([{ id: events[1]?.id }]);
  });

  it('that are tried again are pending, and tell when', async () => {
    await openReceiver(503);
    await client.webhooks.sendTestEvent();
    await settle();
    await expect(client.webhooks.listDeliveries()).resolves.toMatchObject([
      { status: 'pending', nextAttemptAt: expect.any(String), results: [{ responseCode: 'ServiceUnavailable' }] },
    ]);
  });

  it('are refused in a number that there cannot be', async () => {
    const error = await rejectionOf(client.webhooks.listDeliveries({ size: 101 }));
    expect(error).toMatchObject({ statusCode: 400, data: [{ name: 'size' }] });
  });
});

describe('what is sent', () => {
  it('is the registration as it stands, under its own method', async () => {
    await using server = await startScriptedServer(json({ ...wanted, SubscriberId: 'a' }));
    const { webhooks } = clientOf(server);
    await webhooks.register(wanted);
    await webhooks.update(wanted);
    await webhooks.end();
    const path = '/webhooks/v1/registration';
    expect(server.received.map(({ method, url }) => [method, url])).toEqual([
      ['POST', path],
      ['PUT', path],
      ['DELETE', path],
    ]);
    expect(server.received.map(({ body }) => body)).toEqual([JSON.stringify(wanted), JSON.stringify(wanted), '']);
    expect(new Set(server.received.map(({ headers }) => headers['ms-requestid'])).size).toBe(3);
  });

  it('has an id that cannot leave its place in the path, and no size unless it is told one', async () => {
    await using server = await startScriptedServer(json({ items: [] }));
    const { webhooks } = clientOf(server);
    await webhooks.getTestReport('../../v1/customers?x');
    await webhooks.listDeliveries();
    await webhooks.listDeliveries({ size: 5 });
    expect(server.received.map(({ url }) => url)).toEqual([
      '/webhooks/v1/registration/validationEvents/..%2F..%2Fv1%2Fcustomers%3Fx',
      '/webhooks/v1/registration/deliveries',
      '/webhooks/v1/registration/deliveries?size=5',
    ]);
  });
});

describe('an answer that is none', () => {
  it.each([
    ['an object', '{}'],
    ['a list of numbers', '[1]'],
    ['nothing', ''],
  ])('%s where names of events belong rejects as InvalidResponse', async (_case, body) => {
    await using server = await startScriptedServer({ body });
    const error = await rejectionOf(clientOf(server).webhooks.listEventNames());
    expect(error).toMatchObject({ code: 'InvalidResponse', statusCode: 200 });
  });
});
