import { randomUUID } from 'node:crypto';
import { databases, fakeClock, type TestDatabase } from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../src/domain/store.js';
import { Deliveries } from '../src/webhooks/deliveries.js';
import { newWebhookSecret } from '../src/webhooks/secret.js';
import { type Backdoor, openBackdoor, partner } from './bench.js';
import { allEvents, openInbox } from './webhook-inbox.js';
import { awaited } from './webhook-receiver.js';

describe.each(databases)('on $name, the delivery of webhooks', ({ create }) => {
  let database: TestDatabase;
  let backdoor: Backdoor;
  let logged: [object, string][];
  let running: Deliveries[];
  const clock = fakeClock();
  const at = () => clock().toISOString();
  const secret = newWebhookSecret();

  beforeEach(async () => {
    database = await create();
    backdoor = await openBackdoor(database.address);
    logged = [];
    running = [];
    await backdoor.store.transaction((transaction) =>
      transaction.putPartner({ tenantId: partner, name: 'A partner', active: true }, at()),
    );
  });
  afterEach(async () => {
    await Promise.all(running.map((deliveries) => deliveries.stop()));
    await backdoor.close();
    await database.drop();
  });

  const log = (facts: object, message: string) => {
    logged.push([facts, message]);
  };
  function start({ stopWithinInMs = 0, store = backdoor.store } = {}): Deliveries {
    const deliveries = new Deliveries({
      store,
      clock,
      mode: 'loopback',
      publicUrl: 'https://vetted.example',
      log: { warn: log, error: log } as never,
      stopWithinInMs,
    });
    running.push(deliveries);
    return deliveries;
  }

  async function addTest(url: string): Promise<string> {
    const correlationId = randomUUID();
    const registration = {
      partnerId: partner,
      id: randomUUID(),
      url,
      events: allEvents,
      signatureInMsSignatureHeader: false,
      secret,
    };
    await backdoor.store.transaction(async ({ webhooks }) => {
      await webhooks.save(registration, at());
      await webhooks.addTest(registration, correlationId, at());
    });
    return correlationId;
  }
  const reportOf = (correlationId: string) => backdoor.store.reads.webhooks.testReport(partner, correlationId);

  it('leaves what is cut short by its end to the next one at once, and does not count it', async () => {
    const { happened: over, happen: end } = awaited<number>();
    onTestFinished(() => end(204));
    const inbox = await openInbox((_, count) => (count === 1 ? over : 204));
    const correlationId = await addTest(inbox.url);
    const first = start();
    await inbox.first(1);
    await first.stop();
    expect(await reportOf(correlationId)).toMatchObject({ state: 'pending', results: [] });

    await start().settle();
    expect(await reportOf(correlationId)).toMatchObject({ state: 'delivered', results: [{ responseCode: 204 }] });
    expect(new Set(inbox.arrivals.map(({ id, text }) => id + text)).size).toBe(1);
    expect(inbox.arrivals).toHaveLength(2);
  });

  it('writes down nothing of an attempt whose delivery another one has taken over', async () => {
    const [late, timely] = [awaited<number>(), awaited<number>()];
    const inbox = await openInbox((_, count) => (count === 1 ? late : timely).happened);
    const correlationId = await addTest(inbox.url);
    const first = start({ stopWithinInMs: 60_000 });
    await inbox.first(1);
    clock.advance(120_000);
    const second = start();
    await inbox.first(2);
    late.happen(500);
    await first.stop();
    expect(await reportOf(correlationId)).toMatchObject({ state: 'pending', results: [] });
    timely.happen(204);
    await second.settle();
    expect(await reportOf(correlationId)).toMatchObject({ state: 'delivered', results: [{ responseCode: 204 }] });
    expect(new Set(inbox.arrivals.map(({ id }) => id)).size).toBe(1);
    expect(logged).toEqual([]);
  });

  it('waits for an answer that comes while it ends', async () => {
    const { happened: over, happen: end } = awaited<number>();
    const inbox = await openInbox(() => over);
    const correlationId = await addTest(inbox.url);
    const deliveries = start({ stopWithinInMs: 60_000 });
    await inbox.first(1);
    const stopped = deliveries.stop();
    end(200);
    await stopped;
    expect(await reportOf(correlationId)).toMatchObject({ state: 'delivered', results: [{ responseCode: 200 }] });
  });

  it('starts nothing once it has ended', async () => {
    const inbox = await openInbox();
    const deliveries = start();
    await deliveries.stop();
    await addTest(inbox.url);
    await deliveries.settle();
    expect(inbox.arrivals).toEqual([]);
  });

  it('logs a failure by its ids, and tells nothing of the URL, the event or the secret', async () => {
    const inbox = await openInbox(() => 500);
    const url = `${inbox.url}&token=s3cret`;
    await addTest(url);
    await start().settle();
    const deliveryId = inbox.arrivals[0]?.id;
    expect(logged).toEqual([
      [
        { partnerId: partner, deliveryId, attempt: 1, state: 'pending', reason: 'The receiver answered 500.' },
        'a webhook was not delivered',
      ],
    ]);
  });

  it('logs nothing of what arrives', async () => {
    const inbox = await openInbox();
    await addTest(inbox.url);
    await start().settle();
    expect([inbox.arrivals.length, logged]).toEqual([1, []]);
  });

  it('names the resource by the public URL', async () => {
    const inbox = await openInbox();
    const correlationId = await addTest(inbox.url);
    await start().settle();
    expect(inbox.arrivals[0]?.event.ResourceUri).toBe(
      `https://vetted.example/webhooks/v1/registration/validationEvents/${correlationId}`,
    );
  });

  it('waits while the partner is not active', async () => {
    const inbox = await openInbox();
    const deliveries = start();
    const setActive = (active: boolean) =>
      backdoor.store.transaction((transaction) =>
        transaction.putPartner({ tenantId: partner, name: 'A partner', active }, at()),
      );
    await setActive(false);
    await addTest(inbox.url);
    await deliveries.settle();
    expect(inbox.arrivals).toEqual([]);
    await setActive(true);
    await deliveries.settle();
    expect(inbox.arrivals).toHaveLength(1);
  });

  it('goes on after the store could not be used', async () => {
    const inbox = await openInbox();
    const correlationId = await addTest(inbox.url);
    const { store } = backdoor;
    let isAway = true;
    const deliveries = start({
      store: {
        ...store,
        reads: store.reads,
        onEvents: (listener) => store.onEvents(listener),
        transaction: (work) => (isAway ? Promise.reject(new Error('away')) : store.transaction(work)),
      } as Store,
    });
    await deliveries.settle();
    expect(inbox.arrivals).toEqual([]);
    expect(logged[0]?.[1]).toBe('delivering webhooks failed and is tried again');
    isAway = false;
    await deliveries.settle();
    expect(await reportOf(correlationId)).toMatchObject({ state: 'delivered' });
  });

  it('names the delivery whose outcome could not be written down', async () => {
    const inbox = await openInbox();
    await addTest(inbox.url);
    const { store } = backdoor;
    let isClaimed = false;
    const deliveries = start({
      store: {
        ...store,
        reads: store.reads,
        onEvents: (listener) => store.onEvents(listener),
        transaction: (work) => {
          if (isClaimed) return Promise.reject(new Error('away'));
          isClaimed = true;
          return store.transaction(work);
        },
      } as Store,
    });
    await deliveries.settle();
    expect(logged[0]?.[0]).toMatchObject({ deliveryId: inbox.arrivals[0]?.id });
  });
});
