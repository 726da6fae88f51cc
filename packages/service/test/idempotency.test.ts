import { randomUUID } from 'node:crypto';
import { type Answer, databases, otherPartner, startFakeEntra, startSandbox, testEncryption } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService } from '../src/index.js';
import { type Bench, expectFault, openBackdoor, partner, startBench } from './bench.js';
import { send } from './raw.js';

const education = { qualification: 'Education', educationSegment: 'K12', website: 'example.edu' };
const cloud = { qualification: 'GovernmentCommunityCloud' };
const stateOwned = { qualification: 'StateOwnedEntity' };

const minute = 60_000;
const hour = 60 * minute;
const told = ({ status, text }: Answer) => ({ status, text });

describe.each(databases)('on $name, a repetition with the same MS-RequestId', ({ create }) => {
  let bench: Bench;
  let customer: string;
  let id: string;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    customer = await bench.addCustomer();
    id = randomUUID();
  });

  const request = (body: unknown, requestId = id, code?: string) =>
    bench.sandbox.request(customer, body, {
      headers: { 'ms-requestid': requestId },
      ...(code === undefined ? {} : { code }),
    });
  const granted = async (...parameters: Parameters<typeof request>) => {
    const answer = await request(...parameters);
    expect(answer.status, answer.text).toBe(201);
    return answer;
  };
  const attempts = async () => (await bench.vettings(customer)).map((vetting) => vetting.attempts);

  it('gets the first answer again, although time has passed', async () => {
    const first = await granted(education);
    bench.clock.advance(minute);
    expect(told(await request(education))).toEqual(told(first));
  });

  it('changes nothing', async () => {
    await granted(education);
    const before = await bench.contents();
    await request(education);
    expect(await bench.contents()).toEqual(before);
  });

  it('is told by what is asked, not by the order of members or by letter case', async () => {
    const first = await granted(education);
    const again = await request(
      { Website: 'example.edu', EDUCATIONSEGMENT: 'k12', qualification: 'EDUCATION' },
      id.toUpperCase(),
    );
    expect(told(again)).toEqual(told(first));
  });

  it('is told by the customer whatever the letter case of its id', async () => {
    const first = await granted(education);
    const again = await bench.sandbox.request(customer.toUpperCase(), education, { headers: { 'ms-requestid': id } });
    expect(told(again)).toEqual(told(first));
  });

  it('echoes the ids of the repetition', async () => {
    await granted(education);
    const correlation = randomUUID();
    const { headers } = await bench.sandbox.request(customer, education, {
      headers: { 'ms-requestid': id, 'ms-correlationid': correlation },
    });
    expect([headers.get('ms-requestid'), headers.get('ms-correlationid')]).toEqual([id, correlation]);
  });

  it('uses a validation code once', async () => {
    const code = await bench.addCode({ remainingCreates: 3 });
    await granted({ ...cloud, validationCode: code });
    await request({ ...cloud, validationCode: code });
    expect(await bench.remaining(code)).toBe(2);
  });

  it('may have the code in the query where the first one had it in the body', async () => {
    const code = await bench.addCode();
    const first = await granted({ ...cloud, validationCode: code });
    expect(told(await request(cloud, id, code))).toEqual(told(first));
  });

  it('counts as one attempt', async () => {
    await granted(education);
    await granted(education);
    expect(await attempts()).toEqual([1]);
  });

  it('gets a refusal again, although it would be granted by now', async () => {
    const code = await bench.addCode({ remainingCreates: 0 });
    const first = await request(cloud, id, code);
    expectFault(first, 409, 'ValidationCodeExhausted');
    await bench.addCode({ validationId: code, remainingCreates: 5 });

    const again = await request(cloud, id, code);
    expect(told(again)).toEqual(told(first));
    expectFault(again, 409, 'ValidationCodeExhausted');
    expect((await request(cloud, randomUUID(), code)).status).toBe(201);
  });

  it('gets the first answer although the qualification has changed since', async () => {
    const first = await granted(education);
    await bench.put(customer, { qualification: 'Education', vettingStatus: 'Denied', vettingReason: 'No' });
    expect(told(await request(education))).toEqual(told(first));
    expect((await bench.sandbox.qualifications(customer)).body).toEqual([
      expect.objectContaining({ vettingStatus: 'Denied' }),
    ]);
  });

  it.each([
    ['another qualification', stateOwned],
    ['another segment', { ...education, educationSegment: 'HigherEducation' }],
    ['another website', { ...education, website: 'example.org' }],
    ['a website in another letter case', { ...education, website: 'EXAMPLE.edu' }],
    ['a member less', { qualification: 'Education', educationSegment: 'K12' }],
  ])('is refused for %s', async (_, other) => {
    const first = await granted(education);
    const before = await bench.contents();

    expectFault(await request(other), 409, 'RequestIdReused');
    expect(await bench.contents()).toEqual(before);
    expect(told(await request(education))).toEqual(told(first));
  });

  it('is refused for another customer, who stays as it is', async () => {
    await granted(stateOwned);
    const other = await bench.addCustomer();
    const answer = await bench.sandbox.request(other, stateOwned, { headers: { 'ms-requestid': id } });

    expectFault(answer, 409, 'RequestIdReused');
    expect((await bench.sandbox.qualifications(other)).body).toEqual([]);
  });

  it('is a request like any other where the first one was malformed', async () => {
    expectFault(await request({ ...education, educationSegment: 'Kindergarten' }), 400, '3000', ['educationSegment']);
    expect((await request(education)).status).toBe(201);
  });

  it('is a request like any other where the first one came without the right token', async () => {
    const token = await bench.sandbox.appToken();
    const headers = { 'ms-requestid': id };
    expectFault(await bench.sandbox.request(customer, education, { token, headers }), 403, '900329');
    expect((await request(education)).status).toBe(201);
  });

  it.each(['1', 'not-a-guid', '{0e8de339-ee41-4c3b-9f38-f87d9e20fa8c}', ''])(
    'is done twice where the id is no GUID: "%s"',
    async (key) => {
      await granted(education, key);
      expectFault(await request(education, key), 409, 'QualificationInReview');
    },
  );

  it('is done twice where there is no id', async () => {
    const post = async () =>
      send(bench.sandbox.url, `/v1/customers/${customer}/qualifications`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await bench.sandbox.userToken()}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(education),
      });
    expect((await post()).status).toBe(201);
    expectFault(await post(), 409, 'QualificationInReview');
  });

  it('does nothing where the first one only read', async () => {
    await bench.sandbox.qualifications(customer, { headers: { 'ms-requestid': id } });
    expect((await request(education)).status).toBe(201);
  });
});

