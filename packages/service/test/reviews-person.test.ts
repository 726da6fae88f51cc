import { randomUUID } from 'node:crypto';
import {
  call,
  databases,
  type FakeEntra,
  fakeClock,
  PARTNER_CENTER_AUDIENCE,
  startFakeEntra,
  type TestDatabase,
  testEncryption,
} from '@vetted/testkit';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../src/index.js';
import { type Backdoor, expectFault, openBackdoor, partner, stranger } from './bench.js';
import { desk, education } from './reviews-support.js';

const someone = '5f0e9d3a-1c2b-4a39-8a7b-6c5d4e3f2a10';
const someoneElse = '6a1f0e4b-2d3c-4b4a-9b8c-7d6e5f4a3b21';
const roles = ['Vetting.Review'];

/** An organisation that sells and vets: its tenant is a partner, and an operator as well. */
describe.each(databases)('on $name, where a tenant both sells and vets', ({ create }) => {
  const clock = fakeClock();
  let database: TestDatabase;
  let backdoor: Backdoor;
  let entra: FakeEntra;
  let service: RunningService;
  let reviewId: string;

  beforeAll(async () => {
    database = await create();
    backdoor = await openBackdoor(database.address);
    entra = await startFakeEntra(clock);
    await backdoor.store.transaction((transaction) =>
      transaction.putPartner({ tenantId: partner, name: 'Contoso', active: true }, clock().toISOString()),
    );
    service = await startService({
      ...testEncryption,
      database: database.address,
      issuers: [entra.issuer],
      audiences: [PARTNER_CENTER_AUDIENCE],
      operatorTenants: [partner, stranger],
      port: 0,
      logLevel: 'silent',
      clock,
    });
  });
  afterAll(async () => {
    await service.close();
    await entra.close();
    await backdoor.close();
    await database.drop();
  });

  const send = async (claims: JWTPayload, path: string, body?: unknown) =>
    call(service.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${await entra.token(claims)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const decide = (claims: JWTPayload, body: unknown = { decision: 'Approved' }) =>
    send({ roles, ...claims }, `${desk}/${reviewId}/decision`, body);
  const reopen = (claims: JWTPayload) =>
    send({ roles, ...claims }, `${desk}/${reviewId}/reopen`, { reason: 'Closed.' });

  beforeEach(async () => {
    const customer = await backdoor.addCustomer();
    const answer = await send({ oid: someone }, `/v1/customers/${customer}/qualifications`, education);
    expect(answer.status, answer.text).toBe(201);
    reviewId = (await send({ oid: someone, roles }, `${desk}?search=${customer}`)).body.items[0].id;
  });

  it('nobody decides what the same person submitted', async () => {
    const before = await backdoor.contents();
    expectFault(await decide({ oid: someone }), 403, '900308');
    expectFault(await decide({ oid: someone.toUpperCase() }), 403, '900308');
    expect(await backdoor.contents()).toEqual(before);
  });

  it('nobody decides it by another application either, nor once it is decided', async () => {
    expectFault(await decide({ oid: someone, appid: randomUUID() }), 403, '900308');
    await decide({ oid: someoneElse });
    expectFault(await decide({ oid: someone }), 403, '900308');
  });

  it('a colleague does', async () => {
    const { status, body } = await decide({ oid: someoneElse });
    expect([status, body.decidedBy]).toEqual([200, `${partner}/${someoneElse}`]);
  });

  it('the same object id in another tenant is another person', async () => {
    const { status, body } = await decide({ oid: someone, tid: stranger });
    expect([status, body.decidedBy]).toEqual([200, `${stranger}/${someone}`]);
  });

  it('nobody takes back the approval of what the same person submitted, and a colleague does', async () => {
    await decide({ oid: someoneElse });
    expectFault(await reopen({ oid: someone }), 403, '900308');
    expect((await reopen({ oid: someoneElse })).status).toBe(200);
  });

  it('the role of another tenant counts for nothing', async () => {
    const tid = randomUUID();
    expectFault(await decide({ oid: someoneElse, tid }), 403, '900308');
    expectFault(await send({ oid: someoneElse, tid, roles }, desk), 403, '900308');
    expectFault(await send({ oid: someoneElse, tid, roles }, `${desk}/${reviewId}`), 403, '900308');
  });

  it('an administrator without the role of a reviewer is none', async () => {
    expectFault(await decide({ oid: someoneElse, roles: ['Vetting.Administer'] }), 403, '900308');
  });

  it('two operators may use one MS-RequestId', async () => {
    const headers = { 'ms-requestid': randomUUID(), 'content-type': 'application/json' };
    const statuses = [];
    for (const tid of [partner, stranger]) {
      const authorization = `Bearer ${await entra.token({ oid: someoneElse, tid, roles })}`;
      const answer = await call(`${service.url}${desk}/${reviewId}/decision`, {
        method: 'POST',
        headers: { ...headers, authorization },
        body: '{"decision":"Approved"}',
      });
      statuses.push(answer.body.code ?? answer.status);
    }
    expect(statuses).toEqual([200, 'ReviewDecided']);
  });
});
