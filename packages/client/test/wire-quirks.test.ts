import { describe, expect, it, vi } from 'vitest';
import { type Customer, isPartnerCenterError, PartnerCenterClient, type PartnerCenterError } from '../src/index.js';
import { CUSTOMER_ID, clientOf, rejectionOf } from './fixture.js';
import { Grants, minutes, token } from './grants.js';
import { type Answer, json } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';

// What Partner Center sends otherwise than its pages say, or in more ways than one.

const server = serverOfFile();

const qualification = () => clientOf(server).customers.byId(CUSTOMER_ID).qualification;

describe('the vetting date', () => {
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
});

describe('qualifications', () => {
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

  it.each([200, 201])('are created with a %i', async (status) => {
    server.play(json({ qualification: 'Education', vettingStatus: 'InReview', vettingCreateDate: '2020' }, status));
    const request = { qualification: 'Education', educationSegment: 'K12' };
    await expect(qualification().createQualifications(request)).resolves.toEqual({
      qualification: 'Education',
      vettingStatus: 'InReview',
      vettingCreatedDate: '2020',
    });
  });

  it.each([
    ['an array', [{ Qualification: 'StateOwnedEntity' }]],
    ['a collection', { totalCount: 1, items: [{ qualification: 'StateOwnedEntity' }] }],
  ])('are one where the answer to a request is %s', async (_case, body) => {
    server.play(json(body, 201));
    const created = qualification().createQualifications({ qualification: 'StateOwnedEntity' });
    await expect(created).resolves.toEqual({ qualification: 'StateOwnedEntity' });
  });
});

const unexplained = (status: number) =>
  `GET /v1/customers/${CUSTOMER_ID}/qualifications was answered ${status} without an explanation.`;

function errorFrom(answer: Answer): Promise<PartnerCenterError> {
  server.play(answer);
  const client = clientOf(server, { retryOptions: { maxRetries: 0 } });
  return rejectionOf(client.customers.byId(CUSTOMER_ID).qualification.getQualifications());
}

describe('the body of an error', () => {
  it.each<[string, Answer, object]>([
    [
      'a fault',
      json({ code: '60003', description: 'No such customer.', data: [{ name: 'id', reason: 'x' }], source: 'P' }, 404),
      {
        message: 'No such customer. (id x)',
        statusCode: 404,
        code: '60003',
        description: 'No such customer.',
        data: [{ name: 'id', reason: 'x' }],
      },
    ],
    ['a fault with a numeric code', json({ code: 3000, description: 'Bad.' }, 400), { code: '3000', data: [] }],
    ['a fault with data of one text', json({ code: '1', description: 'Bad.', data: 'x' }, 400), { data: ['x'] }],
    ['code and message', json({ code: '900421', message: 'MFA.' }, 401), { code: '900421', description: 'MFA.' }],
    [
      'the body of a 429',
      json({ statusCode: 429, message: 'Rate limit is exceeded. Try again in 57 seconds.' }, 429),
      { statusCode: 429, description: 'Rate limit is exceeded. Try again in 57 seconds.' },
    ],
    ['capitalised members', json({ Code: '2', Description: 'Odd.' }, 400), { code: '2', description: 'Odd.' }],
    ['a JSON text', json('Forbidden for you.', 403), { message: 'Forbidden for you.', statusCode: 403 }],
    ['plain text', { status: 502, body: 'upstream gone' }, { message: 'upstream gone', statusCode: 502 }],
    ['a byte order mark', { status: 400, body: '\ufeff{"code":"7"}' }, { code: '7', message: unexplained(400) }],
    [
      'HTML with a title',
      { status: 503, body: '<html><head><title>Service Unavailable</title></head><body><h1>x</h1></body></html>' },
      { message: 'Service Unavailable', statusCode: 503 },
    ],
    ['HTML without a title', { status: 502, body: '<html><h1>x</h1></html>' }, { message: unexplained(502) }],
    ['an empty body', { status: 404 }, { message: unexplained(404), statusCode: 404, data: [] }],
    ['null', json(null, 500), { message: unexplained(500) }],
    ['an array', json([], 500), { message: unexplained(500) }],
    ['half a fault', { status: 500, body: '{"code":' }, { message: '{"code":', statusCode: 500 }],
  ])('is read where it is %s', async (_case, answer, expected) => {
    const error = await errorFrom(answer);
    expect(error).toMatchObject(expected);
    expect(isPartnerCenterError(error)).toBe(true);
  });

  it('has neither code nor description where the service names none', async () => {
    const error = await errorFrom({ status: 404 });
    expect([error.code, error.description, error.retryAfterInMs]).toEqual([undefined, undefined, undefined]);
  });
});

const customer = (id: string): Customer => ({
  id,
  companyProfile: { tenantId: id, domain: `${id}.example`, companyName: id },
});

const page = (id: string, next?: string) =>
  json({ items: [customer(id)], ...(next === undefined ? {} : { links: { next: { uri: next, method: 'GET' } } }) });

async function idsOf(client: PartnerCenterClient, beforePage: (id: string) => void = () => {}): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of client.customers.list()) {
    ids.push(id);
    beforePage(id);
  }
  return ids;
}

describe('the link to the next page', () => {
  it.each([
    ['is under the version', '/customers?page=2'],
    ['has the version already', '/v1/customers?page=2'],
    ['has the version twice', '/v1/v1/customers?page=2'],
    ['has no leading slash', 'customers?page=2'],
    ['has the version and no leading slash', 'v1/customers?page=2'],
    ['is whole', 'ORIGIN/v1/customers?page=2'],
    ['is whole with the version twice', 'ORIGIN/v1/v1/customers?page=2'],
    ['is whole without the version', 'ORIGIN/customers?page=2'],
  ])('is followed where it %s', async (_case, uri) => {
    server.play(page('1', uri.replace('ORIGIN', server.url)), page('2'));
    await expect(idsOf(clientOf(server))).resolves.toEqual(['1', '2']);
    expect(server.received[1]?.url).toBe('/v1/customers?page=2');
  });
});

describe('a token that expires in the middle of a listing', () => {
  const tokensSent = () => server.received.map(({ headers }) => headers.authorization);
  const clientOver = (credential: Grants) =>
    new PartnerCenterClient(credential, { baseUrl: server.url, retryOptions: { maxRetries: 0 } });

  it('by the clock is renewed before the next page is asked for', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    server.play(page('1', '/customers?page=2'), page('2', '/customers?page=3'), page('3'));
    const credential = new Grants(token('first'), token('second'));
    const hourAfterFirst = (id: string) => id === '1' && vi.setSystemTime(Date.now() + minutes(61));
    await expect(idsOf(clientOver(credential), hourAfterFirst)).resolves.toEqual(['1', '2', '3']);
    expect(tokensSent()).toEqual(['Bearer first', 'Bearer second', 'Bearer second']);
  });

  it('by a refusal is renewed, and the page asked for again', async () => {
    server.play(page('1', '/customers?page=2'), { status: 401 }, page('2', '/customers?page=3'), page('3'));
    const credential = new Grants(token('first'), token('second'));
    await expect(idsOf(clientOver(credential))).resolves.toEqual(['1', '2', '3']);
    expect(tokensSent()).toEqual(['Bearer first', 'Bearer first', 'Bearer second', 'Bearer second']);
    expect(server.received.map(({ url }) => url).slice(1, 3)).toEqual(Array(2).fill('/v1/customers?page=2'));
  });
});
