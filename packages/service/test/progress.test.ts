import { randomUUID } from 'node:crypto';
import { HistoryStep, isGuid, QualificationProgress, remedies, vettingReasons } from '@vetted/contract';
import { type Answer, type CallOptions, databases, examples, otherPartner, unqualified } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, expectFault, partner, startBench } from './bench.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const [approved, inReview, denied, stateOwned, , cloud] = examples;
const hour = 3_600_000;

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  let customer: string;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    customer = await bench.addCustomer();
  });

  const progress = (id = customer, name = 'Education', options?: CallOptions) =>
    bench.sandbox.get(`/vetting/v1/customers/${id}/qualifications/${name}`, options);
  const history = (id = customer, name = 'Education', options?: CallOptions) =>
    bench.sandbox.get(`/vetting/v1/customers/${id}/qualifications/${name}/history`, options);
  const endRelationship = async (id: string) => {
    const read = await bench.store.reads.customer(partner, id);
    if (!read.customer) throw new Error('There is no such customer.');
    const ended = { ...read.customer.value, relationshipEnded: true };
    await bench.store.transaction((transaction) => transaction.putCustomers(partner, [ended], '2026-03-01T00:00:00Z'));
  };

  /** As a reviewer, over the desk. */
  async function atTheDesk(action: 'decision' | 'reopen', body: unknown): Promise<Answer> {
    const reviews = await bench.store.reads.reviews.ofCustomer(partner, customer);
    const token = await bench.sandbox.userToken('reviewer');
    const answer = await bench.sandbox.post(`/vetting/v1/reviews/${reviews.at(-1)?.id}/${action}`, body, { token });
    expect(answer.status, answer.text).toBe(200);
    return answer;
  }
  const approve = () => atTheDesk('decision', { decision: 'Approved', note: 'seen the register' });
  const deny = (reasonCode = 'NotAnAcademicDomain', reason?: string) =>
    atTheDesk('decision', { decision: 'Denied', reasonCode, note: 'called them', ...(reason && { reason }) });
  const reopen = () => atTheDesk('reopen', { reason: 'lost its accreditation' });

  describe('the progress of Education', () => {
    it('is told from the moment of the request, to the letter', async () => {
      const { body } = await bench.sandbox.request(customer, education);
      const at = bench.clock().toISOString();
      const { status, text } = await progress();
      expect(status).toBe(200);
      // The second of March 2026 is a Monday.
      expect(JSON.parse(text)).toEqual({
        ...body,
        attempt: 1,
        attemptsRemaining: 2,
        submittedAt: at,
        dueAt: `2026-03-05${at.slice(10)}`,
      });
    });

    it('of an approval has neither reason nor remedy', async () => {
      await bench.sandbox.request(customer, education);
      await approve();
      const { body } = await progress();
      expect(body).toMatchObject({ vettingStatus: 'Approved', attempt: 1, attemptsRemaining: 2 });
      for (const member of ['reasonCode', 'remedy', 'mayResubmit']) expect(body).not.toHaveProperty(member);
    });

    it.each(Object.entries(vettingReasons))('of a denial says what to correct: %s', async (code, text) => {
      await bench.sandbox.request(customer, education);
      await deny(code);
      expect((await progress()).body).toMatchObject({
        vettingStatus: 'Denied',
        vettingReason: text,
        reasonCode: code,
        remedy: remedies[code as keyof typeof remedies],
        mayResubmit: true,
      });
    });

    it('of a denial in words of its own refers to them', async () => {
      await bench.sandbox.request(customer, education);
      await deny('Other', 'The website is under construction');
      expect((await progress()).body).toMatchObject({
        vettingReason: 'The website is under construction',
        reasonCode: 'Other',
        remedy: remedies.Other,
      });
    });

    it('of a documented code with words of its own keeps the code', async () => {
      await bench.sandbox.request(customer, education);
      await deny('NotAnEligibleMuseum', 'No collection');
      expect((await progress()).body).toMatchObject({
        vettingReason: 'No collection',
        reasonCode: 'NotAnEligibleMuseum',
      });
    });

    it('counts the attempts, and says when none is left', async () => {
      for (const attempt of [1, 2, 3]) {
        bench.clock.advance(hour);
        await bench.sandbox.request(customer, education);
        expect((await progress()).body).toMatchObject({
          attempt,
          attemptsRemaining: 3 - attempt,
          submittedAt: bench.clock().toISOString(),
        });
        await deny();
        const { body } = await progress();
        expect(body).toMatchObject({ attempt, mayResubmit: attempt < 3 });
        expect(body.remedy).toBe(attempt < 3 ? remedies.NotAnAcademicDomain : undefined);
      }
      expectFault(await bench.sandbox.request(customer, education), 409, 'VettingAttemptsExhausted');
    });

    it('of a restricted customer says so although no attempt is left', async () => {
      for (const _ of [1, 2, 3]) {
        await bench.sandbox.request(customer, education);
        await deny('RestrictedBeingAnEducationCustomer');
      }
      expect((await progress()).body).toMatchObject({
        mayResubmit: false,
        remedy: remedies.RestrictedBeingAnEducationCustomer,
      });
    });

    it('may not be resubmitted while Government Community Cloud stands, as a request would be answered', async () => {
      await bench.sandbox.request(customer, education);
      await deny();
      await bench.sandbox.request(
        customer,
        { qualification: 'GovernmentCommunityCloud' },
        { code: await bench.addCode() },
      );
      const { body } = await progress();
      expect(body).toMatchObject({ attemptsRemaining: 2, mayResubmit: false });
      expect(body).not.toHaveProperty('remedy');
      expectFault(await bench.sandbox.request(customer, education), 409, 'QualificationsNotCombinable');
    });

    it('of an approval taken back says so, and that it may be resubmitted', async () => {
      await bench.sandbox.request(customer, education);
      await approve();
      await reopen();
      expect((await progress()).body).toMatchObject({
        vettingStatus: 'Denied',
        reasonCode: 'NoLongerAnEducationCustomer',
        mayResubmit: true,
        attempt: 1,
      });
    });

    it('of a denial without a review goes by the text of its reason', async () => {
      await bench.put(customer, { qualification: 'Education', vettingStatus: 'Denied', vettingReason: 'Whatever' });
      const { body } = await progress();
      expect(body).toMatchObject({ reasonCode: 'Other', attempt: 1 });
      expect(body).not.toHaveProperty('dueAt');
    });
  });

  describe('the progress of what nobody reviews', () => {
    it('has no due date, and no attempts to count down: Government Community Cloud', async () => {
      const { body } = await progress(cloud.customerId, 'GovernmentCommunityCloud');
      expect(body).toEqual({
        ...cloud.qualifications[0],
        attempt: 1,
        submittedAt: '2021-05-06T19:59:56.6832021+00:00',
      });
    });

    it('is no more than its name and how often it was asked for: StateOwnedEntity', async () => {
      expect((await progress(stateOwned.customerId, 'StateOwnedEntity')).text).toBe(
        '{"qualification":"StateOwnedEntity","attempt":1}',
      );
    });
  });

  describe('the history', () => {
    it('has every step, oldest first, with the correlation id of its call', async () => {
      const [first, second] = [randomUUID(), randomUUID()];
      const at = () => bench.clock().toISOString();
      const times = [at()];
      await bench.sandbox.request(customer, education, { headers: { 'ms-correlationid': first } });
      bench.clock.advance(hour);
      times.push(at());
      const denial = (await deny()).headers.get('ms-correlationid');
      bench.clock.advance(hour);
      times.push(at());
      await bench.sandbox.request(customer, education, { headers: { 'ms-correlationid': second } });
      bench.clock.advance(hour);
      times.push(at());
      const approval = (await approve()).headers.get('ms-correlationid');
      bench.clock.advance(hour);
      times.push(at());
      const reopening = (await reopen()).headers.get('ms-correlationid');

      const { status, body } = await history();
      expect(status).toBe(200);
      expect(body).toEqual([
        { at: times[0], to: 'InReview', by: 'partner', correlationId: first },
        {
          at: times[1],
          from: 'InReview',
          to: 'Denied',
          by: 'reviewer',
          reason: 'Not an Academic Domain',
          correlationId: denial,
        },
        { at: times[2], from: 'Denied', to: 'InReview', by: 'partner', correlationId: second },
        { at: times[3], from: 'InReview', to: 'Approved', by: 'reviewer', correlationId: approval },
        {
          at: times[4],
          from: 'Approved',
          to: 'Denied',
          by: 'reviewer',
          reason: 'No longer an Education Customer',
          correlationId: reopening,
        },
      ]);
    });

    it('names no reviewer, and keeps what reviewers note to themselves', async () => {
      await bench.sandbox.request(customer, education);
      await approve();
      await reopen();
      const [{ decidedBy = '' } = {}] = await bench.store.reads.reviews.ofCustomer(partner, customer);
      const ids = decidedBy.split('/');
      expect(ids.map(isGuid)).toEqual([true, true]);
      const secrets = [...ids, 'seen the register', 'lost its accreditation'];
      for (const { text } of [await history(), await progress()]) {
        for (const secret of secrets) expect(text).not.toContain(secret);
      }
    });

    it("leaves out an operator's steps", async () => {
      const entry = {
        at: bench.clock().toISOString(),
        subject: 'qualification',
        qualification: 'Education',
        to: 'Approved',
        by: 'operator',
        actor: 'someone',
        changes: '{"attempts":1}',
        correlationId: randomUUID(),
      } as const;
      await bench.store.transaction((transaction) =>
        transaction.history.append(partner, [{ customerId: customer, entry }]),
      );
      expect((await history()).body).toEqual([]);
    });

    it('is of the one qualification that is asked for', async () => {
      await bench.sandbox.request(customer, education);
      await bench.sandbox.request(customer, { qualification: 'StateOwnedEntity' });
      expect((await history(customer, 'StateOwnedEntity')).body).toEqual([
        { at: bench.clock().toISOString(), by: 'partner', correlationId: expect.any(String) },
      ]);
      expect((await history(customer, 'GovernmentCommunityCloud')).body).toEqual([]);
    });

    it('is empty for a customer that never had the qualification', async () => {
      const { status, text } = await history(unqualified.litware);
      expect([status, text]).toEqual([200, '[]']);
    });

    it('has the step that the sample data begins with', async () => {
      expect((await history(denied.customerId)).body).toEqual([
        expect.objectContaining({ to: 'Denied', by: 'policy', reason: 'Not an Education Customer' }),
      ]);
    });
  });

  it('every answer about the sample data keeps to its schema and has no null', async () => {
    for (const { customerId, qualifications } of [approved, inReview, denied, stateOwned, cloud]) {
      for (const { qualification } of qualifications) {
        const { text, body } = await progress(customerId, qualification);
        expect([...Value.Errors(QualificationProgress, body)], text).toEqual([]);
        expect(text).not.toContain('null');
        const steps = await history(customerId, qualification);
        for (const step of steps.body) expect([...Value.Errors(HistoryStep, step)], steps.text).toEqual([]);
        expect(steps.text).not.toContain('null');
      }
    }
  });

  it('a customer without the qualification has no progress in it', async () => {
    const { body } = await progress();
    expect(body.data).toEqual([{ name: 'qualification', reason: 'this customer has no Education' }]);
    expectFault(await progress(), 404, '1000', ['qualification']);
    expectFault(await progress(approved.customerId, 'StateOwnedEntity'), 404, '1000', ['qualification']);
  });

  describe.each([
    ['progress', (...call: Parameters<typeof progress>) => progress(...call)],
    ['history', (...call: Parameters<typeof history>) => history(...call)],
  ])('%s', (name, get) => {
    it.each(['education', 'EDUCATION', 'eDuCaTiOn'])('reads the name in any letter case: %s', async (spelling) => {
      const { status, body } = await get(inReview.customerId, spelling);
      expect(status).toBe(200);
      expect(body).toEqual((await get(inReview.customerId)).body);
    });

    it('reads the customer id in any letter case', async () => {
      const { status, body } = await get(inReview.customerId.toUpperCase());
      expect(status).toBe(200);
      expect(body).toEqual((await get(inReview.customerId)).body);
    });

    it.each(['Nonprofit', 'None', 'x', 'Education%20', '__proto__', '%F0%9F%8F%AB', 'a'.repeat(5000)])(
      'of a name that is none is not there: %s',
      async (unknown) => {
        expectFault(await get(inReview.customerId, unknown), 404, '1000', ['qualification']);
      },
    );

    it('of an id that is no GUID is refused as everywhere, whatever the name', async () => {
      expectFault(await get('1'), 400, '900118');
      expectFault(await get('1', 'x'), 400, '900118');
    });

    it("answers the same for another partner's customer as for one that does not exist", async () => {
      const [anothers, unknown] = [await get(otherPartner.customerId), await get(randomUUID())];
      expectFault(anothers, 404, '60003');
      expect(anothers.text).toBe(unknown.text);
    });

    it('lets the other partner see its own', async () => {
      const token = await bench.sandbox.appToken(otherPartner.tenantId);
      expect((await get(otherPartner.customerId, 'Education', { token })).status).toBe(200);
      expectFault(await get(inReview.customerId, 'Education', { token }), 404, '60003');
    });

    it('is refused once the relationship has ended', async () => {
      await bench.sandbox.request(customer, education);
      await endRelationship(customer);
      expectFault(await get(customer), 403, '20002');
    });

    it('is for applications and users of a partner alike, and for nobody else', async () => {
      const forUser = await get(inReview.customerId, 'Education', { token: await bench.sandbox.userToken() });
      expect(forUser.body).toEqual((await get(inReview.customerId)).body);
      const token = await bench.sandbox.userToken('reviewer');
      expectFault(await get(inReview.customerId, 'Education', { token }), 403, 'PartnerUnknown');
    });

    it('takes no query', async () => {
      const path = `/vetting/v1/customers/${inReview.customerId}/qualifications/Education`;
      const tail = name === 'history' ? '/history' : '';
      expectFault(await bench.sandbox.get(`${path}${tail}?size=1`), 400, '3000', ['size']);
    });

    it('knows no other method', async () => {
      const path = `/vetting/v1/customers/${inReview.customerId}/qualifications/Education`;
      const answer = await bench.sandbox.post(`${path}${name === 'history' ? '/history' : ''}`, {});
      expectFault(answer, 405, 'MethodNotAllowed');
    });
  });
});
