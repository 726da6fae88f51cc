import { describe, expect, it } from 'vitest';
import type { Customer } from '../src/index.js';
import { CUSTOMER_ID, clientOf, FixedCredential, GUID, rejectionOf } from './fixture.js';
import { json } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';

const server = serverOfFile();

const customer = (id: string): Customer => ({
  id,
  companyProfile: { tenantId: id, domain: `${id}.example`, companyName: `Company ${id}` },
  relationshipToPartner: 'reseller',
});

const link = (uri: string, token?: string) => ({
  uri,
  method: 'GET',
  headers: token === undefined ? [] : [{ key: 'MS-ContinuationToken', value: token }],
});

const page = (ids: string[], rest: object = {}) =>
  json({ totalCount: 3, items: ids.map(customer), attributes: { objectType: 'Collection' }, ...rest });

async function idsOf(customers: AsyncIterable<Customer>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of customers) ids.push(id);
  return ids;
}

describe('byId', () => {
  it('gets one customer', async () => {
    server.play(json(customer(CUSTOMER_ID)));
    await expect(clientOf(server).customers.byId(CUSTOMER_ID).get()).resolves.toEqual(customer(CUSTOMER_ID));
    expect(server.received[0]).toMatchObject({ method: 'GET', url: `/v1/customers/${CUSTOMER_ID}` });
  });

  it('URL-encodes the id, so that it cannot name another resource', async () => {
    server.play(json([]));
    await clientOf(server).customers.byId('a/../b?c=d#e f%2f$&ü').qualification.getQualifications();
    expect(server.received[0]?.url).toBe('/v1/customers/a%2F..%2Fb%3Fc%3Dd%23e%20f%252f%24%26%C3%BC/qualifications');
  });

  it.each(['', '.', '..'])('refuses the id "%s", whose address would be another resource', (id) => {
    expect(() => clientOf(server).customers.byId(id)).toThrow(RangeError);
  });

  it('refuses an id that is not a string', () => {
    // @ts-expect-error JavaScript callers have no compiler.
    expect(() => clientOf(server).customers.byId(undefined)).toThrow(TypeError);
  });
});

