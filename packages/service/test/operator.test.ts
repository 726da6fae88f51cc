import { randomUUID } from 'node:crypto';
import { databases } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, expectFault, partner, startBench } from './bench.js';
import { codePath, customerPath, OperatorDesk, operator, partnerPath } from './operator-support.js';

const litware = { companyName: 'Litware Institute', domain: 'litware.example.edu' };

describe.each(databases)('on $name, for the operator', ({ create }) => {
  let bench: Bench;
  let desk: OperatorDesk;
  let tenantId: string;
  let customerId: string;

  beforeAll(async () => {
    bench = await startBench(create);
    desk = new OperatorDesk(bench);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    tenantId = await desk.newPartner();
    customerId = randomUUID();
  });

  const asPartner = async (path: string) => bench.sandbox.get(path, { token: await bench.sandbox.appToken(tenantId) });

  /** What a refused call leaves as it was. */
  async function refused(call: () => Promise<Awaited<ReturnType<OperatorDesk['call']>>>) {
    const before = await bench.contents();
    const answer = await call();
    expect(await bench.contents()).toEqual(before);
    return answer;
  }

  describe('a partner', () => {
    it('is registered with PUT, active, and told again with GET', async () => {
      const id = randomUUID();
      const put = await desk.call('PUT', partnerPath(id.toUpperCase()), { name: 'Proseware' });
      expect([put.status, put.body]).toEqual([201, { tenantId: id, name: 'Proseware', active: true }]);
      const got = await desk.call('GET', partnerPath(id.toUpperCase()));
      expect([got.status, got.body]).toEqual([200, put.body]);
    });

    it('is renamed and stays as active as it was', async () => {
      await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind CSP', active: false });
      const { status, body } = await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind' });
      expect([status, body]).toEqual([200, { tenantId, name: 'Northwind', active: false }]);
    });

    it('is as if it were not registered while it is not active, and as before when it is again', async () => {
      await desk.call('PUT', customerPath(tenantId, customerId), litware);
      const paths = [
        '/v1/customers',
        `/v1/customers/${customerId}`,
        `/v1/customers/${customerId}/qualifications`,
        '/v1/customers/all/validations',
      ];
      await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind CSP', active: false });
      for (const path of paths) expectFault(await asPartner(path), 403, 'PartnerUnknown');
      await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind CSP', active: true });
      for (const path of paths) expect((await asPartner(path)).status).toBe(200);
    });

    it('cannot request anything while it is not active, nor hear again what it was answered before', async () => {
      const customer = await bench.addCustomer();
      const request = { qualification: 'StateOwnedEntity' };
      const headers = { 'ms-requestid': randomUUID() };
      expect((await bench.sandbox.request(customer, request, { headers })).status).toBe(201);
      const { body } = await desk.call('GET', partnerPath(partner));
      await desk.call('PUT', partnerPath(partner), { name: body.name, active: false });
      const other = await bench.addCustomer();
      expectFault(await refused(() => bench.sandbox.request(customer, request, { headers })), 403, 'PartnerUnknown');
      expectFault(await refused(() => bench.sandbox.request(other, request)), 403, 'PartnerUnknown');
      await desk.call('PUT', partnerPath(partner), { name: body.name, active: true });
      expect((await bench.sandbox.request(customer, request, { headers })).status).toBe(201);
    });

    it('has a history of what was set, by whom and in which call, and nothing where nothing changed', async () => {
      const correlationId = randomUUID();
      const headers = { 'ms-correlationid': correlationId };
      await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind CSP', active: true });
      await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind', active: true }, { headers });
      await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind' });
      expect(await desk.history(tenantId)).toEqual([
        expect.objectContaining({ subject: 'partner', changes: { name: 'Northwind CSP', active: true } }),
        { subject: 'partner', by: 'operator', actor: operator, changes: { name: 'Northwind' }, correlationId },
      ]);
    });

    it('is registered once by fifty calls at once', async () => {
      const id = randomUUID();
      const calls = Array.from({ length: 50 }, () => desk.call('PUT', partnerPath(id), { name: 'Proseware' }));
      const statuses = (await Promise.all(calls)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 201)).toHaveLength(1);
      expect(statuses.filter((status) => status === 200)).toHaveLength(49);
      expect(await desk.history(id)).toHaveLength(1);
    });

    it.each<[string, object, string]>([
      ['no name', {}, 'name'],
      ['a blank name', { name: ' ' }, 'name'],
      ['an invisible name', { name: '\u200b\ufeff' }, 'name'],
      ['a name with a control character', { name: 'a\u0000' }, 'name'],
      ['an active that is text', { name: 'A', active: 'true' }, 'active'],
      ['an unknown member', { name: 'A', color: 'blue' }, 'color'],
      ['its own tenant id', { name: 'A', tenantId: randomUUID() }, 'tenantId'],
    ])('is refused with %s', async (_, body, name) => {
      expectFault(await refused(() => desk.call('PUT', partnerPath(tenantId), body)), 400, '3000', [name]);
    });

    it('is not there under another id, or under one that is no GUID', async () => {
      expectFault(await desk.call('GET', partnerPath(randomUUID())), 404, '1000', ['tenantId']);
      expectFault(await desk.call('GET', partnerPath('contoso')), 404, '1000', ['tenantId']);
      expectFault(await desk.call('PUT', partnerPath('contoso'), { name: 'A' }), 404, '1000', ['tenantId']);
    });

    it('is told without a query only', async () => {
      expectFault(await desk.call('GET', `${partnerPath(tenantId)}?expand=all`), 400, '3000', ['expand']);
    });
  });

  describe('a customer', () => {
    const path = () => customerPath(tenantId, customerId);

    it('is added with PUT, told again with GET, and the partner sees it', async () => {
      const put = await desk.call('PUT', customerPath(tenantId.toUpperCase(), customerId.toUpperCase()), litware);
      const record = { id: customerId, ...litware, relationshipToPartner: 'reseller', relationshipEnded: false };
      expect([put.status, put.body]).toEqual([201, record]);
      expect((await desk.call('GET', path())).body).toEqual(record);
      expect((await asPartner(`/v1/customers/${customerId}`)).body).toMatchObject({ id: customerId });
    });

    it('is what the last PUT says, but for the end of the relationship, which stands until it is told otherwise', async () => {
      const whole = { ...litware, country: 'DE', email: 'it@litware.example', relationshipToPartner: 'advisor' };
      await desk.call('PUT', path(), { ...whole, relationshipEnded: true });
      const { status, body } = await desk.call('PUT', path(), litware);
      const record = { id: customerId, ...litware, relationshipToPartner: 'reseller', relationshipEnded: true };
      expect([status, body]).toEqual([200, record]);
      expect((await desk.call('PUT', path(), { ...litware, relationshipEnded: false })).body).toEqual({
        ...record,
        relationshipEnded: false,
      });
    });

    it('has a history of what was set, and nothing where nothing changed', async () => {
      const correlationId = randomUUID();
      await desk.call('PUT', path(), { ...litware, country: 'DE' });
      await desk.call('PUT', path(), { ...litware, country: 'DE' });
      await desk.call(
        'PUT',
        path(),
        { ...litware, domain: 'x.example' },
        { headers: { 'ms-correlationid': correlationId } },
      );
      const set = { ...litware, country: 'DE', relationshipToPartner: 'reseller', relationshipEnded: false };
      expect(await desk.history(tenantId, customerId)).toEqual([
        expect.objectContaining({ subject: 'customer', actor: operator, changes: set }),
        {
          subject: 'customer',
          by: 'operator',
          actor: operator,
          changes: { domain: 'x.example', country: null },
          correlationId,
        },
      ]);
      expect(await desk.history(tenantId)).toHaveLength(1);
    });

    it('of one id belongs to each of two partners by itself', async () => {
      const other = await desk.newPartner();
      await desk.call('PUT', path(), litware);
      await desk.call('PUT', customerPath(other, customerId), { ...litware, companyName: 'Other' });
      expect((await desk.call('GET', path())).body.companyName).toBe('Litware Institute');
      expect(await desk.history(other, customerId)).toHaveLength(1);
    });

    it('of a partner that is not active can be kept up to date', async () => {
      await desk.call('PUT', partnerPath(tenantId), { name: 'Northwind CSP', active: false });
      expect((await desk.call('PUT', path(), litware)).status).toBe(201);
      expect((await desk.call('GET', path())).status).toBe(200);
    });

    it('is added once by twenty calls at once', async () => {
      const calls = await Promise.all(Array.from({ length: 20 }, () => desk.call('PUT', path(), litware)));
      expect(calls.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(await desk.history(tenantId, customerId)).toHaveLength(1);
    });

    it.each<[string, object, string]>([
      ['no company name', { domain: 'a.example' }, 'companyName'],
      ['no domain', { companyName: 'A' }, 'domain'],
      ['an invisible company name', { ...litware, companyName: '\u202e\u3164' }, 'companyName'],
      ['an invisible domain', { ...litware, domain: '\u200b' }, 'domain'],
      ['an invisible host of its email', { ...litware, email: 'it@\u200b' }, 'email'],
      ['a domain of two words', { ...litware, domain: 'a b' }, 'domain'],
      ['a website as its domain', { ...litware, domain: 'https://litware.example.edu' }, 'domain'],
      ['an address as its domain', { ...litware, domain: 'it@litware.example.edu' }, 'domain'],
      ['an email that is a domain', { ...litware, email: 'litware.example.edu' }, 'email'],
      ['an email with a blank', { ...litware, email: 'i t@litware.example.edu' }, 'email'],
      ['a country in words', { ...litware, country: 'Germany' }, 'country'],
      ['a relationship that ended in text', { ...litware, relationshipEnded: 'true' }, 'relationshipEnded'],
      ['an unknown member', { ...litware, color: 'blue' }, 'color'],
      ['its own id', { ...litware, id: randomUUID() }, 'id'],
    ])('is refused with %s', async (_, body, name) => {
      expectFault(await refused(() => desk.call('PUT', path(), body)), 400, '3000', [name]);
    });

    it('needs a partner that is there, a customer that is there, and ids that are GUIDs', async () => {
      const nobodys = customerPath(randomUUID(), customerId);
      expectFault(await refused(() => desk.call('PUT', nobodys, litware)), 404, '1000', ['tenantId']);
      expectFault(await desk.call('GET', nobodys), 404, '1000', ['tenantId']);
      expectFault(await desk.call('GET', path()), 404, '60003');
      expectFault(await desk.call('GET', customerPath(tenantId, 'x')), 400, '900118');
      expectFault(await desk.call('PUT', customerPath(tenantId, 'x'), litware), 400, '900118');
      expectFault(await desk.call('PUT', customerPath('x', customerId), litware), 404, '1000', ['tenantId']);
    });
  });

  describe("the end of a customer's relationship", () => {
    const end = (id = customerId, tenant = tenantId) => `${customerPath(tenant, id)}/end-relationship`;

    it('shuts the partner out, however often it is said, and is in the history once', async () => {
      await desk.call('PUT', customerPath(tenantId, customerId), litware);
      for (const repetition of [1, 2]) {
        const { status, body } = await desk.call('POST', end());
        expect([repetition, status, body.relationshipEnded]).toEqual([repetition, 200, true]);
      }
      expectFault(await asPartner(`/v1/customers/${customerId}`), 403, '20002');
      expectFault(await asPartner(`/v1/customers/${customerId}/qualifications`), 403, '20002');
      const [, ...steps] = await desk.history(tenantId, customerId);
      expect(steps.map(({ changes }) => changes)).toEqual([{ relationshipEnded: true }]);
    });

    it('comes once by a request that is sent twice: what was taken up again since stays so', async () => {
      const path = customerPath(tenantId, customerId);
      await desk.call('PUT', path, litware);
      const sent = { headers: { 'ms-requestid': randomUUID() } };
      const first = await desk.call('POST', end(), undefined, sent);
      await desk.call('PUT', path, { ...litware, relationshipEnded: false });
      const again = await refused(() => desk.call('POST', end(), {}, sent));
      expect([again.status, again.text]).toEqual([200, first.text]);
      const other = randomUUID();
      await desk.call('PUT', customerPath(tenantId, other), litware);
      expectFault(await refused(() => desk.call('POST', end(other), undefined, sent)), 409, 'RequestIdReused');
    });

    it("leaves another partner's relationship with the same customer", async () => {
      const other = await desk.newPartner();
      for (const tenant of [tenantId, other]) await desk.call('PUT', customerPath(tenant, customerId), litware);
      await desk.call('POST', end(customerId, other));
      expect((await asPartner(`/v1/customers/${customerId}`)).status).toBe(200);
    });

    it('needs a customer that is there, and no body', async () => {
      expectFault(await desk.call('POST', end()), 404, '60003');
      expectFault(await desk.call('POST', end('x')), 400, '900118');
      expectFault(await desk.call('POST', end(customerId, randomUUID())), 404, '1000', ['tenantId']);
      await desk.call('PUT', customerPath(tenantId, customerId), litware);
      expectFault(await refused(() => desk.call('POST', end(), { reason: 'x' })), 400, '3000', ['reason']);
      expect((await desk.call('POST', end(), {})).status).toBe(200);
    });
  });

  describe('a validation code', () => {
    const city = { organizationName: 'City of Relecloud', maxCreates: 5 };
    const secret = 'A-1234567';
    const path = (validationId = secret, tenant = tenantId) => codePath(tenant, validationId);

    it('is added with PUT, told again with GET, and the partner sees it', async () => {
      const put = await desk.call('PUT', path(), city);
      const code = { validationId: secret, ...city, remainingCreates: 5 };
      expect([put.status, put.body]).toEqual([201, code]);
      expect((await desk.call('GET', path())).body).toEqual(code);
      expect((await asPartner('/v1/customers/all/validations')).body).toEqual([expect.objectContaining(code)]);
    });

    it('keeps what was used of it where it is not told what is left', async () => {
      await desk.call('PUT', path(), { ...city, remainingCreates: 2 });
      const { status, body } = await desk.call('PUT', path(), { ...city, maxCreates: 9 });
      expect([status, body.remainingCreates]).toEqual([200, 6]);
      expectFault(await refused(() => desk.call('PUT', path(), { ...city, maxCreates: 2 })), 400, '3000', [
        'maxCreates',
      ]);
    });

    it('is removed with DELETE, and then it is not there', async () => {
      await desk.call('PUT', path(), city);
      const { status, text } = await desk.call('DELETE', path());
      expect([status, text]).toEqual([204, '']);
      expectFault(await desk.call('GET', path()), 404, '1000', ['validationId']);
      expectFault(await refused(() => desk.call('DELETE', path())), 404, '1000', ['validationId']);
    });

    it('is in the history of the partner without its value', async () => {
      await desk.call('PUT', path(), city);
      await desk.call('PUT', path(), city);
      await desk.call('PUT', path(), { ...city, maxCreates: 6 });
      await desk.call('DELETE', path());
      const [, ...steps] = await desk.history(tenantId);
      expect(steps.map(({ subject, actor, changes }) => ({ subject, actor, changes }))).toEqual([
        { subject: 'validationCode', actor: operator, changes: { ...city, remainingCreates: 5, validationId: '…67' } },
        {
          subject: 'validationCode',
          actor: operator,
          changes: { maxCreates: 6, remainingCreates: 6, validationId: '…67' },
        },
        { subject: 'validationCode', actor: operator, changes: { removed: true, validationId: '…67' } },
      ]);
      expect(JSON.stringify((await bench.contents()).history)).not.toContain(secret);
    });

    it('is added once by twenty calls at once, while it is used', async () => {
      const calls = await Promise.all(Array.from({ length: 20 }, () => desk.call('PUT', path(), city)));
      expect(calls.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    });

    it('keeps each use of it whatever is set at the same time', async () => {
      const customers = await Promise.all(Array.from({ length: 5 }, () => bench.addCustomer()));
      const code = randomUUID();
      await desk.call('PUT', path(code, partner), { ...city, maxCreates: 20 });
      const request = { qualification: 'GovernmentCommunityCloud', validationCode: code };
      const answers = await Promise.all(
        customers.flatMap((id, index) => [
          bench.sandbox.request(id, request),
          desk.call('PUT', path(code, partner), { ...city, maxCreates: 30 + index }),
        ]),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 200, 201, 200, 201, 200, 201, 200, 201, 200]);
      const { body } = await desk.call('GET', path(code, partner));
      expect(body.maxCreates - body.remainingCreates).toBe(5);
    });

    it.each<[string, object, string]>([
      ['no creates', { maxCreates: 0 }, 'maxCreates'],
      ['creates in words', { maxCreates: '5' }, 'maxCreates'],
      ['more creates left than there are', { remainingCreates: 6 }, 'remainingCreates'],
      ['an unknown member', { eTag: 'x' }, 'eTag'],
      ['its own value', { validationId: 'A-1' }, 'validationId'],
    ])('is refused with %s', async (_, changes, name) => {
      expectFault(await refused(() => desk.call('PUT', path(), { ...city, ...changes })), 400, '3000', [name]);
    });

    it('is refused with a value that is no code, and is not there under it', async () => {
      for (const wrong of ['a%20b', '%00', 'a'.repeat(65)]) {
        expectFault(await refused(() => desk.call('PUT', path(wrong), city)), 400, '3000', ['validationId']);
        expectFault(await desk.call('GET', path(wrong)), 404, '1000', ['validationId']);
        expectFault(await desk.call('DELETE', path(wrong)), 404, '1000', ['validationId']);
      }
    });

    it('needs a partner that is there', async () => {
      for (const method of ['GET', 'DELETE']) {
        expectFault(await desk.call(method, path(secret, randomUUID())), 404, '1000', ['tenantId']);
      }
      expectFault(await desk.call('PUT', path(secret, randomUUID()), city), 404, '1000', ['tenantId']);
    });
  });
});
