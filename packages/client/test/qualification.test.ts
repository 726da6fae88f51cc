import { describe, expect, it } from 'vitest';
import { CUSTOMER_ID, clientOf, rejectionOf } from './fixture.js';
import { json } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';

const server = serverOfFile();

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
  it('posts the request as it stands', async () => {
    server.play(json({ qualification: 'Education', vettingStatus: 'InReview' }, 201));
    const request = { qualification: 'Education', educationSegment: 'K12', website: 'fabrikam.edu', later: true };
    await qualification().createQualifications(request);
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
