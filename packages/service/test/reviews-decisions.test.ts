import { randomUUID } from 'node:crypto';
import { denialCodes, Review, vettingReasons } from '@vetted/contract';
import { type Answer, type CallOptions, databases } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, expectFault, partner, startBench } from './bench.js';
import { type Desk, desk, deskOf, education } from './reviews-support.js';

const minute = 60_000;
const approval = { decision: 'Approved' };
const denial = { decision: 'Denied', reasonCode: 'NotAnAcademicDomain' };
const reviewer = '0e1d2c3b-4a59-4687-9a7b-8c9d0e1f2a3b/6e1fab25-8d73-4c90-9f42-7bac1d2e3f02';
const told = ({ status, text, headers }: Answer) => ({ status, text, etag: headers.get('etag') });

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  let at: Desk;
  let review: Review;

  beforeAll(async () => {
    bench = await startBench(create);
    at = deskOf(bench);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    review = await at.submit();
  });

  const decide = (body: unknown, options?: CallOptions) => at.decide(review.id, body, options);
  const reopen = (body: unknown = { reason: 'Closed.' }, options?: CallOptions) => at.reopen(review.id, body, options);
  const qualification = async () => (await bench.sandbox.qualifications(review.customerId)).body[0];

  /** Sends a call that must be refused and must leave every table as it was. */
  async function expectRefusal(send: () => Promise<Answer>, status: number, code: string, names: string[] = []) {
    const before = await bench.contents();
    expectFault(await send(), status, code, names);
    expect(await bench.contents()).toEqual(before);
  }

  describe('a decision', () => {
    it('answers the review as it stands now, with its ETag', async () => {
      bench.clock.advance(minute);
      const answer = await decide({ ...approval, note: 'Seen their charter.' });
      expect(told(answer)).toMatchObject({ status: 200, etag: '"2"' });
      expect(answer.body).toEqual({
        ...review,
        status: 'Approved',
        decidedAt: bench.clock().toISOString(),
        decidedBy: reviewer,
        note: 'Seen their charter.',
        version: 2,
      });
      expect([...Value.Errors(Review, answer.body)]).toEqual([]);
      expect(await at.reviewOf(review.customerId)).toEqual(answer.body);
      expect((await at.get(`/${review.id}`)).headers.get('etag')).toBe('"2"');
    });

    it('to approve is what the partner then reads', async () => {
      await decide(approval);
      expect(await qualification()).toEqual({
        qualification: 'Education',
        vettingStatus: 'Approved',
        vettingCreatedDate: review.submittedAt,
        vettingCreateDate: review.submittedAt,
      });
    });

    it.each(Object.entries(vettingReasons))('to deny with %s has the partner read "%s"', async (reasonCode, reason) => {
      const { body } = await decide({ decision: 'Denied', reasonCode });
      expect(body).toMatchObject({ status: 'Denied', reasonCode, reason });
      expect(await qualification()).toMatchObject({ vettingStatus: 'Denied', vettingReason: reason });
    });

    it.each(denialCodes)(
      "to deny with %s and a text of one's own has the partner read that, to the letter",
      async (reasonCode) => {
        const reason = ' Not on the list of 2026: "学校" 🏫. ';
        await decide({ decision: 'Denied', reasonCode, reason });
        expect(await qualification()).toMatchObject({ vettingStatus: 'Denied', vettingReason: reason });
      },
    );

    it('keeps the correlation id, the note and who it was in the history', async () => {
      const correlationId = randomUUID();
      await decide({ ...denial, note: 'Called.\nThey teach.' }, { headers: { 'ms-correlationid': correlationId } });
      const { history } = (await at.get(`/${review.id}`)).body;
      expect(history.at(-1)).toMatchObject({
        by: 'reviewer',
        actor: reviewer,
        note: 'Called.\nThey teach.',
        correlationId,
      });
    });

    it('may be made for a customer whose relationship has ended', async () => {
      const { customerId: id, companyName, domain } = review;
      const ended = { id, companyName, domain, relationshipToPartner: 'reseller', relationshipEnded: true };
      await bench.store.transaction((transaction) => transaction.putCustomers(partner, [ended], review.submittedAt));
      expect((await decide(approval)).status).toBe(200);
    });

    it('is not made twice', async () => {
      await decide(denial);
      await expectRefusal(() => decide(approval), 409, 'ReviewDecided');
      await expectRefusal(() => decide(denial), 409, 'ReviewDecided');
    });

    it('takes texts of full length, and notes', async () => {
      const full = { decision: 'Denied', reasonCode: 'Other', reason: '🏫'.repeat(512), note: '🏫'.repeat(2000) };
      const { body } = await decide(full);
      expect([body.reason, body.note]).toEqual([full.reason, full.note]);
    });

    it.each<[string, unknown, readonly string[]]>([
      ['no decision', {}, ['decision']],
      ['an unknown decision', { decision: 'InReview' }, ['decision']],
      ['a decision in other letters', { decision: 'approved' }, ['decision']],
      ['a denial without a code', { decision: 'Denied' }, ['reasonCode']],
      ['a denial with a text only', { decision: 'Denied', reason: 'No.' }, ['reasonCode']],
      ['an unknown code', { decision: 'Denied', reasonCode: 'Bakery' }, ['reasonCode']],
      ['Other without a text', { decision: 'Denied', reasonCode: 'Other' }, ['reason']],
      ['a text that is empty', { ...denial, reason: '' }, ['reason']],
      ['a text that is blank', { ...denial, reason: ' \u00a0' }, ['reason']],
      ['a text that nobody can read', { ...denial, reason: 'a\u0000b' }, ['reason']],
      ['half a character', { ...denial, note: '\ud83c' }, ['note']],
      ['a text of 513 characters', { ...denial, reason: 'x'.repeat(513) }, ['reason']],
      ['a note of 2,001 characters', { ...denial, note: 'x'.repeat(2001) }, ['note']],
      ['a note of invisible lines', { ...denial, note: '\u200b\n\u200b' }, ['note']],
      ['a note of blank lines', { ...denial, note: '\n \n' }, ['note']],
      ['a reason over two lines', { ...denial, reason: 'One.\nTwo.' }, ['reason']],
      ['a note that is null', { ...denial, note: null }, ['note']],
      ['an approval with a code', { ...approval, reasonCode: 'NotAnAcademicDomain' }, ['reasonCode']],
      ['an approval with a text', { ...approval, reason: 'Yes.' }, ['reason']],
      ['an unknown member', { ...approval, color: 'blue' }, ['color']],
    ])('is refused with %s', async (_, body, names) => {
      await expectRefusal(() => decide(body), 400, '3000', [...names]);
    });

    it.each([['approval'], [[approval]], [null]])('is refused as %j', async (body) => {
      await expectRefusal(() => decide(body), 400, '800002');
    });
  });

  describe('If-Match', () => {
    const matching = (value: string) => ({ headers: { 'if-match': value } });

    it.each(['"1"', '1', 'W/"1"', '"7", "1"', '"7",W/"1"', '7, 1', ',"1",', '*', ' "1" '])(
      'lets a decision through with %s while the version is 1',
      async (value) => {
        expect((await decide(approval, matching(value))).status).toBe(200);
      },
    );

    it.each(['"2"', '0', 'W/"2"', '"2", "3"', '"10"', '"11"'])('refuses one as stale with %s', async (value) => {
      await expectRefusal(() => decide(approval, matching(value)), 412, 'VersionStale');
    });

    it('is judged before the review is found decided', async () => {
      await decide(approval);
      await expectRefusal(() => decide(denial, matching('"1"')), 412, 'VersionStale');
      await expectRefusal(() => decide(denial, matching('"2"')), 409, 'ReviewDecided');
      await expectRefusal(() => decide(denial, matching('*')), 409, 'ReviewDecided');
      await expectRefusal(() => reopen(undefined, matching('"1"')), 412, 'VersionStale');
      expect((await reopen(undefined, matching('"2"'))).body.version).toBe(3);
    });

    it.each(['', 'one', '"1', '"1"2"', 'w/"1"', '""', '"1", x', '*, "1"', '-1', '1.0', '"abc"', ',', '1'.repeat(10)])(
      'is refused as "%s"',
      async (value) => {
        await expectRefusal(() => decide(approval, matching(value)), 400, '3000', ['If-Match']);
        await expectRefusal(() => reopen(undefined, matching(value)), 400, '3000', ['If-Match']);
      },
    );
  });

  describe('an approval that is reopened', () => {
    it('is a denial with the documented text, and keeps its reason at the desk', async () => {
      const approved = (await decide({ ...approval, note: 'First note.' })).body;
      bench.clock.advance(minute);
      const answer = await reopen({ reason: ' The school has closed. ' });
      expect(told(answer)).toMatchObject({ status: 200, etag: '"3"' });
      expect(answer.body).toEqual({
        ...approved,
        status: 'Denied',
        decidedAt: bench.clock().toISOString(),
        reason: 'No longer an Education Customer',
        reasonCode: 'NoLongerAnEducationCustomer',
        note: ' The school has closed. ',
        version: 3,
      });
      expect(await qualification()).toMatchObject({
        vettingStatus: 'Denied',
        vettingReason: 'No longer an Education Customer',
      });
      const { history } = (await at.get(`/${review.id}`)).body;
      expect(history.slice(1).map(({ from, to, note }: Record<string, string>) => [from, to, note])).toEqual([
        ['InReview', 'Approved', 'First note.'],
        ['Approved', 'Denied', ' The school has closed. '],
      ]);
    });

    it('may be requested again', async () => {
      await decide(approval);
      await reopen();
      expect((await at.submit(review.customerId)).attempt).toBe(2);
    });

    it.each([
      ['while it is in review', async () => {}],
      ['once it is denied', () => decide(denial)],
      ['once it was reopened', async () => decide(approval).then(() => reopen())],
    ])('is refused %s', async (_, before) => {
      await before();
      await expectRefusal(() => reopen(), 409, 'ReviewNotApproved');
    });

    it.each<[string, unknown, readonly string[]]>([
      ['no reason', {}, ['reason']],
      ['a reason that is empty', { reason: '' }, ['reason']],
      ['a reason of 2,001 characters', { reason: 'x'.repeat(2001) }, ['reason']],
      ['an unknown member', { reason: 'Closed.', reasonCode: 'Other' }, ['reasonCode']],
    ])('is refused with %s', async (_, body, names) => {
      await decide(approval);
      await expectRefusal(() => reopen(body), 400, '3000', [...names]);
    });
  });

  describe('a repetition with the same MS-RequestId', () => {
    const id = () => ({ headers: { 'ms-requestid': randomUUID() } });

    it('gets the first answer again, ETag included, and changes nothing', async () => {
      const options = id();
      const first = await decide(denial, options);
      bench.clock.advance(minute);
      await expectNothingChanged(async () => {
        expect(told(await decide({ reasonCode: denial.reasonCode, decision: 'Denied' }, options))).toEqual(told(first));
      });
    });

    it('gets the first answer to reopening again', async () => {
      const options = id();
      await decide(approval);
      const first = await reopen(undefined, options);
      expect(told(await reopen(undefined, options))).toEqual(told(first));
    });

    it('gets a refusal again', async () => {
      const options = id();
      await decide(approval);
      const first = await decide(denial, options);
      await reopen();
      expect([first.status, told(await decide(denial, options))]).toEqual([409, told(first)]);
    });

    it.each<[string, (options: CallOptions) => Promise<Answer>]>([
      ['decision', (options) => decide(approval, options)],
      ['note', (options) => decide({ ...denial, note: 'Else.' }, options)],
      ['route', (options) => reopen(undefined, options)],
      ['review', async (options) => at.decide((await at.submit()).id, denial, options)],
      ['version', ({ headers }) => decide(denial, { headers: { ...headers, 'if-match': '"1"' } })],
    ])('is refused for another %s', async (_, send) => {
      const options = id();
      await decide(denial, options);
      expectFault(await send(options), 409, 'RequestIdReused');
    });

    async function expectNothingChanged(work: () => Promise<void>) {
      const before = await bench.contents();
      await work();
      expect(await bench.contents()).toEqual(before);
    }
  });

  describe('a note', () => {
    it('is found nowhere outside the desk', async () => {
      const secrets = [randomUUID(), randomUUID(), randomUUID()];
      const [inDecision, inApproval, inReopening] = secrets;
      const answers = [await decide({ ...denial, note: `Note ${inDecision}` })];
      const second = await at.submit(review.customerId);
      answers.push(await at.decide(second.id, { ...approval, note: `Note ${inApproval}` }));
      answers.push(await at.reopen(second.id, { reason: `Note ${inReopening}` }));
      for (const [index, secret] of secrets.entries()) expect(answers[index]?.text).toContain(secret);

      const customer = review.customerId;
      const vetting = `/vetting/v1/customers/${customer}/qualifications/Education`;
      const seen = await Promise.all([
        bench.sandbox.request(customer, education),
        bench.sandbox.request(customer, education),
        ...[
          `/v1/customers/${customer}/qualifications`,
          `/v1/customers/${customer}`,
          '/v1/customers?size=500',
          '/v1/customers/all/validations',
          vetting,
          `${vetting}/history`,
          '/vetting/v1/summary',
          '/webhooks/v1/registration',
          `${desk}/${review.id}`,
          desk,
        ].map((path) => bench.sandbox.get(path)),
      ]);
      const { events } = await bench.contents();
      const visible = [...seen.map(({ text }) => text), JSON.stringify(events)].join('\n');
      expect(visible).toContain('No longer an Education Customer');
      for (const secret of secrets) expect(visible).not.toContain(secret);
    });
  });
});
