import { databases, otherPartner } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, expectFault, startBench } from './bench.js';
import {
  allEvents,
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

  it('is answered 410 once: the registration ends, and what waited is dropped', async () => {
    const other = await bench.addCustomer();
    const { happened: asked, happen: ask } = awaited();
    const { happened: all, happen: go } = awaited();
    const inbox = await openInbox(async () => {
      ask();
      await all;
      return 410;
    });
    await register(bench.sandbox, inbox.url);
    await change(customer, education);
    await asked;
    await change(customer, stateOwned);
    go();
    await settle();
    expectFault(await callRegistration(bench.sandbox, 'GET'), 404, '1000');
    await change(other);

    await register(bench.sandbox, inbox.url);
    await bench.sandbox.advance('PT10M');
    expect(inbox.arrivals.map(subjectOf)).toEqual([`${customer} Education`]);
  });

  it('that an old URL answers with 410 does not end the registration for the new one', async () => {
    const { happened: asked, happen: ask } = awaited();
    const { happened: moved, happen: go } = awaited();
    const old = await openInbox(async () => {
      ask();
      await moved;
      return 410;
    });
    const inbox = await openInbox();
    await register(bench.sandbox, old.url);
    await change(customer);
    await asked;
    await callRegistration(bench.sandbox, 'PUT', { body: { WebhookUrl: inbox.url, WebhookEvents: allEvents } });
    go();
    await settle();
    expect((await callRegistration(bench.sandbox, 'GET')).body).toMatchObject({ WebhookUrl: inbox.url });

    await bench.sandbox.advance('PT6S');
    expect(inbox.arrivals.map(({ id }) => id)).toEqual(old.arrivals.map(({ id }) => id));
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

  it('is dropped with its registration, also from the one that follows', async () => {
    const inbox = await openInbox((_, count) => (count === 1 ? 500 : 204));
    await register(bench.sandbox, inbox.url);
    const correlationId = await sendTest(bench.sandbox);
    await settle();
    await register(bench.sandbox, inbox.url);
    await bench.sandbox.advance('PT10M');
    expect(inbox.arrivals).toHaveLength(1);
    expect(await reportOf(bench.sandbox, correlationId)).toMatchObject({ status: 'failed' });
  });

  it('that was under way when its registration ended is not sent to the next one', async () => {
    const { happened: asked, happen: ask } = awaited();
    const { happened: ended, happen: go } = awaited();
    const inbox = await openInbox(async () => {
      ask();
      await ended;
      return 500;
    });
    await register(bench.sandbox, inbox.url);
    await change(customer);
    await asked;
    await register(bench.sandbox, inbox.url);
    go();
    await settle();
    await bench.sandbox.advance('PT10M');
    expect(inbox.arrivals).toHaveLength(1);
  });

  it('goes to the new URL once the registration has moved, under the same id', async () => {
    const [old, inbox] = [await openInbox(() => 503), await openInbox()];
    const secret = await register(bench.sandbox, old.url);
    await change(customer);
    await settle();
    await callRegistration(bench.sandbox, 'PUT', { body: { WebhookUrl: inbox.url, WebhookEvents: allEvents } });
    await bench.sandbox.advance('PT6S');
    const [arrival] = inbox.arrivals;
    expect(arrival?.id).toBe(old.arrivals[0]?.id);
    expect(arrival && verified(arrival, secret)).toMatchObject({ ResourceName: 'customer-qualification' });
  });

  it('of an event that the registration is no longer for is dropped', async () => {
    const inbox = await openInbox((_, count) => (count === 1 ? 500 : 204));
    await register(bench.sandbox, inbox.url);
    await change(customer);
    await settle();
    await callRegistration(bench.sandbox, 'PUT', { body: { WebhookUrl: inbox.url, WebhookEvents: ['test-created'] } });
    await bench.sandbox.advance('PT10M');
    expect(inbox.arrivals).toHaveLength(1);
  });

  it('of one partner does not wait for the receiver of another that never answers', async () => {
    const { happened: over, happen: end } = awaited<number>();
    const slow = await openInbox(() => over);
    const quick = await openInbox();
    const customers = await Promise.all(Array.from({ length: 20 }, () => bench.addCustomer()));
    await register(bench.sandbox, slow.url);
    await Promise.all(customers.map((id) => change(id)));
    await slow.first(4);

    const token = await bench.sandbox.appToken(otherPartner.tenantId);
    await register(bench.sandbox, quick.url, { token });
    await sendTest(bench.sandbox, token);
    await quick.first(1);
    expect(slow.arrivals).toHaveLength(4);
    end(204);
    await slow.first(20);
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

  it('that is under way while the sandbox is reset is forgotten', async () => {
    const { happened: over, happen: end } = awaited<number>();
    const inbox = await openInbox(() => over);
    await register(bench.sandbox, inbox.url);
    await change(customer);
    await inbox.first(1);
    const reset = callRegistration(bench.sandbox, 'POST', { path: '/sandbox/v1/reset' });
    end(500);
    expect((await reset).status).toBe(204);
    await bench.sandbox.advance('PT10M');
    expect(inbox.arrivals).toHaveLength(1);
    expectFault(await callRegistration(bench.sandbox, 'GET'), 404, '1000');
  });
});
