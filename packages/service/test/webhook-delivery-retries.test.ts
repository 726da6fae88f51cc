import { databases } from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, expectFault, startBench } from './bench.js';
import { callRegistration, freshToken, openInbox, register, reportOf, sendTest, testsPath } from './webhook-inbox.js';

/** Longer than each delay before the second attempt and those that follow, chance included; 83 hours in all. */
const waits = ['PT6S', 'PT6M', 'PT34M', 'PT2H15M', 'PT5H31M', 'PT11H1M', 'PT15H25M', 'PT22H1M', 'PT26H25M'];

describe.each(databases)('on $name, a webhook that fails', ({ create }) => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await startBench(create);
  });
  afterEach(() => bench.close());

  it('is tried ten times over three days under one id, and then no more', async () => {
    const inbox = await openInbox(() => 500);
    await register(bench.sandbox, inbox.url);
    const correlationId = await sendTest(bench.sandbox);
    await inbox.first(1);
    for (const [index, wait] of waits.entries()) {
      await bench.sandbox.advance(wait);
      expect(inbox.arrivals).toHaveLength(index + 2);
    }
    expect(new Set(inbox.arrivals.map(({ id, text }) => id + text)).size).toBe(1);

    await bench.sandbox.advance('P2D');
    const report = await reportOf(bench.sandbox, correlationId, await freshToken(bench.sandbox));
    expect(inbox.arrivals).toHaveLength(10);
    expect(report.status).toBe('failed');
    expect(report.results).toHaveLength(10);
    const times = report.results.map(({ dateTimeUtc }: { dateTimeUtc: string }) => Date.parse(dateTimeUtc));
    expect(times.at(-1) - times[0]).toBeGreaterThan(75 * 3_600_000);
    expect(times).toEqual([...times].sort());
  });

  it('is not tried before it is due', async () => {
    const inbox = await openInbox(() => 500);
    await register(bench.sandbox, inbox.url);
    await sendTest(bench.sandbox);
    await inbox.first(1);
    await bench.sandbox.advance('PT4S');
    expect(inbox.arrivals).toHaveLength(1);
    await bench.sandbox.advance('PT2S');
    await bench.sandbox.advance('PT4M59S');
    expect(inbox.arrivals).toHaveLength(2);
  });

  it('lets its customer’s next one pass once it has failed for good', async () => {
    let customer = '';
    const inbox = await openInbox(({ event }) => (event.AuditUri?.includes('Education') ? 500 : 204));
    customer = await bench.addCustomer();
    await register(bench.sandbox, inbox.url);
    await bench.sandbox.request(customer, { qualification: 'Education', educationSegment: 'K12' });
    await bench.sandbox.request(customer, { qualification: 'StateOwnedEntity' });
    await inbox.first(1);
    for (const wait of waits) await bench.sandbox.advance(wait);
    const qualifications = inbox.arrivals.map(({ event }) => event.AuditUri?.split('/').at(-2));
    expect(qualifications).toEqual([...Array(10).fill('Education'), 'StateOwnedEntity']);
  });

  it('that came through in the end is reported as completed, and forgotten after a week', async () => {
    const inbox = await openInbox((_, count) => (count < 3 ? 500 : 200));
    await register(bench.sandbox, inbox.url);
    const correlationId = await sendTest(bench.sandbox);
    await inbox.first(1);
    for (const wait of waits.slice(0, 2)) await bench.sandbox.advance(wait);
    const { status, results } = await reportOf(bench.sandbox, correlationId);
    expect(status).toBe('completed');
    expect(results.map(({ responseCode }: { responseCode: string }) => responseCode)).toEqual([
      'InternalServerError',
      'InternalServerError',
      'OK',
    ]);
    await bench.sandbox.advance('P6DT23H');
    expect((await reportOf(bench.sandbox, correlationId, await freshToken(bench.sandbox))).status).toBe('completed');
    await bench.sandbox.advance('PT2H');
    const path = `${testsPath}/${correlationId}`;
    const token = await freshToken(bench.sandbox);
    expectFault(await callRegistration(bench.sandbox, 'GET', { path, token }), 404, '1000', ['correlationId']);
  });
});