describe.each(databases)('on $name, at once', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
    // Fetched beforehand, so that the requests below come at once.
    await bench.sandbox.userToken();
  });
  afterAll(() => bench.close());

  const times = <T>(count: number, work: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => work(index)));
  const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort();

  it('twenty requests with one id have one effect, and all get the same answer', async () => {
    const customer = await bench.addCustomer();
    const code = await bench.addCode({ remainingCreates: 5 });
    const headers = { 'ms-requestid': randomUUID() };
    const answers = await times(20, () => bench.sandbox.request(customer, cloud, { code, headers }));

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(statuses(answers)).toEqual(Array(20).fill(201));
    expect(await bench.remaining(code)).toBe(4);
  });

  it('twenty requests with one id for ten customers have one effect', async () => {
    const customers = await times(10, () => bench.addCustomer());
    const headers = { 'ms-requestid': randomUUID() };
    const answers = await Promise.all(
      [...customers, ...customers].map((customer) => bench.sandbox.request(customer, stateOwned, { headers })),
    );

    expect(statuses(answers)).toEqual([201, 201, ...Array(18).fill(409)]);
    const listed = await Promise.all(customers.map((customer) => bench.sandbox.qualifications(customer)));
    expect(listed.filter(({ body }) => body.length === 1)).toHaveLength(1);
  });

  it('twenty Education requests with ids of their own open exactly one review', async () => {
    const customer = await bench.addCustomer();
    const answers = await times(20, () => bench.sandbox.request(customer, education));

    expect(statuses(answers)).toEqual([201, ...Array(19).fill(409)]);
    for (const answer of answers) if (answer.status === 409) expectFault(answer, 409, 'QualificationInReview');
    expect(await bench.vettings(customer)).toEqual([expect.objectContaining({ attempts: 1 })]);
  });

  it('ten customers share out the three creates that a code has left', async () => {
    const customers = await times(10, () => bench.addCustomer());
    const code = await bench.addCode({ remainingCreates: 3 });
    const answers = await Promise.all(customers.map((customer) => bench.sandbox.request(customer, cloud, { code })));

    expect(statuses(answers)).toEqual([201, 201, 201, ...Array(7).fill(409)]);
    for (const answer of answers) if (answer.status === 409) expectFault(answer, 409, 'ValidationCodeExhausted');
    expect(await bench.remaining(code)).toBe(0);
  });

  it('Education and GovernmentCommunityCloud are never both granted to one customer', async () => {
    const code = await bench.addCode({ maxCreates: 100, remainingCreates: 100 });
    const rounds = await times(10, async () => {
      const customer = await bench.addCustomer();
      const answers = await Promise.all([
        bench.sandbox.request(customer, education),
        bench.sandbox.request(customer, cloud, { code }),
      ]);
      return statuses(answers);
    });
    expect(rounds).toEqual(Array(10).fill([201, 409]));
  });

  it('every qualification at once leaves the steps of the history in one row', async () => {
    const customer = await bench.addCustomer();
    await Promise.all([
      bench.sandbox.request(customer, education),
      bench.sandbox.request(customer, stateOwned),
      bench.sandbox.request(customer, stateOwned),
    ]);
    const { history = [] } = await bench.contents();
    const own = history.filter((row) => (row as { customer_id: string }).customer_id === customer);
    expect(own.map((row) => (row as { sequence: number }).sequence)).toEqual([1, 2]);
  });
});

