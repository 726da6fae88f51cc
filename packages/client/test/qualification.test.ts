import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CUSTOMER_ID, clientOf, rejectionOf } from './fixture.js';
import { json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const qualification = () => clientOf(server).customers.byId(CUSTOMER_ID).qualification;

describe('getQualifications', () => {
  it.each([
    ['Approved', [{ qualification: 'Education', vettingStatus: 'Approved' }]],
    [
      'InReview with its date',
      [{ qualification: 'Education', vettingStatus: 'InReview', vettingCreatedDate: '2020-12-03T10:37:38.885Z' }],
    ],
    [
      'Denied with its reason',
      [
        {
          qualification: 'Education',
          vettingStatus: 'Denied',
          vettingReason: 'Not an Education Customer',
          vettingCreatedDate: '2020-12-03T10:37:38.885Z',
        },
      ],
    ],
    ['StateOwnedEntity without a status', [{ qualification: 'StateOwnedEntity' }]],
    [
      'Education next to StateOwnedEntity',
      [{ qualification: 'Education', vettingStatus: 'Approved' }, { qualification: 'StateOwnedEntity' }],
    ],
    ['no qualification as an empty array', []],
    ['what it does not know', [{ qualification: 'Museum', vettingStatus: 'Paused', museum: { rooms: 3 } }]],
  ])('answers %s as the service sent it', async (_case, sent) => {
    server.play(json(sent));
    await expect(qualification().getQualifications()).resolves.toEqual(sent);
    expect(server.received[0]).toMatchObject({ method: 'GET', url: `/v1/customers/${CUSTOMER_ID}/qualifications` });
  });

  it.each(['vettingCreatedDate', 'vettingCreateDate', 'VettingCreateDate', 'VETTINGCREATEDDATE'])(
    'offers the vetting date sent as %s under one name, to the letter',
    async (spelling) => {
      const date = '2021-05-06T19:59:56.6832021+00:00';
      server.play(json([{ qualification: 'GovernmentCommunityCloud', vettingStatus: 'Approved', [spelling]: date }]));
      const [only] = await qualification().getQualifications();
      expect(only).toEqual({
        qualification: 'GovernmentCommunityCloud',
        vettingStatus: 'Approved',
        vettingCreatedDate: date,
      });
    },
  );

  it('offers the vetting date once where the service sends both spellings', async () => {
    const date = '2020-12-03T10:37:38.885Z';
    server.play(json([{ qualification: 'Education', vettingCreateDate: date, vettingCreatedDate: date }]));
    await expect(qualification().getQualifications()).resolves.toEqual([
      { qualification: 'Education', vettingCreatedDate: date },
    ]);
  });

  it('reads members in any letter case and leaves out what is null', async () => {
    server.play(json([{ Qualification: 'Education', VettingStatus: 'InReview', VettingReason: null }]));
    await expect(qualification().getQualifications()).resolves.toEqual([
      { qualification: 'Education', vettingStatus: 'InReview' },
    ]);
  });

  it.each([
    ['a single object', { qualification: 'Education' }],
    ['a collection', { totalCount: 1, items: [{ qualification: 'Education' }] }],
    ['an array', [{ qualification: 'Education' }]],
  ])('reads %s as an array', async (_case, body) => {
    server.play(json(body));
    await expect(qualification().getQualifications()).resolves.toEqual([{ qualification: 'Education' }]);
  });

  it.each([
    ['204 without a body', { status: 204 }],
    ['200 with an empty body', { status: 200 }],
    ['null', json(null)],
  ])('reads %s as no qualification', async (_case, answer) => {
    server.play(answer);
    await expect(qualification().getQualifications()).resolves.toEqual([]);
  });

  it('reads JSON that begins with a byte order mark', async () => {
    server.play({ body: '\ufeff[{"qualification":"Education"}]' });
    await expect(qualification().getQualifications()).resolves.toEqual([{ qualification: 'Education' }]);
  });

  it.each([
    ['HTML', '<html><title>Welcome</title></html>'],
    ['half a body', '[{"qualification":'],
    ['an array of texts', '["Education"]'],
  ])('rejects a successful answer that is %s, naming the call and the status', async (_case, body) => {
    server.play({ body, headers: { 'MS-RequestId': 'r-1', 'MS-CorrelationId': 'c-1' } });
    const error = await rejectionOf(qualification().getQualifications());
    expect(error).toMatchObject({ statusCode: 200, code: 'InvalidResponse', requestId: 'r-1', correlationId: 'c-1' });
    expect(error.message).toContain(`GET /v1/customers/${CUSTOMER_ID}/qualifications was answered 200, but its body`);
  });
});

describe('createQualifications', () => {
  it.each([200, 201])('posts the request as it stands and reads the qualification from a %i', async (status) => {
    server.play(
      json({ qualification: 'Education', vettingStatus: 'InReview', vettingCreateDate: '2020-12-03' }, status),
    );
    const request = { qualification: 'Education', educationSegment: 'K12', website: 'fabrikam.edu', later: true };
    await expect(qualification().createQualifications(request)).resolves.toEqual({
      qualification: 'Education',
      vettingStatus: 'InReview',
      vettingCreatedDate: '2020-12-03',
    });
    const [received] = server.received;
    expect(received).toMatchObject({ method: 'POST', url: `/v1/customers/${CUSTOMER_ID}/qualifications` });
    expect(received?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(received?.body ?? '')).toEqual(request);
  });

  it('does not judge the request: the service refuses it, and says why', async () => {
    const data = [{ name: 'educationSegment', reason: 'is required' }];
    server.play(json({ code: '3000', description: 'A member is missing.', data, source: 'Vetted' }, 400));
    const error = await rejectionOf(qualification().createQualifications({ qualification: 'Education' }));
    expect(error).toMatchObject({ statusCode: 400, code: '3000', description: 'A member is missing.', data });
  });

  it('rejects a 201 without a qualification', async () => {
    server.play({ status: 201 });
    const error = await rejectionOf(qualification().createQualifications({ qualification: 'StateOwnedEntity' }));
    expect(error).toMatchObject({ statusCode: 201, code: 'InvalidResponse' });
  });
});
