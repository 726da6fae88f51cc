import { randomUUID } from 'node:crypto';
import {
  databases,
  type FakeEntra,
  fakeClock,
  PARTNER_CENTER_AUDIENCE,
  startFakeEntra,
  type TestDatabase,
  testEncryption,
} from '@vetted/testkit';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdmin, type RunningService, startService } from '../src/index.js';
import { type Backdoor, expectFault, openBackdoor, partner } from './bench.js';
import { codePath, customerPath, importPath, operatorTenant, partnerPath } from './operator-support.js';
import { send } from './raw.js';

const customer = '71b473d5-c4a2-4381-82e5-809403c2d108';
const litware = { id: customer, companyName: 'Litware Institute', domain: 'litware.example.edu' };
const application = randomUUID();
const json = { 'content-type': 'application/json' };

/** Every route for the operator, each with a call that would change something, or that is wrong. */
const calls = [
  { method: 'GET', path: partnerPath(partner) },
  { method: 'PUT', path: partnerPath(partner), headers: json, body: '{"name":"Mine"}' },
  { method: 'PUT', path: partnerPath('x'), headers: json, body: '{' },
  { method: 'GET', path: customerPath(partner, customer) },
  { method: 'GET', path: customerPath(randomUUID(), randomUUID()) },
  { method: 'PUT', path: customerPath(partner, customer), headers: json, body: '{"companyName":"Mine","domain":"x"}' },
  { method: 'POST', path: `${customerPath(partner, customer)}/end-relationship` },
  { method: 'POST', path: importPath(partner), headers: { 'content-type': 'application/x-ndjson' }, body: '{}\n' },
  { method: 'POST', path: importPath(partner), headers: json, body: '{}' },
  { method: 'GET', path: codePath(partner, 'A-1') },
  { method: 'PUT', path: codePath(partner, 'A-1'), headers: json, body: '{"organizationName":"Mine","maxCreates":99}' },
  { method: 'DELETE', path: codePath(partner, 'A-1') },
] as const;

describe.each(databases)('on $name, the routes for the operator', ({ create }) => {
  const clock = fakeClock();
  let database: TestDatabase;
  let entra: FakeEntra;
  let service: RunningService;
  let backdoor: Backdoor;

  beforeAll(async () => {
    database = await create();
    entra = await startFakeEntra(clock);
    const admin = await openAdmin({ ...testEncryption, database: database.address, clock });
    await admin.addPartner({ tenantId: partner, name: 'Contoso' });
    await admin.addValidationCode(partner, { validationId: 'A-1', organizationName: 'City', maxCreates: 5 });
    await admin.close();
    backdoor = await openBackdoor(database.address);
    await backdoor.addCustomer({ id: customer });
    service = await startService({
      database: database.address,
      ...testEncryption,
      issuers: [entra.issuer],
      audiences: [PARTNER_CENTER_AUDIENCE],
      operatorTenants: [operatorTenant],
      port: 0,
      logLevel: 'silent',
      clock,
    });
  });
  afterAll(async () => {
    await backdoor.close();
    await service.close();
    await entra.close();
    await database.drop();
  });

  const callAs = async (claims: JWTPayload, { method, path, ...rest }: (typeof calls)[number]) => {
    const authorization = `Bearer ${await entra.token(claims)}`;
    const { headers = {}, body } = { headers: {}, body: undefined, ...rest };
    return send(service.url, path, { method, headers: { authorization, ...headers }, ...(body && { body }) });
  };

  it.each<[string, JWTPayload]>([
    ["a partner's user", {}],
    ["a partner's application", { scp: undefined, appid: application }],
    ['a partner that gave itself the role', { roles: ['Vetting.Administer'] }],
    ["a partner's application that was given the role there", { scp: undefined, roles: ['Vetting.Administer'] }],
    ['a reviewer', { tid: operatorTenant, roles: ['Vetting.Review'] }],
    ['a user of the operator without a role', { tid: operatorTenant }],
    ['a role in another letter case', { tid: operatorTenant, roles: ['vetting.administer'] }],
  ])('are refused to %s before anything is read', async (_, claims) => {
    const before = await backdoor.contents();
    for (const call of calls) expectFault(await callAs(claims, call), 403, '900308');
    expect(await backdoor.contents()).toEqual(before);
  });

  it('are refused without a token', async () => {
    for (const { method, path } of calls) expectFault(await send(service.url, path, { method }), 401, '800001');
  });

  it("serve an administrator and the operator's own application, and the history names which", async () => {
    const application = { tid: operatorTenant, scp: undefined, oid: randomUUID(), roles: ['Vetting.Administer'] };
    const person = { tid: operatorTenant, oid: randomUUID(), roles: ['Vetting.Review', 'Vetting.Administer'] };
    for (const [companyName, claims] of Object.entries({ Application: application, Person: person })) {
      const body = JSON.stringify({ companyName, domain: litware.domain });
      const path = customerPath(partner, customer);
      const answer = await send(service.url, path, {
        method: 'PUT',
        headers: { ...json, authorization: `Bearer ${await entra.token(claims)}` },
        body,
      });
      expect(answer.status, answer.text).toBe(200);
      const { history = [] } = await backdoor.contents();
      expect(history.at(-1)).toMatchObject({
        customer_id: customer,
        actor_kind: 'operator',
        actor: `${operatorTenant}/${claims.oid}`,
        changes: expect.stringContaining(companyName),
      });
    }
  });
});