describe('list', () => {
  it('follows every page with its uri and its continuation token', async () => {
    server.play(
      page(['1', '2'], { links: { next: link('/customers?size=2&seekOperation=Next', 'token-2') } }),
      page(['3'], { links: { self: link('/customers?size=2') } }),
    );
    await expect(idsOf(clientOf(server).customers.list({ pageSize: 2 }))).resolves.toEqual(['1', '2', '3']);
    expect(server.received.map(({ url, headers }) => [url, headers['ms-continuationtoken']])).toEqual([
      ['/v1/customers?size=2', undefined],
      ['/v1/customers?size=2&seekOperation=Next', 'token-2'],
    ]);
  });

  it('asks for no size of its own where none is given', async () => {
    server.play(page([]));
    await expect(idsOf(clientOf(server).customers.list())).resolves.toEqual([]);
    expect(server.received[0]?.url).toBe('/v1/customers');
  });

  it('sends the filter as the JSON that Partner Center documents', async () => {
    server.play(page([]));
    await idsOf(clientOf(server).customers.list({ filter: { field: 'CompanyName', startsWith: 'Fab & Söhne +1' } }));
    const { searchParams } = new URL(server.received[0]?.url ?? '', server.url);
    expect(JSON.parse(searchParams.get('filter') ?? '')).toEqual({
      Field: 'CompanyName',
      Value: 'Fab & Söhne +1',
      Operator: 'starts_with',
    });
    expect(server.received[0]?.url).not.toContain('+');
  });

  it('goes on by the continuation token in the body where there is no link', async () => {
    server.play(page(['1'], { continuationToken: 'token-2' }), page(['2']));
    await expect(idsOf(clientOf(server).customers.list())).resolves.toEqual(['1', '2']);
    expect(server.received[1]?.url).toBe('/v1/customers?seekOperation=Next');
    expect(server.received[1]?.headers['ms-continuationtoken']).toBe('token-2');
  });

  it.each(['http://127.0.0.1:9/v1/customers', '//evil.example/customers', 'https://evil.example', 'file:///etc'])(
    'refuses a next link to %s, where the access token would go',
    async (uri) => {
      server.play(page(['1'], { links: { next: link(uri) } }));
      const error = await rejectionOf(idsOf(clientOf(server).customers.list()));
      expect(error).toMatchObject({ statusCode: 200, code: 'InvalidResponse' });
      expect(error.message).toContain('another origin');
      expect(server.received).toHaveLength(1);
    },
  );

  it('gives pages that tell the total and go on later from their continuation token', async () => {
    const next = link('/customers?size=2&seekOperation=Next', 'token-2');
    server.play(page(['1', '2'], { links: { next } }));
    const first = await clientOf(server).customers.list().byPage({ maxPageSize: 2 }).next();
    expect(first.value).toMatchObject([{ id: '1' }, { id: '2' }]);
    expect(first.value.totalCount).toBe(3);
    expect(server.received[0]?.url).toBe('/v1/customers?size=2');

    server.play(page(['3']));
    const { continuationToken } = first.value;
    const pages = clientOf(server).customers.list().byPage({ continuationToken });
    const second = await pages.next();
    expect(second.value).toMatchObject([{ id: '3' }]);
    expect(second.value.continuationToken).toBeUndefined();
    expect(server.received[0]?.url).toBe(next.uri.replace('/customers', '/v1/customers'));
    expect(server.received[0]?.headers['ms-continuationtoken']).toBe('token-2');
    await expect(pages.next()).resolves.toMatchObject({ done: true });
  });

  it("takes the service's own MS-ContinuationToken for a continuation token", async () => {
    server.play(page(['3']));
    await clientOf(server).customers.list().byPage({ continuationToken: 'AAA=' }).next();
    expect(server.received[0]?.url).toBe('/v1/customers?seekOperation=Next');
    expect(server.received[0]?.headers['ms-continuationtoken']).toBe('AAA=');
  });

  it('refuses a continuation token that was changed to name another resource', async () => {
    server.play(page([]));
    const pages = clientOf(server).customers.list().byPage({ continuationToken: '["/v1/invoices",null]' });
    await expect(pages.next()).rejects.toThrow(RangeError);
    expect(server.received).toHaveLength(0);
  });

  it('shares one correlation id on all pages and gives each request its own id', async () => {
    const requestId = '037db222-6d8e-4d7f-ba78-df3dca33fb68';
    server.play(page(['1'], { links: { next: link('/customers?page=2') } }), page(['2']));
    await idsOf(clientOf(server).customers.list({ requestId }));
    const [first, second] = server.received.map(({ headers }) => headers);
    expect(first?.['ms-correlationid']).toMatch(GUID);
    expect(second?.['ms-correlationid']).toBe(first?.['ms-correlationid']);
    expect(first?.['ms-requestid']).toBe(requestId);
    expect(second?.['ms-requestid']).toMatch(GUID);
    expect(second?.['ms-requestid']).not.toBe(requestId);
  });

  it('asks for no page before it is needed', async () => {
    server.play(page(['1'], { links: { next: link('/customers?page=2') } }));
    for await (const _customer of clientOf(server).customers.list()) break;
    expect(server.received).toHaveLength(1);
  });

  it('rejects in the middle where a page cannot be had', async () => {
    server.play(page(['1'], { links: { next: link('/customers?page=2') } }), json({ code: 3000 }, 400));
    const seen: string[] = [];
    const walk = async () => {
      for await (const { id } of clientOf(server).customers.list()) seen.push(id);
    };
    expect(await rejectionOf(walk())).toMatchObject({ statusCode: 400, code: '3000' });
    expect(seen).toEqual(['1']);
  });
});

describe('getValidationCodes', () => {
  it("gets the partner's validation codes", async () => {
    const codes = [
      {
        partnerId: 'p',
        organizationName: 'City',
        validationId: '12345',
        maxCreates: 5,
        remainingCreates: 4,
        eTag: 'e',
      },
    ];
    server.play(json(codes));
    await expect(clientOf(server).validations.getValidationCodes()).resolves.toEqual(codes);
    expect(server.received[0]).toMatchObject({ method: 'GET', url: '/v1/customers/all/validations' });
  });
});

it('uses the HTTP client it is given', async () => {
  const seen: string[] = [];
  const { createHttpHeaders } = await import('@azure/core-rest-pipeline');
  const { PartnerCenterClient } = await import('../src/index.js');
  const client = new PartnerCenterClient(new FixedCredential(), {
    httpClient: {
      async sendRequest(request) {
        seen.push(request.url);
        return { request, status: 200, headers: createHttpHeaders(), bodyAsText: '[]' };
      },
    },
  });
  await client.customers.byId(CUSTOMER_ID).qualification.getQualifications();
  expect(seen).toEqual([`https://api.partnercenter.microsoft.com/v1/customers/${CUSTOMER_ID}/qualifications`]);
});
