import { randomUUID } from 'node:crypto';
import { databases } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { comparable, type House, openHouse, type WireRequest } from './access-house.js';
import type { Target } from './access-matrix.js';
import { json, newWorld, tokenOf, type World } from './access-world.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const stateOwned = { qualification: 'StateOwnedEntity' };
const government = { qualification: 'GovernmentCommunityCloud' };

type Call = Omit<WireRequest, 'body'> & { readonly body?: object | string };

describe.each(databases)('on $name, one partner of another', ({ create }) => {
  let house: House;
  let world: World;
  let bystander: string;

  beforeAll(async () => {
    house = await openHouse(create);
  });
  afterAll(() => house.close());
  beforeEach(async () => {
    world = await newWorld(house);
    bystander = await newCustomer('own');
  });

  const callAs = async (whose: Target | 'administrator', { body, ...call }: Call) => {
    const token =
      whose === 'administrator'
        ? await tokenOf(house, 'administrator', world.own.tenantId)
        : await tokenOf(house, 'user', world[whose].tenantId);
    return house.ask({ ...call, token, body: body === undefined ? undefined : json(body) });
  };
  const bodyOf = async (whose: Target | 'administrator', call: Call) =>
    JSON.parse((await callAs(whose, call)).result.text);
  const get = (path: string, headers = {}): Call => ({ method: 'GET', path, headers });
  const newCustomer = async (whose: Target) => {
    const id = randomUUID();
    const path = `/vetting/v1/partners/${world[whose].tenantId}/customers/${id}`;
    const body = { companyName: `Company ${id}`, domain: `${id}.example.com` };
    expect((await callAs('administrator', { method: 'PUT', path, body })).result.status).toBe(201);
    return id;
  };
  /** Asks the same about what another partner has and about what nobody has. */
  const expectNoDifference = async (callFor: (target: 'anothers' | 'unknown') => Call) => {
    const [anothers, unknown] = [await callAs('own', callFor('anothers')), await callAs('own', callFor('unknown'))];
    expect(comparable(anothers)).toEqual(comparable(unknown));
    return anothers.result;
  };

  it.each(['HEAD', 'GET'])('cannot tell by a %s with its ETag, or with any, what it has', async (method) => {
    const path = (id: string) => `/v1/customers/${id}/qualifications`;
    const { result } = await callAs('anothers', get(path(world.anothers.customerId)));
    const etag = result.headers.find(([name]) => name === 'etag')?.[1] ?? '';
    expect(etag).not.toBe('');
    for (const known of [etag, `W/${etag}`, '*']) {
      const answer = await expectNoDifference((target) => ({
        ...get(path(world[target].customerId), { 'if-none-match': known }),
        method,
      }));
      expect(answer.status).toBe(404);
    }
  });

  it.each(['body', 'query'])('cannot tell by the %s which validation codes it has', async (where) => {
    const answer = await expectNoDifference((target) => {
      const { validationId } = world[target];
      return {
        method: 'POST',
        path: `/v1/customers/${bystander}/qualifications${where === 'query' ? `?code=${validationId}` : ''}`,
        body: where === 'query' ? government : { ...government, validationCode: validationId },
      };
    });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([400, 'ValidationCodeUnknown']);
    const [code] = await bodyOf('anothers', get('/v1/customers/all/validations'));
    expect(code).toMatchObject({ validationId: world.anothers.validationId, remainingCreates: 5 });
  });

  it('cannot tell by a preflight which validation codes it has', async () => {
    const answer = await expectNoDifference((target) => ({
      method: 'POST',
      path: `/vetting/v1/customers/${bystander}/preflight`,
      body: { ...government, validationCode: world[target].validationId },
    }));
    expect(answer.status).toBe(200);
  });

  it.each(['CompanyName', 'Domain'])('cannot find its customers by %s', async (field) => {
    const [, companyName = '', , domain = ''] = world.anothers.names;
    const value = field === 'Domain' ? domain : companyName;
    const path = (text: string) =>
      `/v1/customers?filter=${encodeURIComponent(JSON.stringify({ Field: field, Value: text, Operator: 'starts_with' }))}`;
    const found = await bodyOf('own', get(path(value)));
    const nothing = await bodyOf('own', get(path(randomUUID())));
    expect([found.totalCount, found.items]).toEqual([nothing.totalCount, nothing.items]);
    expect(found.totalCount).toBe(0);
  });

  it('cannot find its customers by search, by their name or by their id', async () => {
    const [, companyName = ''] = world.anothers.names;
    for (const text of [companyName, world.anothers.customerId, randomUUID()]) {
      const { items, totalCount } = await bodyOf(
        'own',
        get(`/vetting/v1/customers?search=${encodeURIComponent(text)}`),
      );
      expect([items, totalCount]).toEqual([[], 0]);
    }
  });

  it('gets its own page, whoever the continuation token was made for', async () => {
    await newCustomer('anothers');
    const first = await bodyOf('anothers', get('/v1/customers?size=1'));
    const foreign = await callAs('own', get('/v1/customers', { 'ms-continuationtoken': first.continuationToken }));
    const portfolio = await bodyOf('anothers', get('/vetting/v1/customers?size=1'));
    const listed = await bodyOf('own', get(`/vetting/v1/customers?continuationToken=${portfolio.continuationToken}`));
    const own = [world.own.customerId, bystander];
    for (const { id } of JSON.parse(foreign.result.text).items) expect(own).toContain(id);
    for (const { customer } of listed.items) expect(own).toContain(customer.id);
  });

  it('has answers and effects of its own under the same MS-RequestId', async () => {
    const theirs = await newCustomer('anothers');
    const headers = { 'ms-requestid': randomUUID() };
    const request = (customerId: string, body: object): Call => ({
      method: 'POST',
      path: `/v1/customers/${customerId}/qualifications`,
      headers,
      body,
    });
    expect((await callAs('anothers', request(theirs, education))).result.status).toBe(201);
    const own = await callAs('own', request(bystander, stateOwned));
    expect([own.result.status, JSON.parse(own.result.text)]).toEqual([201, stateOwned]);
    expect((await bodyOf('anothers', get(`/v1/customers/${theirs}/qualifications`)))[0].qualification).toBe(
      'Education',
    );
  });

  it('cannot tell by the MS-RequestIds that it used', async () => {
    const used = randomUUID();
    const theirs = await newCustomer('anothers');
    await callAs('anothers', {
      method: 'POST',
      path: `/v1/customers/${theirs}/qualifications`,
      headers: { 'ms-requestid': used },
      body: stateOwned,
    });
    const request = async (id: string) => {
      const path = `/v1/customers/${await newCustomer('own')}/qualifications`;
      return callAs('own', { method: 'POST', path, headers: { 'ms-requestid': id }, body: stateOwned });
    };
    expect(comparable(await request(used))).toEqual(comparable(await request(randomUUID())));
  });

  it('sees nothing of what it does: no count, total, event number or list changes', async () => {
    const paths = [
      '/v1/customers',
      '/v1/customers/all/validations',
      '/vetting/v1/customers',
      '/vetting/v1/summary',
      '/vetting/v1/events',
      '/webhooks/v1/registration',
      '/webhooks/v1/registration/deliveries',
    ];
    const look = async () => {
      const seen: unknown[] = [];
      for (const path of paths) seen.push(comparable(await callAs('own', get(path))));
      return seen;
    };
    const before = await look();
    const theirs = await newCustomer('anothers');
    await callAs('anothers', { method: 'POST', path: `/v1/customers/${theirs}/qualifications`, body: education });
    await callAs('anothers', { method: 'POST', path: `/v1/customers/${theirs}/qualifications`, body: stateOwned });
    expect(await look()).toEqual(before);
  });

  it('shares the id of a customer, and neither an import nor an end of one touches the other', async () => {
    const { customerId } = world.anothers;
    const line = (id: string) => `${JSON.stringify({ id, companyName: 'Shared', domain: 'shared.example.com' })}\n`;
    const path = `/vetting/v1/partners/${world.own.tenantId}/customers:import`;
    const imported = await callAs('administrator', { method: 'POST', path, body: line(customerId) });
    const other = await callAs('administrator', { method: 'POST', path, body: line(randomUUID()) });
    const outcome = (text: string) => ({ ...JSON.parse(text.split('\n')[0] ?? ''), id: 'any' });
    expect(outcome(imported.result.text)).toEqual(outcome(other.result.text));
    const end = `/vetting/v1/partners/${world.own.tenantId}/customers/${customerId}/end-relationship`;
    expect((await callAs('administrator', { method: 'POST', path: end, body: {} })).result.status).toBe(200);

    expect((await callAs('own', get(`/v1/customers/${customerId}`))).result.status).toBe(403);
    const theirs = await bodyOf('anothers', get(`/v1/customers/${customerId}`));
    expect(theirs.companyProfile.companyName).toBe(world.anothers.names[1]);
  });
});
