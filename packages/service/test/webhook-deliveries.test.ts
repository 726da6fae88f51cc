import { webhookPaths } from '@vetted/contract';
import { databases, otherPartner } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../src/store/migrations/index.js';
import { openSqlite } from '../src/store/sqlite.js';
import { latestDeliveriesQuery } from '../src/store/webhook-reads.js';
import { type Bench, expectFault, partner, startBench, stranger } from './bench.js';
import { callRegistration, education, openInbox, register, sendTest, stateOwned } from './webhook-inbox.js';
import { awaited } from './webhook-receiver.js';

const minute = 60_000;

describe.each(databases)('on $name, the listing of deliveries', ({ create }) => {
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

  const list = (query = '', token?: string) =>
    callRegistration(bench.sandbox, 'GET', {
      path: webhookPaths.deliveries + query,
      ...(token === undefined ? {} : { token }),
    });
  const latest = async (size: number) => (await list(`?size=${size}`)).body.items;
  const change = async (customerId: string, body: object = stateOwned) => {
    const answer = await bench.sandbox.request(customerId, body);
    expect(answer.status, answer.text).toBe(201);
  };
  /** What became due by a moment that changes nothing is attempted, and written down. */
  const settle = () => bench.sandbox.advance('PT0.001S');

  it('tells of a delivery that was taken, with the id that its receiver saw', async () => {
    const inbox = await openInbox();
    await register(bench.sandbox, inbox.url);
    await change(customer);
    const [arrival] = await inbox.first(1);
    await settle();
    expect(await latest(1)).toEqual([
      {
        id: arrival?.id,
        eventName: 'customer-qualification-updated',
        customerId: customer,
        qualification: 'StateOwnedEntity',
        status: 'delivered',
        createdAt: arrival?.event.ResourceChangeUtcDate,
        results: [
          {
            responseCode: 'NoContent',
            responseMessage: 'The receiver answered 204.',
            systemError: false,
            dateTimeUtc: arrival?.event.ResourceChangeUtcDate,
          },
        ],
      },
    ]);
  });

  it('tells each attempt of one that is pending, oldest first, and when the next one may come', async () => {
    const inbox = await openInbox((_, count) => (count === 1 ? 500 : 503));
    await register(bench.sandbox, inbox.url);
    await change(customer);
    await inbox.first(1);
    await bench.sandbox.advance('PT6S');
    const [{ status, results, nextAttemptAt, createdAt }] = await latest(1);
    expect([status, results]).toMatchObject([
      'pending',
      [{ responseCode: 'InternalServerError' }, { responseCode: 'ServiceUnavailable' }],
    ]);
    expect(Date.parse(nextAttemptAt) - Date.parse(createdAt)).toBeGreaterThan(5 * minute);
  });

  it('leaves out the next attempt while one is being made', async () => {
    const { happened: over, happen: end } = awaited<number>();
    const inbox = await openInbox(() => over);
    await register(bench.sandbox, inbox.url);
    await change(customer);
    await inbox.first(1);
    const [delivery] = await latest(1);
    expect(delivery).toMatchObject({ status: 'pending', customerId: customer, results: [] });
    expect(delivery).not.toHaveProperty('nextAttemptAt');
    end(204);
    await settle();
    expect(await latest(1)).toMatchObject([{ status: 'delivered' }]);
  });

  it('calls failed what the receiver will not have, and what ended before an attempt with its registration', async () => {
    const inbox = await openInbox(() => 410);
    await register(bench.sandbox, inbox.url);
    await change(customer, education);
    await inbox.first(1);
    await settle();
    expect(await latest(1)).toMatchObject([{ status: 'failed', results: [{ responseCode: 'Gone' }] }]);

    const failing = await openInbox(() => 500);
    await register(bench.sandbox, failing.url);
    await sendTest(bench.sandbox);
    await failing.first(1);
    await settle();
    await callRegistration(bench.sandbox, 'DELETE');
    const [dropped] = await latest(1);
    expect(dropped).toMatchObject({ status: 'failed', results: [{ responseCode: 'InternalServerError' }] });
    expect(dropped).not.toHaveProperty('nextAttemptAt');
  });

  it('has the newest first, test events among them, and no more than were asked for', async () => {
    const inbox = await openInbox();
    await register(bench.sandbox, inbox.url);
    await change(customer, education);
    bench.clock.advance(1_000);
    const correlationId = await sendTest(bench.sandbox);
    bench.clock.advance(1_000);
    await change(customer, stateOwned);
    await inbox.first(3);
    await settle();
    const three = await latest(3);
    expect(
      three.map(({ eventName, qualification = '' }: Record<string, string>) => [eventName, qualification]),
    ).toEqual([
      ['customer-qualification-updated', 'StateOwnedEntity'],
      ['test-created', ''],
      ['customer-qualification-updated', 'Education'],
    ]);
    expect(three[1].id).toBe(`msg_${correlationId.replaceAll('-', '')}`);
    expect(three[1]).not.toHaveProperty('customerId');
    expect(await latest(2)).toEqual(three.slice(0, 2));
  });

  it('has those of one moment in the order of their events, and twenty unless it is told otherwise', async () => {
    const inbox = await openInbox();
    await register(bench.sandbox, inbox.url);
    const customers = await Promise.all(Array.from({ length: 22 }, () => bench.addCustomer()));
    for (const id of customers) await change(id);
    await inbox.first(22);
    const { items } = (await list()).body;
    expect(items.map(({ customerId }: Record<string, string>) => customerId)).toEqual(customers.reverse().slice(0, 20));
  });

  it("has the caller's own only", async () => {
    const inbox = await openInbox();
    const token = await bench.sandbox.appToken(otherPartner.tenantId);
    await register(bench.sandbox, inbox.url);
    await change(customer);
    await inbox.first(1);
    expect((await list('', token)).body).toEqual({ items: [] });
  });

  it('is refused to a tenant that is no partner', async () => {
    expectFault(await list('', await bench.sandbox.appToken(stranger)), 403, 'PartnerUnknown');
  });

  it.each(['?size=0', '?size=101', '?size=many', '?size=1.5', '?size='])('is refused with %s', async (query) => {
    expectFault(await list(query), 400, '3000', ['size']);
  });

  it('is refused with a parameter that there is not', async () => {
    expectFault(await list('?status=failed'), 400, '3000', ['status']);
  });
});

/** SQLite plans without looking at the rows, so what it says of no delivery holds for a hundred thousand. */
it('the listing of deliveries finds them by an index, and sorts no more than it shows', async () => {
  const database = openSqlite(undefined);
  onTestFinished(() => database.close());
  await migrate(database);
  const compiled = latestDeliveriesQuery(database.db, partner, 20).compile();
  const explained = { ...compiled, sql: `explain query plan ${compiled.sql}` };
  const { rows } = await database.db.executeQuery<{ detail: string; parent: number; id: number }>(explained);
  const listing = rows.find(({ detail }) => /^(CO-ROUTINE|MATERIALIZE) d$/.test(detail));
  const within = rows.filter(({ parent }) => parent === listing?.id).map(({ detail }) => detail);
  expect(within).toEqual(['SEARCH webhook_delivery USING INDEX webhook_delivery_latest (partner_id=?)']);
});
