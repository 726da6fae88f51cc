import { describe, expect, it } from 'vitest';
import type { PartnerCenterClient } from '../src/index.js';
import { CUSTOMER_ID, clientOf, GUID, rejectionOf } from './fixture.js';
import { json, startScriptedServer } from './scripted-server.js';

const education = { qualification: 'Education', educationSegment: 'K12', website: 'www.school.example.org' };
const denial = { decision: 'Denied', reasonCode: 'NotAnAcademicDomain', note: 'A shop.' } as const;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('against Partner Center, which knows none of it', () => {
  it.each([
    ['preflight', ({ vetting }: PartnerCenterClient) => vetting.preflight(CUSTOMER_ID, education)],
    ['getProgress', ({ vetting }: PartnerCenterClient) => vetting.getProgress(CUSTOMER_ID, 'Education')],
    ['getHistory', ({ vetting }: PartnerCenterClient) => vetting.getHistory(CUSTOMER_ID, 'Education')],
    ['getSummary', ({ vetting }: PartnerCenterClient) => vetting.getSummary()],
    ['getCaller', ({ vetting }: PartnerCenterClient) => vetting.getCaller()],
    ['listCustomers', ({ vetting }: PartnerCenterClient) => all(vetting.listCustomers())],
    ['sandbox.getClock', ({ sandbox }: PartnerCenterClient) => sandbox.getClock()],
    ['webhooks.listDeliveries', ({ webhooks }: PartnerCenterClient) => webhooks.listDeliveries()],
    ['reviews.list', ({ vetting }: PartnerCenterClient) => all(vetting.reviews.list())],
    ['reviews.get', ({ vetting }: PartnerCenterClient) => vetting.reviews.get('a/b')],
  ])('%s rejects with its 404', async (_name, call) => {
    await using server = await startScriptedServer({ status: 404, body: 'Resource not found' });
    expect(await rejectionOf(call(clientOf(server)))).toMatchObject({ statusCode: 404 });
    expect(server.received).toHaveLength(1);
  });
});

describe('what is sent', () => {
  it('has ids that cannot leave their place in the path', async () => {
    await using server = await startScriptedServer(json({ id: 'a' }));
    await clientOf(server).vetting.reviews.get('../../v1/customers?x');
    expect(server.received[0]?.url).toBe('/vetting/v1/reviews/..%2F..%2Fv1%2Fcustomers%3Fx');
  });

  it('is the decision as it stands, and the version as an ETag', async () => {
    await using server = await startScriptedServer(json({ id: 'a' }));
    await clientOf(server).vetting.reviews.decide('a', denial, { ifVersion: 7 });
    expect(server.received).toMatchObject([
      { method: 'POST', url: '/vetting/v1/reviews/a/decision', headers: { 'if-match': '"7"' } },
    ]);
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual(denial);
  });

  it('is only what the listing was asked for', async () => {
    await using server = await startScriptedServer(json({ items: [], totalCount: 0 }));
    await all(clientOf(server).vetting.reviews.list({ status: 'InReview', search: 'a & b', pageSize: 5 }));
    expect(server.received[0]?.url).toBe('/vetting/v1/reviews?status=InReview&search=a%20%26%20b&size=5');
  });

  it.each([
    ['of its own', {}, expect.stringMatching(GUID)],
    ["that is the client's", { correlationId: 'the-clients-own' }, 'the-clients-own'],
  ])('has one correlation id %s on all pages of a listing', async (_case, options, correlationId) => {
    await using server = await startScriptedServer(json({ items: [], continuationToken: 'next' }), json({ items: [] }));
    await all(clientOf(server, options).vetting.reviews.list());
    const [first, second] = server.received.map(({ headers }) => headers['ms-correlationid']);
    expect([first, second]).toEqual([correlationId, first]);
  });
});

describe('an answer that is none', () => {
  it.each([
    ['an array where one object belongs', '[]'],
    ['a text', '"done"'],
    ['nothing', ''],
  ])('%s rejects as InvalidResponse', async (_case, body) => {
    await using server = await startScriptedServer({ body });
    const error = await rejectionOf(clientOf(server).vetting.getSummary());
    expect(error).toMatchObject({ code: 'InvalidResponse', statusCode: 200 });
  });
});
