import { randomUUID } from 'node:crypto';
import { Customer, isGuid } from '@vetted/contract';
import { call, databases, startSandbox, type TestSandbox, unqualified } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, expectFault, partner, startBench, stranger } from './bench.js';
import { OperatorDesk } from './operator-support.js';

const customersPath = '/sandbox/v1/customers';
const proseware = '2c2e1b1a-6f3d-4a53-8d5e-0e6f7a8b9c10';

function reset(url: string, init: RequestInit = {}) {
  return call(`${url}/sandbox/v1/reset`, { method: 'POST', ...init });
}

describe.each(databases)('a sandbox on $name', ({ create }) => {
  let bench: Bench;
  let sandbox: TestSandbox;

  beforeAll(async () => {
    bench = await startBench(create);
    sandbox = bench.sandbox;
  });
  afterAll(() => bench.close());

  it("adds a customer of the caller's partner, and answers what the list then has", async () => {
    const record = { companyName: 'Graphic Design Institute', domain: 'gdi.example.edu', country: 'FR' };
    const added = await sandbox.post(customersPath, record);
    expect(added.status).toBe(201);
    expect([...Value.Errors(Customer, added.body)]).toEqual([]);
    expect(added.body.id).toSatisfy(isGuid);
    expect(added.body).toMatchObject({
      companyProfile: {
        companyName: 'Graphic Design Institute',
        domain: 'gdi.example.edu',
        address: { country: 'FR' },
      },
      relationshipToPartner: 'reseller',
    });
    expect((await sandbox.get(`/v1/customers/${added.body.id}`)).body).toEqual(added.body);
    expect((await sandbox.qualifications(added.body.id)).body).toEqual([]);
  });

  it('adds another customer each time, without a country as well', async () => {
    const record = { companyName: 'Twice', domain: 'twice.example.com' };
    const [one, other] = await Promise.all([
      sandbox.post(customersPath, record),
      sandbox.post(customersPath, record, { token: await sandbox.appToken() }),
    ]);
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(one.body.id).not.toBe(other.body.id);
    expect(one.body.companyProfile).not.toHaveProperty('address');
  });

  it('adds one customer by a request that is sent twice, and says so in its history once', async () => {
    const record = { companyName: 'Once', domain: 'once.example.com', country: 'FR' };
    const headers = { 'ms-requestid': randomUUID(), 'ms-correlationid': randomUUID() };
    const first = await sandbox.post(customersPath, record, { headers });
    const again = await sandbox.post(customersPath, record, { headers });
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect((await sandbox.get(`/v1/customers/${first.body.id}`)).body).toEqual(first.body);
    const before = await bench.contents();
    expectFault(
      await sandbox.post(customersPath, { ...record, companyName: 'Other' }, { headers }),
      409,
      'RequestIdReused',
    );
    expect(await bench.contents()).toEqual(before);
    expect(before.customers?.filter((row) => JSON.stringify(row).includes('once.example.com'))).toHaveLength(1);
    expect(await new OperatorDesk(bench).history(partner, first.body.id)).toEqual([
      {
        subject: 'customer',
        by: 'partner',
        actor: expect.stringMatching(`^${partner}/`),
        changes: { ...record, relationshipToPartner: 'reseller', relationshipEnded: false },
        correlationId: headers['ms-correlationid'],
      },
    ]);
  });

  it('adds a customer that can be vetted, and that another partner does not have', async () => {
    const { body } = await sandbox.post(customersPath, { companyName: 'Vetted', domain: 'vetted.example.edu' });
    const request = { qualification: 'Education', educationSegment: 'K12' };
    expect((await sandbox.request(body.id, request)).status).toBe(201);
    const token = await sandbox.appToken(proseware);
    expectFault(await sandbox.get(`/v1/customers/${body.id}`, { token }), 404, '60003');
  });

  it('adds none for nobody, and none for a tenant that is no partner', async () => {
    const record = { companyName: 'Nobody', domain: 'nobody.example.com' };
    const before = await bench.contents();
    const headers = { 'content-type': 'application/json' };
    const anonymous = { method: 'POST', body: JSON.stringify(record), headers };
    expectFault(await call(sandbox.url + customersPath, anonymous), 401, '800001');
    const token = await sandbox.appToken(stranger);
    expectFault(await sandbox.post(customersPath, record, { token }), 403, 'PartnerUnknown');
    expect(await bench.contents()).toEqual(before);
  });

  it('has the sample data again after a reset, and nothing else', async () => {
    const fresh = await startBench(create);
    try {
      const before = await described(fresh.sandbox);
      await fresh.sandbox.post(customersPath, { companyName: 'Gone', domain: 'gone.example.com' });
      await fresh.sandbox.request(unqualified.litware, { qualification: 'Education', educationSegment: 'K12' });
      await fresh.sandbox.request(
        unqualified.adventureWorks,
        { qualification: 'GovernmentCommunityCloud' },
        { code: '12345' },
      );
      expect(await described(fresh.sandbox)).not.toEqual(before);
      const { status, text } = await reset(fresh.sandbox.url);
      expect({ status, text }).toEqual({ status: 204, text: '' });
      expect(await described(fresh.sandbox)).toEqual(before);
      expect(counted(await fresh.contents())).toEqual(counted(await untouched()));
    } finally {
      await fresh.close();
    }
  });

  it('forgets answers with a reset: a request id can be used anew', async () => {
    const headers = { 'ms-requestid': 'c0ffee00-0000-4000-8000-000000000003' };
    const education = { qualification: 'Education', educationSegment: 'K12' };
    expect((await sandbox.request(unqualified.litware, education, { headers })).status).toBe(201);
    await reset(sandbox.url);
    expect(
      (await sandbox.request(unqualified.litware, { qualification: 'StateOwnedEntity' }, { headers })).status,
    ).toBe(201);
    expect((await sandbox.qualifications(unqualified.litware)).body).toMatchObject([
      { qualification: 'StateOwnedEntity' },
    ]);
  });

  it('goes on by the same clock and with the same tokens after a reset, and without faults', async () => {
    await sandbox.advance('P2D');
    const clock = () => call(`${sandbox.url}/sandbox/v1/clock`);
    const { body } = await clock();
    const token = await sandbox.userToken();
    await call(`${sandbox.url}/sandbox/v1/faults`, {
      method: 'PUT',
      body: JSON.stringify([{ status: 500 }]),
      headers: { 'content-type': 'application/json' },
    });
    await reset(sandbox.url);
    expect((await clock()).body).toEqual(body);
    expect((await call(`${sandbox.url}/sandbox/v1/faults`)).body).toEqual([]);
    expect((await sandbox.get('/v1/customers', { token })).status).toBe(200);
    const again = await startSandbox({ database: bench.database.address, clock: bench.clock });
    try {
      expect((await call(`${again.url}/sandbox/v1/clock`)).body).toEqual(body);
    } finally {
      await again.close();
    }
  });

  it('is reset between requests that come at the same time, each of which is answered', async () => {
    const education = { qualification: 'Education', educationSegment: 'K12' };
    const requests = Array.from({ length: 30 }, () => sandbox.request(unqualified.litware, education));
    const resets = Array.from({ length: 5 }, () => reset(sandbox.url));
    for (const { status, text } of await Promise.all(requests)) expect([201, 409], text).toContain(status);
    for (const { status } of await Promise.all(resets)) expect(status).toBe(204);
  });

  it('is whole whenever it is looked at while it is reset', async () => {
    await reset(sandbox.url);
    const resets = Array.from({ length: 5 }, () => reset(sandbox.url));
    const looks = Array.from({ length: 20 }, () => sandbox.get('/v1/customers?size=500'));
    for (const { body } of await Promise.all(looks)) expect(body.totalCount).toBe(8);
    for (const { status } of await Promise.all(resets)) expect(status).toBe(204);
  });

  async function untouched() {
    const other = await startBench(create);
    try {
      return await other.contents();
    } finally {
      await other.close();
    }
  }
});