describe.each(databases)('on $name, a recorded answer', ({ create }) => {
  const id = randomUUID();
  const headers = { 'ms-requestid': id };

  it('stands after a restart 24 hours later, and is forgotten in the end', async () => {
    const bench = await startBench(create);
    try {
      const [customer, code] = [await bench.addCustomer(), await bench.addCode()];
      const first = await bench.sandbox.request(customer, cloud, { code, headers });
      const restarted = async () => {
        const sandbox = await startSandbox({ database: bench.database.address, clock: bench.clock });
        const answer = await sandbox.request(customer, cloud, { code, headers });
        await sandbox.close();
        return answer;
      };

      bench.clock.advance(24 * hour);
      expect(told(await restarted())).toEqual(told(first));
      bench.clock.advance(48 * hour);
      expectFault(await restarted(), 409, 'QualificationApproved');
    } finally {
      await bench.close();
    }
  });

  it('is one partner’s own: another partner may use the same id', async () => {
    const database = await create();
    const clock = () => new Date('2026-03-02T09:00:00.000Z');
    const backdoor = await openBackdoor(database.address);
    const entra = await startFakeEntra(clock);
    try {
      const ids = [partner, otherPartner.tenantId];
      for (const tenantId of ids) {
        await backdoor.store.transaction((transaction) =>
          transaction.putPartner({ tenantId, name: 'A partner', active: true }, clock().toISOString()),
        );
      }
      const customers = [await backdoor.addCustomer(), await backdoor.addCustomer({}, otherPartner.tenantId)];
      const service = await startService({
        ...testEncryption,
        database: database.address,
        clock,
        port: 0,
        logLevel: 'silent',
        issuers: [entra.issuer],
        audiences: ['https://api.partnercenter.microsoft.com'],
      });
      const answers = await Promise.all(
        ids.map(async (tid, index) =>
          send(service.url, `/v1/customers/${customers[index]}/qualifications`, {
            method: 'POST',
            headers: {
              ...headers,
              authorization: `Bearer ${await entra.token({ tid })}`,
              'content-type': 'application/json',
            },
            body: JSON.stringify(education),
          }),
        ),
      );
      await service.close();
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    } finally {
      await entra.close();
      await backdoor.close();
      await database.drop();
    }
  });
});
