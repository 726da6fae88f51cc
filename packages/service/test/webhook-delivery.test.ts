import { databases, otherPartner } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE } from '../src/webhooks/deliveries.js';
import { type Bench, startBench } from './bench.js';
import {
  callRegistration,
  education,
  openInbox,
  register,
  reportOf,
  sendTest,
  stateOwned,
  subjectOf,
  verified,
} from './webhook-inbox.js';
import { awaited } from './webhook-receiver.js';

const minute = 60_000;

describe.each(databases)('on $name, a webhook', ({ create }) => {
  let bench: Bench;
  let customer: string;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await callRegistration(bench.sandbox, 'DELETE');
    bench.clock.advance(minute);
    customer = await bench.addCustomer();
  });

  const change = async (customerId: string, body: object = stateOwned) => {
    const answer = await bench.sandbox.request(customerId, body);
    expect(answer.status, answer.text).toBe(201);
  };
  /** What became due by a moment that changes nothing is attempted, and written down. */
  const settle = () => bench.sandbox.advance('PT0.001S');

  it('tells of a change of a qualification, signed', async () => {
    const inbox = await openInbox();
    const secret = await register(bench.sandbox, inbox.url);
    await change(customer, education);
    const [arrival] = await inbox.first(1);
    const { url } = bench.sandbox;
    if (arrival === undefined) throw new Error('Nothing arrived.');
    const {
      body: [{ vettingCreatedDate }],
    } = await bench.sandbox.qualifications(customer);
    expect(verified(arrival, secret)).toEqual({
      EventName: 'customer-qualification-updated',
      ResourceUri: `${url}/v1/customers/${customer}/qualifications`,
      ResourceName: 'customer-qualification',
      AuditUri: `${url}/vetting/v1/customers/${customer}/qualifications/Education/history`,
      ResourceChangeUtcDate: vettingCreatedDate,
    });
    expect(arrival.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(arrival.headers).not.toHaveProperty('x-ms-signature');
  });

  it('repeats the signature in x-ms-signature where that is asked for', async () => {
    const inbox = await openInbox();
    await register(bench.sandbox, inbox.url, { SignatureTokenToMsSignatureHeader: true });
    await change(customer);
    const [arrival] = await inbox.first(1);
    expect(arrival?.headers['x-ms-signature']).toBe(arrival?.headers['webhook-signature']);
  });

  it('tells of a test event, whose report tells of the delivery', async () => {
    const inbox = await openInbox();
    const secret = await register(bench.sandbox, inbox.url);
    const correlationId = await sendTest(bench.sandbox);
    const [arrival] = await inbox.first(1);
    await settle();
    const report = await reportOf(bench.sandbox, correlationId);
    const at = arrival?.event.ResourceChangeUtcDate;
    expect(arrival && verified(arrival, secret)).toEqual({
      EventName: 'test-created',
      ResourceUri: `${bench.sandbox.url}/webhooks/v1/registration/validationEvents/${correlationId}`,
      ResourceName: 'test',
      ResourceChangeUtcDate: expect.stringMatching(/^2026-03-\d\dT[\d:.]+Z$/),
    });
    expect(report).toEqual({
      correlationId,
      partnerId: bench.sandbox.description.tenantId,
      status: 'completed',
      callbackUrl: inbox.url,
      results: [
        {
          responseCode: 'NoContent',
          responseMessage: 'The receiver answered 204.',
          systemError: false,
          dateTimeUtc: at,
        },
      ],
    });
  });

  it('comes only for the events that it is registered for', async () => {
    const inbox = await openInbox();
    await register(bench.sandbox, inbox.url, { WebhookEvents: ['test-created'] });
    await change(customer);
    await sendTest(bench.sandbox);
    await settle();
    expect(inbox.arrivals.map(({ event }) => event.EventName)).toEqual(['test-created']);
  });

  it('that fails holds back its customer’s next one, and no other customer’s', async () => {
    const other = await bench.addCustomer();
    const inbox = await openInbox((_, count) => (count === 1 ? 500 : 204));
    await register(bench.sandbox, inbox.url);
    await change(customer, education);
    await inbox.first(1);
    await change(customer, stateOwned);
    await change(other, stateOwned);
    await settle();
    expect(inbox.arrivals.map(subjectOf)).toEqual([`${customer} Education`, `${other} StateOwnedEntity`]);

    await bench.sandbox.advance('PT6S');
    expect(inbox.arrivals.slice(2).map(subjectOf)).toEqual([`${customer} Education`, `${customer} StateOwnedEntity`]);
    const [first, , again] = inbox.arrivals;
    expect([again?.id, again?.text]).toEqual([first?.id, first?.text]);
    expect(new Set(inbox.arrivals.map(({ id }) => id)).size).toBe(3);
  });

  it('comes in order where many changes of many customers come at once', async () => {
    const inbox = await openInbox();
    const customers = await Promise.all(Array.from({ length: 12 }, () => bench.addCustomer()));
    await register(bench.sandbox, inbox.url);
    await Promise.all(
      customers.map(async (id) => {
        await change(id, education);
        await change(id, stateOwned);
      }),
    );
    await settle();
    const subjects = inbox.arrivals.map(subjectOf);
    for (const id of customers) {
      expect(subjects.filter((subject) => subject.startsWith(id))).toEqual([
        `${id} Education`,
        `${id} StateOwnedEntity`,
      ]);
    }
  });

  it('is not carried on by a redirect, which counts as a failure', async () => {
    const target = await openInbox();
    const inbox = await openInbox(() => 307, { location: target.url });
    await register(bench.sandbox, inbox.url);
    const correlationId = await sendTest(bench.sandbox);
    await settle();
    expect(await reportOf(bench.sandbox, correlationId)).toMatchObject({
      status: 'pending',
      results: [{ responseCode: 'TemporaryRedirect', systemError: false }],
    });
    expect([inbox.arrivals.length, target.arrivals.length]).toEqual([1, 0]);
  });

  it('that nobody takes is reported without a status', async () => {
    await register(bench.sandbox, 'http://127.0.0.1:9/hook');
    const correlationId = await sendTest(bench.sandbox);
    await settle();
    const { status, results } = await reportOf(bench.sandbox, correlationId);
    expect(status).toBe('pending');
    expect(results).toEqual([
      { responseMessage: 'The receiver refused the connection.', systemError: true, dateTimeUtc: expect.any(String) },
    ]);
  });

  it('of one partner does not wait for the receiver of another that never answers', async () => {
    const { happened: over, happen: end } = awaited<number>();
    const slow = await openInbox(() => over);
    const quick = await openInbox();
    const customers = await Promise.all(
      Array.from({ length: MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE + 4 }, () => bench.addCustomer()),
    );
    await register(bench.sandbox, slow.url);
    await Promise.all(customers.map((id) => change(id)));
    await slow.first(MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE);

    const token = await bench.sandbox.appToken(otherPartner.tenantId);
    await register(bench.sandbox, quick.url, { token });
    await sendTest(bench.sandbox, token);
    await quick.first(1);
    expect(slow.arrivals).toHaveLength(MAX_ATTEMPTS_OF_A_PARTNER_AT_ONCE);
    end(204);
    await slow.first(customers.length);
    await callRegistration(bench.sandbox, 'DELETE', { token });
  });

  it('that is under way is not sent a second time because the clock jumps past its lease', async () => {
    const { happened: over, happen: end } = awaited<number>();
    const other = await bench.addCustomer();
    const inbox = await openInbox((_, count) => (count === 1 ? over : 204));
    await register(bench.sandbox, inbox.url);
    await change(customer);
    await inbox.first(1);
    bench.clock.advance(10 * minute);
    await change(other);
    await inbox.first(2);
    end(204);
    await settle();
    expect(inbox.arrivals.map(subjectOf)).toEqual([`${customer} StateOwnedEntity`, `${other} StateOwnedEntity`]);
  });
});
