import { randomUUID } from 'node:crypto';
import { CallerInformation } from '@vetted/contract';
import { databases } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleData } from '../src/sandbox/sample-data.js';
import { type Bench, expectFault, startBench } from './bench.js';

describe.each(databases)('on $name, the caller', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  async function callerOf(token: string): Promise<CallerInformation> {
    const { status, body, text } = await bench.sandbox.get('/vetting/v1/caller', { token });
    expect([status, [...Value.Errors(CallerInformation, body)]], text).toEqual([200, []]);
    return body;
  }

  it("is the partner's application", async () => {
    const { tenantId } = bench.sandbox.description;
    expect(await callerOf(await bench.sandbox.appToken())).toEqual({
      tenantId,
      subject: expect.any(String),
      kind: 'app',
      roles: [],
      mfa: false,
      partner: { name: 'Contoso CSP' },
    });
  });

  it("is the partner's agent", async () => {
    const { tenantId, objectId } = sampleData.users.agent;
    expect(await callerOf(await bench.sandbox.userToken())).toEqual({
      tenantId,
      subject: objectId,
      kind: 'app+user',
      roles: [],
      mfa: true,
      partner: { name: 'Contoso CSP' },
    });
  });

  it.each([
    ['reviewer', ['Vetting.Review']],
    ['administrator', ['Vetting.Review', 'Vetting.Administer']],
  ] as const)('is of a tenant that is no partner and has the roles of its own: %s', async (user, roles) => {
    const { tenantId, objectId } = sampleData.users[user];
    const caller = await callerOf(await bench.sandbox.userToken(user));
    expect(caller).toEqual({ tenantId, subject: objectId, kind: 'app+user', roles, mfa: true });
  });

  it('of a tenant that is no partner, or no longer, has no partner', async () => {
    const tenantId = randomUUID();
    const token = await bench.sandbox.appToken(tenantId);
    const put = (active: boolean) =>
      bench.store.transaction((transaction) =>
        transaction.putPartner({ tenantId, name: 'Wide World Importers', active }, '2026-03-01T00:00:00.000Z'),
      );
    expect(await callerOf(token)).not.toHaveProperty('partner');
    await put(true);
    expect((await callerOf(token)).partner).toEqual({ name: 'Wide World Importers' });
    await put(false);
    expect(await callerOf(token)).not.toHaveProperty('partner');
  });

  it('takes no query', async () => {
    expectFault(await bench.sandbox.get('/vetting/v1/caller?roles=x'), 400, '3000', ['roles']);
  });
});
