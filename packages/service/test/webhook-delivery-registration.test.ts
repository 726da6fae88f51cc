import { databases } from '@vetted/testkit';
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

describe.each(databases)('on $name, a webhook on its way', ({ create }) => {
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
    expectFault(await callRegistration(bench.sandbox, 'GET'), 404, '1000', ['registration']);
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
    expectFault(await callRegistration(bench.sandbox, 'GET'), 404, '1000', ['registration']);
  });
});
