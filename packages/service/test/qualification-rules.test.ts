import { type Answer, databases, otherPartner } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Vetting } from '../src/domain/vetting.js';
import { type Bench, type Contents, expectFault, partner, startBench } from './bench.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const cloud = { qualification: 'GovernmentCommunityCloud' };
const stateOwned = { qualification: 'StateOwnedEntity' };

const minute = 60_000;

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

  const request = (body: unknown, code?: string) =>
    bench.sandbox.request(customer, body, code === undefined ? {} : { code });
  const listed = async () => (await bench.sandbox.qualifications(customer)).body;
  const put = (vetting: Partial<Vetting> & Pick<Vetting, 'qualification'>) => bench.put(customer, vetting);
  const historyOf = (contents: Contents) =>
    (contents.history ?? []).filter((row) => (row as { customer_id: string }).customer_id === customer);

  /** A review's end, as the desk writes it: the request keeps its date and its count. */
  async function deny() {
    const vetting = (await bench.vettings(customer)).find(({ qualification }) => qualification === 'Education');
    if (vetting?.vettingStatus !== 'InReview') throw new Error('There is nothing to deny.');
    await put({ ...vetting, vettingStatus: 'Denied', vettingReason: 'Not an Academic Domain' });
  }

  /** Sends a request that must be refused and must leave every table as it was. */
  async function expectRefusal(
    send: () => Promise<Answer>,
    status: number,
    code: string,
    names: readonly string[] = [],
  ): Promise<void> {
    const before = await bench.contents();
    expectFault(await send(), status, code, names);
    expect(await bench.contents()).toEqual(before);
  }

  describe('Education', () => {
    it('opens a review and answers it as one object, with the date of the request in both spellings', async () => {
      const answer = await request(education);

      const date = bench.clock().toISOString();
      expect(answer.status).toBe(201);
      expect(answer.text).toBe(
        `{"qualification":"Education","vettingStatus":"InReview","vettingCreatedDate":"${date}","vettingCreateDate":"${date}"}`,
      );
      expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });

    it('lists what the request answered', async () => {
      const { body } = await request(education);
      expect(await listed()).toEqual([body]);
    });

    it.each(['K12', 'HigherEducation'])(
      'keeps the segment %s and the website for the desk',
      async (educationSegment) => {
        await request({ ...education, educationSegment, website: 'https://Example.edu/Über' });

        expect(await bench.vettings(customer)).toEqual([
          expect.objectContaining({ educationSegment, website: 'https://Example.edu/Über', attempts: 1 }),
        ]);
      },
    );

    it('writes one step of history: who asked, when, and under which correlation id', async () => {
      const correlation = '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745';
      await bench.sandbox.request(customer, education, { headers: { 'ms-correlationid': correlation } });

      expect(historyOf(await bench.contents())).toEqual([
        {
          partner_id: partner,
          customer_id: customer,
          sequence: 1,
          at: bench.clock().toISOString(),
          subject: 'qualification',
          qualification: 'Education',
          from_status: null,
          to_status: 'InReview',
          actor_kind: 'partner',
          actor: `${partner}/5d0e9a14-7c62-4b8f-8e31-6a9b0c1d2e01`,
          reason: null,
          note: null,
          changes: null,
          correlation_id: correlation,
          previous_hash: '',
        },
      ]);
    });

    it('refuses a second request while the first is in review', async () => {
      await request(education);
      await expectRefusal(() => request({ ...education, website: 'example.edu' }), 409, 'QualificationInReview');
    });

    it('refuses a request once approved', async () => {
      await put({ qualification: 'Education', vettingStatus: 'Approved' });
      await expectRefusal(() => request(education), 409, 'QualificationApproved');
    });

    it('is in review again after a denial, with a new date and without the reason', async () => {
      await request(education);
      await deny();
      expect(await listed()).toEqual([
        expect.objectContaining({ vettingStatus: 'Denied', vettingReason: 'Not an Academic Domain' }),
      ]);

      bench.clock.advance(minute);
      const { status, body } = await request(education);
      const date = bench.clock().toISOString();
      expect(status).toBe(201);
      expect(body).toEqual({
        qualification: 'Education',
        vettingStatus: 'InReview',
        vettingCreatedDate: date,
        vettingCreateDate: date,
      });
      expect(await listed()).toEqual([body]);
    });

    it('forgets the website of the request that was denied', async () => {
      await request({ ...education, website: 'example.edu' });
      await deny();
      await request({ ...education, educationSegment: 'HigherEducation' });

      expect(await bench.vettings(customer)).toEqual([
        expect.not.objectContaining({ website: expect.anything(), vettingReason: expect.anything() }),
      ]);
    });

    it('counts the steps of its history on', async () => {
      await request(education);
      await deny();
      await request(education);

      expect(historyOf(await bench.contents())).toEqual([
        expect.objectContaining({ sequence: 1, from_status: null, to_status: 'InReview' }),
        expect.objectContaining({ sequence: 2, from_status: 'Denied', to_status: 'InReview' }),
      ]);
    });

    it('can be requested three times in all, and not a fourth time', async () => {
      for (const _ of ['first', 'second', 'third']) {
        expect((await request(education)).status).toBe(201);
        await deny();
      }
      await expectRefusal(() => request(education), 409, 'VettingAttemptsExhausted');
    });

    it('does not count requests that were refused', async () => {
      await request(education);
      await request(education);
      await request(education);
      await deny();
      expect((await request(education)).status).toBe(201);
    });
  });

  describe('GovernmentCommunityCloud', () => {
    it.each([
      ['in the body', (code: string) => request({ ...cloud, validationCode: code })],
      ['in the query', (code: string) => request(cloud, code)],
      ['in both, being the same', (code: string) => request({ ...cloud, validationCode: code }, code)],
    ])('is approved at once by a validation code %s', async (_, send) => {
      const answer = await send(await bench.addCode());

      const date = bench.clock().toISOString();
      expect(answer.status).toBe(201);
      expect(answer.text).toBe(
        `{"qualification":"GovernmentCommunityCloud","vettingStatus":"Approved","vettingCreatedDate":"${date}","vettingCreateDate":"${date}"}`,
      );
      expect(await listed()).toEqual([answer.body]);
    });

    it('uses exactly one create of the code', async () => {
      const code = await bench.addCode({ maxCreates: 5, remainingCreates: 3 });
      await request(cloud, code);
      expect(await bench.remaining(code)).toBe(2);
    });

    it('changes the eTag of the code it used, and of no other', async () => {
      const [used, other] = [await bench.addCode(), await bench.addCode()];
      const eTags = async () => {
        const { body } = await bench.sandbox.get('/v1/customers/all/validations');
        return new Map<string, string>(
          body.map((code: { validationId: string; eTag: string }) => [code.validationId, code.eTag]),
        );
      };
      const before = await eTags();
      await request(cloud, used);
      const after = await eTags();

      expect(after.get(used)).not.toBe(before.get(used));
      expect(after.get(other)).toBe(before.get(other));
    });

    it('keeps which code was used', async () => {
      const code = await bench.addCode();
      await request(cloud, code);
      expect(await bench.vettings(customer)).toEqual([
        expect.objectContaining({ validationCodeId: await bench.codeId(code) }),
      ]);
    });

    it('takes the last create of a code', async () => {
      const code = await bench.addCode({ remainingCreates: 1 });
      expect((await request(cloud, code)).status).toBe(201);
      expect(await bench.remaining(code)).toBe(0);
    });

    it('is refused with a code in the query that differs from the one in the body', async () => {
      const [one, two] = [await bench.addCode(), await bench.addCode()];
      await expectRefusal(() => request({ ...cloud, validationCode: one }, two), 400, '3000', ['code']);
    });

    it('is refused without a code', async () => {
      await expectRefusal(() => request(cloud), 400, '3000', ['validationCode']);
    });

    it('is refused with a code that nobody has', async () => {
      await expectRefusal(() => request(cloud, 'no-such-code'), 400, 'ValidationCodeUnknown');
    });

    it('is refused with a code of another partner', async () => {
      const code = await bench.addCode({}, otherPartner.tenantId);
      await expectRefusal(() => request(cloud, code), 400, 'ValidationCodeUnknown');
    });

    it('uses the own code where another partner has one of the same text', async () => {
      const validationId = await bench.addCode();
      await bench.addCode({ validationId }, otherPartner.tenantId);
      await request(cloud, validationId);

      const left = [otherPartner.tenantId, partner].map(async (id) => {
        const code = await bench.store.reads.provisioning.validationCode(id, validationId);
        return code?.remainingCreates;
      });
      expect(await Promise.all(left)).toEqual([5, 4]);
    });

    it('is refused with a code that has no creates left', async () => {
      const code = await bench.addCode({ remainingCreates: 0 });
      await expectRefusal(() => request(cloud, code), 409, 'ValidationCodeExhausted');
    });

    it('is refused once approved, and uses no second create', async () => {
      const code = await bench.addCode();
      await request(cloud, code);
      await expectRefusal(() => request(cloud, code), 409, 'QualificationApproved');
      expect(await bench.remaining(code)).toBe(4);
    });

    it('is refused while in review', async () => {
      await put({ qualification: 'GovernmentCommunityCloud', vettingStatus: 'InReview' });
      const code = await bench.addCode();
      await expectRefusal(() => request(cloud, code), 409, 'QualificationInReview');
    });

    it.each(['InReview', 'Approved'] as const)(
      'that is %s already is told to have an unknown code first, and an exhausted one last',
      async (vettingStatus) => {
        await put({ qualification: 'GovernmentCommunityCloud', vettingStatus });
        await expectRefusal(() => request(cloud, 'no-such-code'), 400, 'ValidationCodeUnknown');
        const exhausted = await bench.addCode({ remainingCreates: 0 });
        await expectRefusal(() => request(cloud, exhausted), 409, `Qualification${vettingStatus}`);
      },
    );

    it('beside Education is told to have an unknown code first, and an exhausted one last', async () => {
      await put({ qualification: 'Education', vettingStatus: 'Approved' });
      await expectRefusal(() => request(cloud, 'no-such-code'), 400, 'ValidationCodeUnknown');
      const exhausted = await bench.addCode({ remainingCreates: 0 });
      await expectRefusal(() => request(cloud, exhausted), 409, 'QualificationsNotCombinable');
    });

    it('can be requested again after a denial', async () => {
      await put({ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Denied', vettingReason: 'No' });
      const { status, body } = await request(cloud, await bench.addCode());
      expect(status).toBe(201);
      expect(await listed()).toEqual([body]);
    });
  });

  describe('Education and GovernmentCommunityCloud', () => {
    it.each(['InReview', 'Approved'] as const)('do not combine where Education is %s', async (vettingStatus) => {
      await put({ qualification: 'Education', vettingStatus });
      const code = await bench.addCode();
      await expectRefusal(() => request(cloud, code), 409, 'QualificationsNotCombinable');
    });

    it.each(['InReview', 'Approved'] as const)(
      'do not combine where GovernmentCommunityCloud is %s',
      async (vettingStatus) => {
        await put({ qualification: 'GovernmentCommunityCloud', vettingStatus });
        await expectRefusal(() => request(education), 409, 'QualificationsNotCombinable');
      },
    );

    it('allow GovernmentCommunityCloud once Education is denied', async () => {
      await request(education);
      await deny();
      expect((await request(cloud, await bench.addCode())).status).toBe(201);
      expect(await listed()).toEqual([
        expect.objectContaining({ qualification: 'Education', vettingStatus: 'Denied' }),
        expect.objectContaining({ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved' }),
      ]);
    });

    it('allow Education once GovernmentCommunityCloud is denied', async () => {
      await put({ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Denied' });
      expect((await request(education)).status).toBe(201);
    });

    it('do not combine where Education was denied, and GovernmentCommunityCloud approved after that', async () => {
      await request(education);
      await deny();
      await request(cloud, await bench.addCode());
      await expectRefusal(() => request(education), 409, 'QualificationsNotCombinable');
    });
  });

  describe('StateOwnedEntity', () => {
    it('is effective at once, with neither status nor date', async () => {
      const answer = await request(stateOwned);
      expect(answer.status).toBe(201);
      expect(answer.text).toBe('{"qualification":"StateOwnedEntity"}');
      expect((await bench.sandbox.qualifications(customer)).text).toBe('[{"qualification":"StateOwnedEntity"}]');
    });

    it.each(['InReview', 'Approved', 'Denied'] as const)(
      'combines with Education that is %s',
      async (vettingStatus) => {
        await put({ qualification: 'Education', vettingStatus });
        expect((await request(stateOwned)).status).toBe(201);
      },
    );

    it.each(['InReview', 'Approved', 'Denied'] as const)(
      'combines with GovernmentCommunityCloud that is %s',
      async (vettingStatus) => {
        await put({ qualification: 'GovernmentCommunityCloud', vettingStatus });
        expect((await request(stateOwned)).status).toBe(201);
      },
    );

    it('does not stand in the way of Education, which is listed first', async () => {
      await request(stateOwned);
      expect((await request(education)).status).toBe(201);
      expect(await listed()).toEqual([expect.objectContaining({ qualification: 'Education' }), stateOwned]);
    });

    it('does not stand in the way of GovernmentCommunityCloud, which is listed first', async () => {
      await request(stateOwned);
      expect((await request(cloud, await bench.addCode())).status).toBe(201);
      expect(await listed()).toEqual([
        expect.objectContaining({ qualification: 'GovernmentCommunityCloud' }),
        stateOwned,
      ]);
    });

    it('answers a repetition as the first time and changes nothing', async () => {
      const first = await request(stateOwned);
      const before = await bench.contents();
      bench.clock.advance(minute);
      const second = await request(stateOwned);

      expect([second.status, second.text]).toEqual([first.status, first.text]);
      expect(await bench.contents()).toEqual(before);
    });
  });

  describe('a request', () => {
    it.each([
      [{ Qualification: 'education', EducationSegment: 'k12', Website: 'example.edu' }, 'Education'],
      [{ QUALIFICATION: 'EDUCATION', EDUCATIONSEGMENT: 'HIGHEREDUCATION' }, 'Education'],
      [{ qualification: 'stateownedentity' }, 'StateOwnedEntity'],
    ])('is read whatever the letter case of names and values: %j', async (body, qualification) => {
      const answer = await request(body);
      expect(answer.status, answer.text).toBe(201);
      expect(answer.body.qualification).toBe(qualification);
    });

    it('is read whatever the letter case of validationCode', async () => {
      const code = await bench.addCode();
      const answer = await request({ qualification: 'governmentcommunitycloud', VALIDATIONCODE: code });
      expect(answer.body).toMatchObject({ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved' });
    });

    it('reads the validation code itself to the letter', async () => {
      const code = await bench.addCode({ validationId: `Case-${customer}` });
      await expectRefusal(() => request(cloud, code.toUpperCase()), 400, 'ValidationCodeUnknown');
    });

    it.each<[string, unknown, readonly string[]]>([
      ['no qualification', {}, ['qualification']],
      ['no qualification, but a segment', { educationSegment: 'K12' }, ['qualification']],
      ['the qualification None', { qualification: 'None' }, ['qualification']],
      ['the qualification Nonprofit', { qualification: 'Nonprofit' }, ['qualification']],
      ['an unknown qualification', { qualification: 'Bakery' }, ['qualification']],
      ['a qualification that is empty', { qualification: '' }, ['qualification']],
      ['a qualification that is null', { qualification: null }, ['qualification']],
      ['a qualification that is a number', { qualification: 1 }, ['qualification']],
      ['a qualification in an array', { qualification: ['Education'], educationSegment: 'K12' }, ['qualification']],
      ['Education without a segment', { qualification: 'Education' }, ['educationSegment']],
      ['an unknown segment', { ...education, educationSegment: 'Kindergarten' }, ['educationSegment']],
      ['a segment that is null', { ...education, educationSegment: null }, ['educationSegment']],
      ['a website that is null', { ...education, website: null }, ['website']],
      ['a website that is empty', { ...education, website: '' }, ['website']],
      ['a website of spaces', { ...education, website: '   ' }, ['website']],
      ['a website of a no-break space', { ...education, website: '\u00a0' }, ['website']],
      ['a website of 2,049 characters', { ...education, website: 'w'.repeat(2049) }, ['website']],
      ['a validation code that is null', { ...cloud, validationCode: null }, ['validationCode']],
      ['a validation code that is a number', { ...cloud, validationCode: 12345 }, ['validationCode']],
      ['a validation code that is empty', { ...cloud, validationCode: '' }, ['validationCode']],
      ['a validation code for Education', { ...education, validationCode: '12345' }, ['validationCode']],
      ['a segment for GovernmentCommunityCloud', { ...education, ...cloud, validationCode: '1' }, ['educationSegment']],
      ['a website for GovernmentCommunityCloud', { ...cloud, validationCode: '1', website: 'a.gov' }, ['website']],
      ['a segment for StateOwnedEntity', { ...education, ...stateOwned }, ['educationSegment']],
      ['a website for StateOwnedEntity', { ...stateOwned, website: 'a.gov' }, ['website']],
      ['a validation code for StateOwnedEntity', { ...stateOwned, validationCode: '12345' }, ['validationCode']],
      ['an unknown member', { ...stateOwned, color: 'blue' }, ['color']],
      ['an unknown member that is null', { ...stateOwned, color: null }, ['color']],
      ['a member of the answer', { ...education, vettingStatus: 'Approved' }, ['vettingStatus']],
      [
        'several things wrong at once',
        { ...stateOwned, website: 'a.gov', educationSegment: 'K12' },
        ['website', 'educationSegment'],
      ],
    ])('is refused with %s', async (_, body, names) => {
      await expectRefusal(() => request(body), 400, '3000', names);
    });

    it.each(['Qualification', 'QUALIFICATION'])(
      'is refused with the qualification a second time, as %s',
      async (name) => {
        await expectRefusal(() => request({ ...stateOwned, [name]: 'StateOwnedEntity' }), 400, '3000', [name]);
      },
    );

    it('is refused with the qualification a second time, the first one in the unusual case', async () => {
      await expectRefusal(() => request({ Qualification: 'Education', ...stateOwned }), 400, '3000', ['Qualification']);
    });

    it('is refused with a member twice in two unusual cases', async () => {
      await expectRefusal(() => request({ ...education, Website: 'a.edu', WEBSITE: 'b.edu' }), 400, '3000', [
        'WEBSITE',
      ]);
    });

    it.each([
      ['Education', education],
      ['StateOwnedEntity', stateOwned],
    ])('for %s is refused with a code in the query', async (_, body) => {
      await expectRefusal(() => request(body, '12345'), 400, '3000', ['code']);
    });

    it('is taken with a website of 2,048 characters', async () => {
      expect((await request({ ...education, website: 'w'.repeat(2048) })).status).toBe(201);
    });

    it('is refused by an app-only token', async () => {
      const token = await bench.sandbox.appToken();
      await expectRefusal(() => bench.sandbox.request(customer, education, { token }), 403, '900329');
    });

    it('is refused for a customer whose relationship has ended', async () => {
      const ended = await bench.addCustomer({ relationshipEnded: true });
      await expectRefusal(() => bench.sandbox.request(ended, education), 403, '20002');
    });
  });
});
