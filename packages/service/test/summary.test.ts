import { randomUUID } from 'node:crypto';
import { VettingOverview } from '@vetted/contract';
import { type Answer, type CallOptions, databases, otherPartner } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reopened } from '../src/domain/review.rules.js';
import type { Vetting } from '../src/domain/vetting.js';
import { type Bench, expectFault, startBench } from './bench.js';
import { onDatabase } from './raw-database.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const hour = 3_600_000;
const day = 24 * hour;

function approvals({ counts }: VettingOverview): number {
  const isApproval = (entry: VettingOverview['counts'][number]) =>
    entry.qualification === 'Education' && entry.vettingStatus === 'Approved';
  return counts.find(isApproval)?.count ?? 0;
}

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  /** A partner of a test's own, which begins with nothing. */
  let tenantId: string;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    tenantId = randomUUID();
    await putPartner(true);
  });

  const putPartner = (active: boolean) =>
    bench.store.transaction((transaction) =>
      transaction.putPartner({ tenantId, name: 'Wide World Importers', active }, '2026-03-01T00:00:00.000Z'),
    );
  const summary = async (options?: CallOptions): Promise<Answer> =>
    bench.sandbox.get('/vetting/v1/summary', { token: await bench.sandbox.appToken(tenantId), ...options });
  const ago = (milliseconds: number) => new Date(bench.clock().getTime() - milliseconds).toISOString();

  /** The last thirty days of the clock in UTC, today last. */
  const dates = () => Array.from({ length: 30 }, (_, index) => ago((29 - index) * day).slice(0, 10));
  const nothing = () => ({
    counts: [],
    overdue: 0,
    resubmittable: 0,
    decidedLast30Days: 0,
    days: dates().map((date) => ({ date, approved: 0, denied: 0 })),
  });

  /** A customer that has this, of the test's own partner unless it says otherwise. */
  async function addQualified(
    vetting: Partial<Vetting> & Pick<Vetting, 'qualification'>,
    customer: { readonly relationshipEnded?: boolean } = {},
    partnerId = tenantId,
  ): Promise<string> {
    const id = await bench.addCustomer(customer, partnerId);
    await bench.store.transaction((transaction) => transaction.saveVetting(partnerId, id, { attempts: 1, ...vetting }));
    return id;
  }

  interface Reviewed {
    readonly submitted: string;
    readonly due?: string;
    readonly decided?: string;
    readonly status?: 'Approved' | 'Denied';
    readonly customerId?: string;
    readonly attempt?: number;
  }

  /** A review of a customer, decided or open. */
  async function review({ submitted, due, decided, status, customerId, attempt }: Reviewed, partnerId = tenantId) {
    const id = customerId ?? (await bench.addCustomer({}, partnerId));
    await bench.store.transaction((transaction) =>
      transaction.reviews.save({
        id: randomUUID(),
        partnerId,
        customerId: id,
        qualification: 'Education',
        attempt: attempt ?? 1,
        status: decided === undefined ? 'InReview' : (status ?? 'Approved'),
        submittedAt: submitted,
        submittedBy: 'someone',
        dueAt: due ?? ago(-day),
        ...(decided === undefined ? {} : { decidedAt: decided, decidedBy: 'someone else' }),
        version: 1,
      }),
    );
  }

  /** Reviews that were decided just now, so many hours after the request. */
  async function decidedAfter(...hours: readonly number[]): Promise<void> {
    for (const each of hours) await review({ submitted: ago(each * hour), decided: ago(0) });
  }

  it('of a partner that has nothing is empty', async () => {
    const { status, body } = await summary();
    expect([status, body]).toEqual([200, nothing()]);
    await bench.addCustomer({}, tenantId);
    expect((await summary()).body).toEqual(body);
  });

  it('counts customers by qualification and status, in the same order every time', async () => {
    await addQualified({ qualification: 'StateOwnedEntity' });
    await addQualified({ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved' });
    for (const vettingStatus of ['InReview', 'Denied', 'Approved', 'Denied'] as const) {
      await addQualified({ qualification: 'Education', vettingStatus });
    }
    expect((await summary()).body.counts).toEqual([
      { qualification: 'Education', vettingStatus: 'Approved', count: 1 },
      { qualification: 'Education', vettingStatus: 'Denied', count: 2 },
      { qualification: 'Education', vettingStatus: 'InReview', count: 1 },
      { qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved', count: 1 },
      { qualification: 'StateOwnedEntity', count: 1 },
    ]);
  });

  it('of the sample partner counts the sample customers', async () => {
    const { body, text } = await summary({ token: await bench.sandbox.appToken() });
    expect(body.counts).toEqual([
      { qualification: 'Education', vettingStatus: 'Approved', count: 2 },
      { qualification: 'Education', vettingStatus: 'Denied', count: 1 },
      { qualification: 'Education', vettingStatus: 'InReview', count: 1 },
      { qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved', count: 1 },
      { qualification: 'StateOwnedEntity', count: 3 },
    ]);
    expect([...Value.Errors(VettingOverview, body)], text).toEqual([]);
    expect(text).not.toContain('null');
  });

  it('goes by what happens at the desk', async () => {
    const id = await bench.addCustomer();
    const token = await bench.sandbox.appToken();
    const before = (await summary({ token })).body;
    await bench.sandbox.request(id, education);
    bench.clock.advance(5 * hour);
    const [open] = await bench.store.reads.reviews.ofCustomer(bench.sandbox.description.tenantId, id);
    await bench.sandbox.post(
      `/vetting/v1/reviews/${open?.id}/decision`,
      { decision: 'Approved' },
      { token: await bench.sandbox.userToken('reviewer') },
    );
    const { body } = await summary({ token });
    expect(body.decidedLast30Days).toBe(before.decidedLast30Days + 1);
    expect(approvals(body)).toBe(approvals(before) + 1);
  });

  it('counts as overdue what is in review after its due date, and only then', async () => {
    await review({ submitted: ago(day), due: ago(1) });
    await review({ submitted: ago(day), due: ago(0) });
    await review({ submitted: ago(day), due: ago(-1) });
    await review({ submitted: ago(day), due: ago(hour), decided: ago(0) });
    expect((await summary()).body.overdue).toBe(1);
    bench.clock.advance(1);
    expect((await summary()).body.overdue).toBe(2);
  });

  it('counts customers that may request Education again, and no others', async () => {
    await addQualified({ qualification: 'Education', vettingStatus: 'Denied', attempts: 2 });
    await addQualified({ qualification: 'Education', vettingStatus: 'Denied', attempts: 3 });
    await addQualified({ qualification: 'Education', vettingStatus: 'InReview' });
    await addQualified({ qualification: 'Education', vettingStatus: 'Denied' }, { relationshipEnded: true });
    const id = await addQualified({ qualification: 'Education', vettingStatus: 'Denied' });
    expect((await summary()).body.resubmittable).toBe(2);
    await bench.store.transaction((transaction) =>
      transaction.saveVetting(tenantId, id, {
        qualification: 'GovernmentCommunityCloud',
        vettingStatus: 'Approved',
        attempts: 1,
      }),
    );
    expect((await summary()).body.resubmittable).toBe(1);
  });

  it('counts as decided what was decided in the last thirty days of its clock', async () => {
    await review({ submitted: ago(31 * day), decided: ago(30 * day) });
    await review({ submitted: ago(31 * day), decided: ago(30 * day + 1) });
    await review({ submitted: ago(day) });
    expect((await summary()).body).toMatchObject({
      decidedLast30Days: 1,
      hoursToDecision: { median: 24, percentile90: 24 },
    });
    bench.clock.advance(1);
    const { body } = await summary();
    expect(body.decidedLast30Days).toBe(0);
    expect(body).not.toHaveProperty('hoursToDecision');
  });

  it('counts every attempt of a customer that was decided', async () => {
    const customerId = await bench.addCustomer({}, tenantId);
    await review({ customerId, attempt: 1, submitted: ago(4 * hour), decided: ago(2 * hour) });
    await review({ customerId, attempt: 2, submitted: ago(2 * hour), decided: ago(0) });
    expect((await summary()).body.decidedLast30Days).toBe(2);
  });

  it.each([
    [[7], 7, 7],
    [[3, 1], 1, 3],
    [[1, 3, 2], 2, 3],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5, 9],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 6, 10],
    [[5, 5, 5, 5], 5, 5],
    [[2, 10, 100], 10, 100],
    [[0], 0, 0],
  ])('of decisions after %j hours gives the nearest ranks: median %d, nine in ten %d', async (hours, median, most) => {
    await decidedAfter(...hours);
    expect((await summary()).body.hoursToDecision).toEqual({ median, percentile90: most });
  });

  it('tells each of the last thirty days in UTC, also after its clock has moved', async () => {
    const midnight = Date.parse(`${ago(0).slice(0, 10)}T00:00:00.000Z`);
    const at = (milliseconds: number) => new Date(midnight + milliseconds).toISOString();
    await review({ submitted: at(-3 * hour), decided: at(0) });
    await review({ submitted: at(-3 * hour), decided: at(-1) });
    for (const [hours, status] of [
      [1, 'Denied'],
      [9.26, 'Denied'],
      [30, 'Approved'],
    ] as const) {
      await review({ submitted: at(-5 * day - hours * hour), decided: at(-5 * day), status });
    }
    await review({ submitted: at(-31 * day), decided: at(-29 * day) });
    await review({ submitted: at(-31 * day), decided: at(-29 * day - 1) });
    const expected = nothing().days;
    const set = (index: number, counts: object) => Object.assign(expected[index] ?? {}, counts);
    set(0, { approved: 1, medianHours: 48 });
    set(24, { approved: 1, denied: 2, medianHours: 9.3 });
    set(28, { approved: 1, medianHours: 3 });
    set(29, { approved: 1, medianHours: 3 });
    expect((await summary()).body.days).toEqual(expected);

    bench.clock.advance(2 * day);
    const later = (await summary()).body.days;
    expect(later.slice(0, 28)).toEqual(expected.slice(2));
    expect(later.slice(28)).toEqual(
      [at(day), at(2 * day)].map((date) => ({ date: date.slice(0, 10), approved: 0, denied: 0 })),
    );
  });

  it('tells a day of decisions of which nobody knows how long they took without hours', async () => {
    const customerId = await bench.addCustomer({}, tenantId);
    await review({ customerId, submitted: ago(hour), decided: ago(0) });
    await onDatabase(bench.database.address, (db) =>
      db.updateTable('review').set({ decided_in: null }).where('customer_id', '=', customerId).execute(),
    );
    expect((await summary()).body.days.at(-1)).toMatchObject({ approved: 1 });
    expect((await summary()).body.days.at(-1)).not.toHaveProperty('medianHours');
  });

  it('counts the time to an approval that was taken back as it was', async () => {
    const id = await bench.addCustomer({}, tenantId);
    const submitted = ago(5 * hour);
    await review({ submitted, decided: ago(0), customerId: id });
    const [approved] = await bench.store.reads.reviews.ofCustomer(tenantId, id);
    if (approved === undefined) throw new Error('There is no review.');
    bench.clock.advance(10 * day);
    const taken = { id: 'someone else', at: ago(0) };
    await bench.store.transaction((transaction) => transaction.reviews.save(reopened(approved, 'Closed.', taken)));
    expect((await summary()).body.hoursToDecision).toEqual({ median: 5, percentile90: 5 });
  });

  it('gives hours with one decimal', async () => {
    await decidedAfter(1.26, 27.449);
    expect((await summary()).body.hoursToDecision).toEqual({ median: 1.3, percentile90: 27.4 });
  });

  it('ranks only those of which it is known how long they took', async () => {
    await decidedAfter(2, 4, 6);
    const customerId = await bench.addCustomer({}, tenantId);
    await review({ customerId, submitted: ago(hour), decided: ago(0) });
    await onDatabase(bench.database.address, (db) =>
      db.updateTable('review').set({ decided_in: null }).where('customer_id', '=', customerId).execute(),
    );
    expect((await summary()).body).toMatchObject({
      decidedLast30Days: 4,
      hoursToDecision: { median: 4, percentile90: 6 },
    });
  });

  it('leaves out customers with whom the relationship has ended', async () => {
    const gone = await addQualified(
      { qualification: 'Education', vettingStatus: 'InReview' },
      { relationshipEnded: true },
    );
    await review({ customerId: gone, submitted: ago(9 * day), due: ago(day) });
    await review({ customerId: gone, attempt: 2, submitted: ago(day), decided: ago(0) });
    expect((await summary()).body).toEqual(nothing());
  });

  it("has nothing of another partner's", async () => {
    const id = await addQualified({ qualification: 'Education', vettingStatus: 'InReview' }, {}, otherPartner.tenantId);
    await review({ customerId: id, submitted: ago(9 * day), due: ago(day) }, otherPartner.tenantId);
    await review({ submitted: ago(day), decided: ago(0) }, otherPartner.tenantId);
    expect((await summary()).body).toEqual(nothing());
  });

  it('is for applications and users of a partner alike, and for nobody else', async () => {
    const [app, user] = [await bench.sandbox.appToken(), await bench.sandbox.userToken()];
    expect((await summary({ token: user })).text).toBe((await summary({ token: app })).text);
    expectFault(await summary({ token: await bench.sandbox.userToken('reviewer') }), 403, 'PartnerUnknown');
  });

  it('is refused to a partner that is not active', async () => {
    await putPartner(false);
    expectFault(await summary(), 403, 'PartnerUnknown');
  });

  it('takes no query', async () => {
    expectFault(await bench.sandbox.get('/vetting/v1/summary?days=7'), 400, '3000', ['days']);
  });
});
