import { randomUUID } from 'node:crypto';
import { faults, Preflight } from '@vetted/contract';
import { type Answer, type CallOptions, databases, examples, otherPartner, unqualified } from '@vetted/testkit';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tables } from '../src/store/tables.js';
import { type Bench, expectFault, startBench } from './bench.js';
import { onDatabase } from './raw-database.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const cloud = { qualification: 'GovernmentCommunityCloud' };
const stateOwned = { qualification: 'StateOwnedEntity' };
const [approved, inReview, denied] = examples;

interface Finding {
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly severity: string;
}

const findingsOf = ({ body }: Answer): readonly Finding[] => body.findings;
const short = (answer: Answer) => findingsOf(answer).map(({ code, field, severity }) => `${severity} ${code} ${field}`);

/** Everything that a database holds, table by table, recorded answers included. */
function everything(address: string): Promise<string> {
  return onDatabase(address, async (db) => {
    const tables = await db.introspection.getTables();
    const contents = await Promise.all(tables.map(({ name }) => rowsOf(db, name)));
    return contents.sort().join('\n');
  });
}

async function rowsOf(db: Kysely<Tables>, table: string): Promise<string> {
  const { rows } = await sql`select * from ${sql.table(table)}`.execute(db);
  const lines = rows.map((row) => JSON.stringify(row)).sort();
  return `${table}: ${lines.join('\n')}`;
}

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

  const check = (
    body: unknown,
    { code, ...options }: CallOptions & { code?: string | undefined } = {},
    id = customer,
  ) =>
    bench.sandbox.post(
      `/vetting/v1/customers/${id}/preflight${code === undefined ? '' : `?code=${code}`}`,
      body,
      options,
    );

  describe('a request that would be accepted', () => {
    it('for Education is eligible, with the attempts that are left', async () => {
      const { status, body } = await check(education);
      expect([status, body]).toEqual([200, { eligible: true, attemptsRemaining: 3, findings: [] }]);
    });

    it('for Government Community Cloud is eligible, and has no attempts to count', async () => {
      const { status, text } = await check({ ...cloud, validationCode: await bench.addCode() });
      expect([status, text]).toEqual([200, '{"eligible":true,"findings":[]}']);
    });

    it('may have its validation code in the query', async () => {
      expect((await check(cloud, { code: await bench.addCode() })).body.eligible).toBe(true);
    });

    it('for StateOwnedEntity is eligible, also where the customer has it', async () => {
      expect((await check(stateOwned)).body).toEqual({ eligible: true, findings: [] });
      await bench.sandbox.request(customer, stateOwned);
      expect((await check(stateOwned)).body).toEqual({ eligible: true, findings: [] });
    });

    it('is read whatever the letter case of names and values', async () => {
      const { body } = await check({ QUALIFICATION: 'education', EducationSegment: 'k12', Website: 'example.com' });
      expect(body).toEqual({ eligible: true, attemptsRemaining: 3, findings: [] });
    });

    it('may be checked by an application, which could not make it', async () => {
      const token = await bench.sandbox.appToken();
      expect((await check(education, { token })).body.eligible).toBe(true);
      expectFault(await bench.sandbox.request(customer, education, { token }), 403, '900329');
    });

    it('is told how many attempts denials have used up', async () => {
      expect((await check(education, {}, denied.customerId)).body).toEqual({
        eligible: true,
        attemptsRemaining: 2,
        findings: [],
      });
    });
  });

  describe('a request that would be refused', () => {
    it('is told what the request is told, in its words', async () => {
      expect((await check(education, {}, inReview.customerId)).body).toEqual({
        eligible: false,
        attemptsRemaining: 2,
        findings: [
          {
            code: 'QualificationInReview',
            field: 'qualification',
            message: faults.QualificationInReview.description,
            severity: 'error',
          },
        ],
      });
    });

    it('is told by which member to correct it, every one at once', async () => {
      const { status, body } = await check(
        { qualification: 'Education', validationCode: '12345' },
        {},
        approved.customerId,
      );
      expect(status).toBe(200);
      expect(body.eligible).toBe(false);
      expect(body.findings).toEqual([
        expect.objectContaining({ code: '3000', field: 'validationCode', severity: 'error' }),
        expect.objectContaining({ code: '3000', field: 'educationSegment', severity: 'error' }),
        expect.objectContaining({ code: 'QualificationApproved', field: 'qualification', severity: 'error' }),
      ]);
    });

    it('for want of attempts is told that none is left', async () => {
      await bench.put(customer, { qualification: 'Education', vettingStatus: 'Denied', attempts: 3 });
      const answer = await check(education);
      expect(answer.body).toMatchObject({ eligible: false, attemptsRemaining: 0 });
      expect(short(answer)).toEqual(['error VettingAttemptsExhausted qualification']);
    });

    it.each([
      ['unknown', undefined, 'ValidationCodeUnknown'],
      ['used up', { remainingCreates: 0 }, 'ValidationCodeExhausted'],
    ])('for a validation code that is %s is told to look at the code', async (_, code, fault) => {
      const validationCode = code === undefined ? randomUUID() : await bench.addCode(code);
      expect(short(await check({ ...cloud, validationCode }))).toEqual([`error ${fault} validationCode`]);
    });

    it("for another partner's validation code is told that it is unknown", async () => {
      const validationCode = await bench.addCode({}, otherPartner.tenantId);
      expect(short(await check({ ...cloud, validationCode }))).toEqual(['error ValidationCodeUnknown validationCode']);
    });

    it('for a validation code that is missing, or is another one in the query, is told so', async () => {
      expect(short(await check(cloud))).toEqual(['error 3000 validationCode']);
      const [one, other] = [await bench.addCode(), await bench.addCode()];
      expect(short(await check({ ...cloud, validationCode: one }, { code: other }))).toEqual(['error 3000 code']);
    });
  });

  describe('warnings', () => {
    const customerAt = (domain: string) => bench.addCustomer({ domain });

    it.each([
      ['example.edu', 'lakeshore.example.edu', []],
      ['https://www.example.edu/about', 'lakeshore.example.edu', []],
      ['example.org', 'lakeshore.example.edu', ['warning WebsiteDomainDiffers website']],
      ['our school', 'lakeshore.example.edu', ['warning WebsiteNotResolvable website']],
      [
        'gmail.com',
        'lakeshore.example.edu',
        ['warning WebsiteDomainDiffers website', 'warning FreeMailDomain website'],
      ],
      [
        'example.edu',
        'lakeshore.onmicrosoft.com',
        ['warning WebsiteDomainDiffers website', 'warning OnMicrosoftDomain domain'],
      ],
      [undefined, 'gmail.com', ['warning FreeMailDomain domain']],
    ])('leave a request eligible: website %s, domain %s', async (website, domain, expected) => {
      const answer = await check({ ...education, ...(website && { website }) }, {}, await customerAt(domain));
      expect(answer.body.eligible).toBe(true);
      expect(short(answer)).toEqual(expected);
    });

    it('come after the errors', async () => {
      const id = await customerAt('school.onmicrosoft.com');
      await bench.sandbox.request(id, education);
      const answer = await check({ ...education, website: 'localhost' }, {}, id);
      expect(answer.body.eligible).toBe(false);
      expect(short(answer)).toEqual([
        'error QualificationInReview qualification',
        'warning WebsiteNotResolvable website',
        'warning OnMicrosoftDomain domain',
      ]);
    });
  });

  it('nothing changes, whatever is asked and however often', async () => {
    const validationCode = await bench.addCode({ remainingCreates: 1 });
    await bench.sandbox.request(unqualified.litware, education);
    const headers = { 'ms-requestid': randomUUID() };
    const before = await everything(bench.database.address);

    const bodies = [education, { ...cloud, validationCode }, cloud, stateOwned, { qualification: 'Education' }, {}, []];
    for (const body of bodies) {
      for (const id of [customer, unqualified.litware, otherPartner.customerId]) {
        await check(body, { headers }, id);
        await check(body, { headers, token: await bench.sandbox.appToken() }, id);
      }
    }
    expect(await everything(bench.database.address)).toBe(before);
  });

  it('a request with the same MS-RequestId afterwards is a new one', async () => {
    const headers = { 'ms-requestid': randomUUID() };
    await check(education, { headers });
    expect((await bench.sandbox.request(customer, education, { headers })).status).toBe(201);
  });

  describe('a call', () => {
    it("answers the same for another partner's customer as for one that does not exist", async () => {
      const [anothers, unknown] = [
        await check(education, {}, otherPartner.customerId),
        await check(education, {}, randomUUID()),
      ];
      expectFault(anothers, 404, '60003');
      expect(anothers.text).toBe(unknown.text);
    });

    it('about a customer with whom the relationship has ended is refused', async () => {
      expectFault(await check(education, {}, await bench.addCustomer({ relationshipEnded: true })), 403, '20002');
    });

    it('by a tenant that is no partner is refused', async () => {
      const token = await bench.sandbox.userToken('reviewer');
      expectFault(await check(education, { token }), 403, 'PartnerUnknown');
    });

    it('reads the customer id in any letter case', async () => {
      expect((await check(education, {}, customer.toUpperCase())).status).toBe(200);
    });

    it('with an id that is no GUID is refused', async () => {
      expectFault(await check(education, {}, '1'), 400, '900118');
    });

    it.each([
      [{}, ['qualification']],
      [{ qualification: 'Nonprofit' }, ['qualification']],
      [{ ...education, colour: 'red' }, ['colour']],
      [{ ...education, website: ' ' }, ['website']],
      [{ ...education, Website: 'a.edu', website: 'b.edu' }, ['Website']],
    ])('is refused as the request itself would be: %j', async (body, names) => {
      expectFault(await check(body), 400, '3000', names);
      expectFault(await bench.sandbox.request(customer, body), 400, '3000', names);
    });

    it('with a body that is no object is refused', async () => {
      expectFault(await check([]), 400, '800002');
    });

    it('takes no other query', async () => {
      const answer = await bench.sandbox.post(`/vetting/v1/customers/${customer}/preflight?size=1`, education);
      expectFault(answer, 400, '3000', ['size']);
    });
  });

  it('its verdict is what the request is answered, whatever the customer has and whatever is asked', async () => {
    const status = fc.constantFrom('InReview', 'Approved', 'Denied');
    const vetting = <Name extends string>(qualification: Name) =>
      fc.option(
        fc.record({
          qualification: fc.constant(qualification),
          vettingStatus: status,
          attempts: fc.integer({ min: 1, max: 3 }),
        }),
        { nil: undefined },
      );
    const codes = {
      fresh: await bench.addCode({ maxCreates: 1_000, remainingCreates: 1_000 }),
      usedUp: await bench.addCode({ remainingCreates: 0 }),
      anothers: await bench.addCode({}, otherPartner.tenantId),
      nobodys: randomUUID(),
    };
    const code = fc.constantFrom(...Object.values(codes));
    const request = fc.record(
      {
        qualification: fc.constantFrom('Education', 'GovernmentCommunityCloud', 'StateOwnedEntity'),
        educationSegment: fc.constantFrom('K12', 'HigherEducation'),
        website: fc.constantFrom('example.com', 'example.edu', 'gmail.com', 'no website'),
        validationCode: code,
      },
      { requiredKeys: ['qualification'] },
    );
    const queryCode = fc.option(code, { nil: undefined, freq: 3 });
    const sound = fc.constantFrom(
      education,
      { ...education, website: 'example.edu' },
      { ...cloud, validationCode: codes.fresh },
      stateOwned,
    );

    await fc.assert(
      fc.asyncProperty(
        fc.tuple(vetting('Education'), vetting('GovernmentCommunityCloud')),
        fc.boolean(),
        fc.oneof(fc.tuple(request, queryCode), fc.tuple(sound, fc.constant(undefined))),
        async (vettings, isStateOwned, [body, inQuery]) => {
          const id = await bench.addCustomer();
          for (const one of vettings) if (one) await bench.put(id, one);
          if (isStateOwned) await bench.put(id, { qualification: 'StateOwnedEntity' });

          const preflight = await check(body, { code: inQuery }, id);
          const answer = await bench.sandbox.request(id, body, inQuery === undefined ? {} : { code: inQuery });
          expect(preflight.status, preflight.text).toBe(200);
          expect([...Value.Errors(Preflight, preflight.body)], preflight.text).toEqual([]);
          expect(preflight.body.eligible, `${preflight.text} ${answer.text}`).toBe(answer.status === 201);
          expectToForesee(findingsOf(preflight), answer);
        },
      ),
      { numRuns: 120, seed: 20_201_203 },
    );
  });
});

/** Holds the errors against the answer: every problem by its member, or else the fault by its code. */
function expectToForesee(findings: readonly Finding[], { status, body }: Answer): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (status === 201) {
    expect(errors).toEqual([]);
  } else if (body.code === faults.InputInvalid.code) {
    const problems = errors.filter(({ code }) => code === body.code);
    expect(problems.map(({ field }) => field)).toEqual(body.data.map(({ name }: { name: string }) => name));
  } else {
    expect(errors.map(({ code, message }) => [code, message])).toEqual([[body.code, body.description]]);
  }
}