describe('a reset', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const json = { 'content-type': 'application/json' };

  it('takes an empty object as well as nothing', async () => {
    expect((await reset(sandbox.url, { body: '{}', headers: json })).status).toBe(204);
  });

  it.each(['https://evil.example', 'null'])('is not to be had by a page of the origin %s', async (origin) => {
    const { body } = await sandbox.post(customersPath, { companyName: 'Kept', domain: 'kept.example.com' });
    expectFault(await reset(sandbox.url, { headers: { origin } }), 403, '900308', ['Origin']);
    expect((await sandbox.get(`/v1/customers/${body.id}`)).status).toBe(200);
  });

  it('refuses members, query parameters and a form', async () => {
    expectFault(await reset(sandbox.url, { body: '{"clock":true}', headers: json }), 400, '3000', ['clock']);
    expectFault(await reset(`${sandbox.url}`, { body: '[]', headers: json }), 400, '800002');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expectFault(await reset(sandbox.url, { body: 'a=b', headers: form }), 415, 'UnsupportedMediaType');
    expectFault(await call(`${sandbox.url}/sandbox/v1/reset?all=1`, { method: 'POST' }), 400, '3000', ['all']);
  });
});

describe('a customer that is added', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const record = { companyName: 'Wide World Importers', domain: 'wwi.example.com' };

  it.each<[unknown, string[]]>([
    [{}, ['companyName', 'domain']],
    [{ ...record, companyName: ' ' }, ['companyName']],
    [{ ...record, companyName: '\u200b \u2060' }, ['companyName']],
    [{ ...record, domain: '\u200b' }, ['domain']],
    [{ ...record, companyName: 'x'.repeat(257) }, ['companyName']],
    [{ ...record, domain: 7 }, ['domain']],
    [{ ...record, domain: 'a b' }, ['domain']],
    [{ ...record, domain: 'a.example/b' }, ['domain']],
    [{ ...record, country: 'us' }, ['country']],
    [{ ...record, id: partner }, ['id']],
    [{ ...record, relationshipEnded: true }, ['relationshipEnded']],
  ])('is refused as %j, and what is wrong is named', async (body, names) => {
    expectFault(await sandbox.post(customersPath, body), 400, '3000', names);
  });

  it.each([[], null, 'x'])('is refused as %j, which is no object', async (body) => {
    expectFault(await sandbox.post(customersPath, body), 400, '800002');
  });
});

/** What the sample partner sees of its data. */
async function described(sandbox: TestSandbox) {
  const customers = (await sandbox.get('/v1/customers')).body;
  const codes = (await sandbox.get('/v1/customers/all/validations')).body;
  const ids: string[] = customers.items.map(({ id }: Customer) => id);
  const qualifications = await Promise.all(ids.map(async (id) => (await sandbox.qualifications(id)).body));
  return { customers, codes, qualifications };
}

/** How many rows each table has. */
function counted(contents: Readonly<Record<string, readonly unknown[]>>) {
  return Object.fromEntries(Object.entries(contents).map(([name, rows]) => [name, rows.length]));
}
