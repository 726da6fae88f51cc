import { examples, fakeClock, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultRule, PartnerCenterClient } from '../src/index.js';
import { CUSTOMER_ID, clientOf, GUID, rejectionOf } from './fixture.js';
import { json, startScriptedServer } from './scripted-server.js';

const [approved] = examples;
const school = { companyName: 'Alpine School', domain: 'alpine.example.edu', country: 'AT' };

let sandbox: TestSandbox;
/** How often the credential was asked. */
let asked: number;
let client: PartnerCenterClient;

beforeEach(async () => {
  sandbox = await startSandbox({ clock: fakeClock('2026-03-02T09:00:00.000Z') });
  asked = 0;
  const getToken = async () => {
    asked += 1;
    return { token: await sandbox.userToken('agent'), expiresOnTimestamp: Date.now() + 3_600_000 };
  };
  client = new PartnerCenterClient({ getToken }, { baseUrl: sandbox.url, retryOptions: { maxRetries: 0 } });
});
afterEach(() => sandbox.close());

const qualifications = () => client.customers.byId(approved.customerId).qualification.getQualifications();

describe('the clock of a sandbox', () => {
  it('is read, and moved forwards by a duration', async () => {
    await expect(client.sandbox.getClock()).resolves.toEqual({ now: '2026-03-02T09:00:00.000Z' });
    const moved = { now: '2026-03-05T09:00:00.000Z', advanced: 'P3D' };
    await expect(client.sandbox.advanceClock('P3D')).resolves.toEqual(moved);
    await expect(client.sandbox.getClock()).resolves.toEqual({ now: moved.now });
  });

  it('moves once for a call that is repeated under its request id', async () => {
    const requestId = crypto.randomUUID();
    const moved = await client.sandbox.advanceClock('PT1H', { requestId });
    await expect(client.sandbox.advanceClock('PT1H', { requestId })).resolves.toEqual(moved);
    await expect(client.sandbox.getClock()).resolves.toEqual({ now: '2026-03-02T10:00:00.000Z' });
  });

  it('does not move by what is no duration, nor backwards', async () => {
    for (const duration of ['an hour', 'PT0S', '-PT1H']) {
      const error = await rejectionOf(client.sandbox.advanceClock(duration));
      expect(error).toMatchObject({
        statusCode: 400,
        data: [{ name: 'advance' }],
        correlationId: expect.stringMatching(GUID),
      });
    }
  });
});

describe('the faults of a sandbox', () => {
  it('make requests go wrong until they are used up or ended', async () => {
    const rules: FaultRule[] = [
      { method: 'GET', path: '/v1/customers/*/qualifications', status: 503, times: 1 },
      { method: 'POST', status: 429, retryAfter: 5 },
    ];
    await expect(client.sandbox.replaceFaults(rules)).resolves.toEqual(rules);
    expect(await rejectionOf(qualifications())).toMatchObject({ statusCode: 503 });
    await expect(qualifications()).resolves.toHaveLength(1);
    await expect(client.sandbox.listFaults()).resolves.toEqual(rules.slice(1));
    await expect(client.sandbox.endFaults()).resolves.toBeUndefined();
    await expect(client.sandbox.listFaults()).resolves.toEqual([]);
  });

  it('are refused where a rule is none, and those that stand go on', async () => {
    await client.sandbox.replaceFaults([{ status: 503 }]);
    const error = await rejectionOf(client.sandbox.replaceFaults([{ status: 200 }]));
    expect(error).toMatchObject({ statusCode: 400, code: '3000' });
    await expect(client.sandbox.listFaults()).resolves.toEqual([{ status: 503 }]);
  });
});

describe('the data of a sandbox', () => {
  it('gets a customer, which has no qualification yet', async () => {
    const added = await client.sandbox.addCustomer(school);
    expect(added).toMatchObject({
      id: expect.stringMatching(GUID),
      companyProfile: { companyName: school.companyName, domain: school.domain, address: { country: 'AT' } },
    });
    await expect(client.customers.byId(added.id).get()).resolves.toEqual(added);
    await expect(client.customers.byId(added.id).qualification.getQualifications()).resolves.toEqual([]);
  });

  it('gets one customer from a call that is repeated under its request id', async () => {
    const options = { requestId: crypto.randomUUID() };
    const added = await client.sandbox.addCustomer(school, options);
    await expect(client.sandbox.addCustomer(school, options)).resolves.toEqual(added);
  });

  it('is the sample data again after a reset, without faults, at the time that it is', async () => {
    const { id } = await client.sandbox.addCustomer(school);
    const { now } = await client.sandbox.advanceClock('PT1M');
    await client.sandbox.replaceFaults([{ status: 503 }]);
    await expect(client.sandbox.reset()).resolves.toBeUndefined();
    expect(await rejectionOf(client.customers.byId(id).get())).toMatchObject({ statusCode: 404, code: '60003' });
    await expect(qualifications()).resolves.toHaveLength(1);
    await expect(client.sandbox.listFaults()).resolves.toEqual([]);
    await expect(client.sandbox.getClock()).resolves.toEqual({ now });
  });
});

describe('the switches of a sandbox', () => {
  it('need no token, and do not ask the credential for one', async () => {
    await client.sandbox.getClock();
    await client.sandbox.advanceClock('PT1S');
    await client.sandbox.listFaults();
    await client.sandbox.replaceFaults([]);
    await client.sandbox.endFaults();
    await client.sandbox.reset();
    expect(asked).toBe(0);
    await client.sandbox.addCustomer(school);
    expect(asked).toBe(1);
  });

  it('carry no token either once the client has one', async () => {
    await using server = await startScriptedServer(json([]), json({ now: '2026-03-02T09:00:00.000Z' }));
    const other = clientOf(server);
    await other.customers.byId(CUSTOMER_ID).qualification.getQualifications();
    await other.sandbox.getClock();
    expect(server.received.map(({ headers }) => headers.authorization !== undefined)).toEqual([true, false]);
  });

  it('reject with the 401 of a service that wants a token, and ask for none', async () => {
    await using server = await startScriptedServer(json({ code: '800001', description: 'No token.' }, 401));
    expect(await rejectionOf(clientOf(server).sandbox.reset())).toMatchObject({ statusCode: 401, code: '800001' });
    expect(server.received).toHaveLength(1);
  });

  it('are tried again under one request id where the connection breaks', async () => {
    const now = '2026-03-02T09:00:01.000Z';
    await using server = await startScriptedServer({ fault: 'cut' }, json({ now, advanced: 'PT1S' }));
    await expect(clientOf(server).sandbox.advanceClock('PT1S')).resolves.toEqual({ now, advanced: 'PT1S' });
    const [first, second] = server.received.map(({ headers }) => headers['ms-requestid']);
    expect([first, second]).toEqual([expect.stringMatching(GUID), first]);
  });
});
