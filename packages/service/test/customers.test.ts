import { randomUUID } from 'node:crypto';
import { Customer, CustomerCollection, type Link } from '@vetted/contract';
import { type Answer, type CallOptions, databases, otherPartner } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, expectFault, partner, startBench } from './bench.js';

const MAX_PAGES = 1000;

/** Follows `links.next` as the .NET SDK 3.4.0 was seen to: the relative uri below /v1, with the headers it names. */
async function allPages(get: (path: string, options?: CallOptions) => Promise<Answer>, first: string) {
  const pages: Answer[] = [];
  let link: Link | undefined = { uri: first, method: 'GET', headers: [] };
  while (link !== undefined && pages.length < MAX_PAGES) {
    const headers: Record<string, string> = Object.fromEntries(link.headers.map(({ key, value }) => [key, value]));
    const page: Answer = await get(`/v1${link.uri}`, { headers });
    expect(page.status, page.text).toBe(200);
    expect([...Value.Errors(CustomerCollection, page.body)], page.text).toEqual([]);
    pages.push(page);
    link = page.body.links.next;
  }
  return pages;
}

const idsOf = (pages: readonly Answer[]): string[] =>
  pages.flatMap(({ body }) => body.items.map((item: { id: string }) => item.id));
const namesOf = ({ body }: Answer): string[] =>
  body.items.map((item: { companyProfile: { companyName: string } }) => item.companyProfile.companyName);

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  const get = (path: string, options?: CallOptions) => bench.sandbox.get(path, options);
  const filtered = (filter: unknown) => get(`/v1/customers?filter=${encodeURIComponent(JSON.stringify(filter))}`);
  const startingWith = (Value: string, Field = 'CompanyName') => filtered({ Field, Value, Operator: 'starts_with' });
  const startingWithPaged = (Value: string, size: number) => {
    const filter = encodeURIComponent(JSON.stringify({ Field: 'CompanyName', Value, Operator: 'starts_with' }));
    return get(`/v1/customers?size=${size}&filter=${filter}`);
  };
  /** Adds customers of these names for one test, whatever else there is: names begin with a word of the test's own. */
  async function add(...names: readonly string[]) {
    for (const companyName of names) await bench.addCustomer({ companyName });
  }

  describe('a customer', () => {
    it('is answered in the shape of the wire, to the letter', async () => {
      const id = '71b473d5-c4a2-4381-82e5-809403c2d108';
      const { status, text } = await get(`/v1/customers/${id}`);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toEqual({
        id,
        companyProfile: {
          tenantId: id,
          domain: 'litware.example.edu',
          companyName: 'Litware Institute',
          address: { country: 'DE' },
          attributes: { objectType: 'CustomerCompanyProfile' },
        },
        relationshipToPartner: 'reseller',
        links: { self: { uri: `/customers/${id}`, method: 'GET', headers: [] } },
        attributes: { objectType: 'Customer' },
      });
    });

    it('has neither address nor email where none is known, and no null', async () => {
      const { text, body } = await get(`/v1/customers/${await bench.addCustomer()}`);
      expect(text).not.toContain('null');
      expect(Object.keys(body.companyProfile)).toEqual(['tenantId', 'domain', 'companyName', 'attributes']);
      expect([...Value.Errors(Customer, body)]).toEqual([]);
    });

    it('has address and email where they are known', async () => {
      const id = await bench.addCustomer({ country: 'FR', email: 'someone@example.com' });
      const { body } = await get(`/v1/customers/${id}`);
      expect(body.companyProfile).toMatchObject({ address: { country: 'FR' }, email: 'someone@example.com' });
    });

    it('is found by its id in upper case', async () => {
      const id = await bench.addCustomer();
      expect((await get(`/v1/customers/${id.toUpperCase()}`)).body.id).toBe(id);
    });

    it('leads back to itself by its link', async () => {
      const { body } = await get(`/v1/customers/${await bench.addCustomer()}`);
      expect((await get(`/v1${body.links.self.uri}`)).body).toEqual(body);
    });

    it('whose relationship has ended is refused on every route', async () => {
      const id = await bench.addCustomer({ relationshipEnded: true });
      expectFault(await get(`/v1/customers/${id}`), 403, '20002');
      expectFault(await get(`/v1/customers/${id}/qualifications`), 403, '20002');
      expectFault(await bench.sandbox.request(id, { qualification: 'StateOwnedEntity' }), 403, '20002');
    });

    it('keeps its text to the letter, beyond ASCII and beyond the basic plane', async () => {
      const companyName = 'Ærøskøbing 学校 🏫 "quoted" \\ \'; drop table customer; --';
      const { body } = await get(`/v1/customers/${await bench.addCustomer({ companyName })}`);
      expect(body.companyProfile.companyName).toBe(companyName);
    });
  });

  describe('the listing', () => {
    it('has the shape of the wire', async () => {
      const answer = await get('/v1/customers?size=2');
      expect([...Value.Errors(CustomerCollection, answer.body)]).toEqual([]);
      expect(Object.keys(answer.body).sort()).toEqual([
        'attributes',
        'continuationToken',
        'items',
        'links',
        'totalCount',
      ]);
      expect(answer.text).not.toContain('null');
    });

    it('gives each customer as the customer itself is given', async () => {
      const { body } = await get('/v1/customers?size=3');
      for (const item of body.items) expect((await get(`/v1/customers/${item.id}`)).body).toEqual(item);
    });

    it.each(['', '?size=0', '?size=500', '?size=1'])('takes the size of the query: "%s"', async (query) => {
      const { body } = await get(`/v1/customers${query}`);
      const size = Number(query.split('=')[1] ?? 0) || 100;
      expect(body.items).toHaveLength(Math.min(size, body.totalCount));
    });

    it('does not show the customers of another partner', async () => {
      const ids = idsOf(await allPages(get, '/customers?size=500'));
      expect(ids).not.toContain(otherPartner.customerId);
      const others = await get('/v1/customers', { token: await bench.sandbox.appToken(otherPartner.tenantId) });
      expect(idsOf([others])).toEqual([otherPartner.customerId]);
      expect(others.body.totalCount).toBe(1);
    });

    it('neither shows nor counts customers whose relationship has ended', async () => {
      const before = (await get('/v1/customers')).body.totalCount;
      const id = await bench.addCustomer({ relationshipEnded: true });
      const pages = await allPages(get, '/customers?size=500');
      expect(idsOf(pages)).not.toContain(id);
      expect(pages[0]?.body.totalCount).toBe(before);
    });

    it('is sorted by name, whatever the letter case, and by id where names are the same', async () => {
      await add('Sorting b', 'sorting C', 'Sorting a', 'sorting B', 'SORTING A', 'Sorting Ä');
      const answer = await startingWith('sorting');
      expect(namesOf(answer).map((name) => name.toLowerCase())).toEqual([
        'sorting a',
        'sorting a',
        'sorting b',
        'sorting b',
        'sorting c',
        'sorting ä',
      ]);
      const [first = '', second = ''] = idsOf([answer]);
      expect(first < second).toBe(true);
    });

    it('refuses seekOperation without a token', async () => {
      expectFault(await get('/v1/customers?seekOperation=Next'), 400, '3000', ['MS-ContinuationToken']);
    });
  });

  describe('the pages of a listing', () => {
    let total: number;

    beforeAll(async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => bench.addCustomer({ companyName: `Paging ${index % 7}` })),
      );
      total = (await get('/v1/customers')).body.totalCount;
    });

    it.each([1, 7, 49, 500])('hold every customer once, %i a page', async (size) => {
      const pages = await allPages(get, `/customers?size=${size}`);
      const ids = idsOf(pages);
      expect(ids).toHaveLength(total);
      expect(new Set(ids).size).toBe(total);
      expect(pages).toHaveLength(Math.ceil(total / size));
      expect(pages.map(({ body }) => body.totalCount)).toEqual(pages.map(() => total));
    });

    it('end without a link and a token, and go on with both until then', async () => {
      const pages = await allPages(get, '/customers?size=20');
      const last = pages.pop();
      expect(Object.keys(last?.body.links)).toEqual(['self']);
      expect(last?.body).not.toHaveProperty('continuationToken');
      for (const { body } of pages) {
        expect(body.links.next.headers).toEqual([{ key: 'MS-ContinuationToken', value: body.continuationToken }]);
        expect(body.links.next.uri).toMatch(/^\/customers\?/);
        expect(body.links.next.method).toBe('GET');
      }
    });

    it('end where the last one is full', async () => {
      const { body } = await get(`/v1/customers?size=${Math.min(total, 500)}`);
      expect(body.items).toHaveLength(total);
      expect(Object.keys(body.links)).toEqual(['self']);
    });

    it('keep the size first asked for where the next one is asked for without a size', async () => {
      const seen: string[] = [];
      let token: string | undefined;
      do {
        const { body }: Answer = await (token === undefined
          ? get('/v1/customers?size=7')
          : get('/v1/customers?seekOperation=Next', { headers: { 'MS-ContinuationToken': token } }));
        if (body.continuationToken !== undefined) expect(body.items).toHaveLength(7);
        seen.push(...body.items.map(({ id }: { id: string }) => id));
        token = body.continuationToken;
      } while (token !== undefined);
      expect(new Set(seen).size).toBe(total);
      expect(seen).toHaveLength(total);
    });

    it('keep the size first asked for where the next one is asked for with size=0', async () => {
      const first = await get('/v1/customers?size=7');
      const next = await get('/v1/customers?size=0&seekOperation=next'.replace('next', 'Next'), {
        headers: { 'MS-ContinuationToken': first.body.continuationToken },
      });
      expect(next.body.items).toHaveLength(7);
    });

    it('take another size on the way', async () => {
      const first = await get('/v1/customers?size=7');
      const next = await get('/v1/customers?size=11&seekOperation=Next', {
        headers: { 'MS-ContinuationToken': first.body.continuationToken },
      });
      const eighteen = await get('/v1/customers?size=18');
      expect([...idsOf([first]), ...idsOf([next])]).toEqual(idsOf([eighteen]));
    });

    it('keep the filter', async () => {
      const filter = encodeURIComponent('{"Field":"CompanyName","Value":"paging","Operator":"starts_with"}');
      const pages = await allPages(get, `/customers?size=20&filter=${filter}`);
      expect(pages.map(({ body }) => [body.items.length, body.totalCount])).toEqual([
        [20, 50],
        [20, 50],
        [10, 50],
      ]);
      for (const page of pages) for (const name of namesOf(page)) expect(name).toMatch(/^Paging/);
    });

    it('go on with the same filter beside the token', async () => {
      const [{ body: begun }, whole] = [await startingWithPaged('Paging', 20), await startingWithPaged('Paging', 40)];
      const headers = { 'MS-ContinuationToken': begun.continuationToken };
      const written = encodeURIComponent('{"operator":"STARTS_WITH","value":"Paging","field":"companyname"}');
      const next = await get(`/v1/customers?seekOperation=Next&filter=${written}`, { headers });
      expect([next.status, idsOf([next])], next.text).toEqual([200, idsOf([whole]).slice(20)]);
    });

    it.each([
      ['another field', { Field: 'Domain', Value: 'Paging', Operator: 'starts_with' }],
      ['another value', { Field: 'CompanyName', Value: 'Pagin', Operator: 'starts_with' }],
    ])('are refused with a filter beside the token that has %s', async (_, filter) => {
      const { body } = await startingWithPaged('Paging', 20);
      const headers = { 'MS-ContinuationToken': body.continuationToken };
      const path = `/v1/customers?seekOperation=Next&filter=${encodeURIComponent(JSON.stringify(filter))}`;
      expectFault(await get(path, { headers }), 400, '3000', ['filter']);
    });

    it('are refused with a filter beside the token of a listing without one', async () => {
      const { body } = await get('/v1/customers?size=7');
      const headers = { 'MS-ContinuationToken': body.continuationToken };
      const filter = encodeURIComponent('{"Field":"CompanyName","Value":"Paging","Operator":"starts_with"}');
      expectFault(await get(`/v1/customers?seekOperation=Next&filter=${filter}`, { headers }), 400, '3000', ['filter']);
    });

    it('lead to the end past names that unfold into thousands of characters', async () => {
      const long = '\ufdfa'.repeat(256);
      await Promise.all(Array.from({ length: 9 }, () => bench.addCustomer({ companyName: long })));
      await bench.addCustomer({ companyName: `${'\ufdfa'.repeat(255)}x` });
      const filter = encodeURIComponent(JSON.stringify({ Field: 'CompanyName', Value: long, Operator: 'starts_with' }));
      for (const query of ['size=500', 'size=4', `size=2&filter=${filter}`]) {
        const pages = await allPages(get, `/customers?${query}`);
        const names = pages.flatMap(namesOf).filter((name) => name === long);
        expect(names).toHaveLength(9);
      }
      total += 10;
    });

    it('lead back to themselves by their links', async () => {
      const first = await get('/v1/customers?size=7');
      const { next } = first.body.links;
      const second = await get(`/v1${next.uri}`, { headers: { [next.headers[0].key]: next.headers[0].value } });
      for (const page of [first, second]) {
        const { uri, headers } = page.body.links.self;
        const again = await get(`/v1${uri}`, {
          headers: Object.fromEntries(headers.map(({ key, value }: { key: string; value: string }) => [key, value])),
        });
        expect(again.body).toEqual(page.body);
      }
    });

    it("give another partner nothing by one's token", async () => {
      const { body } = await get('/v1/customers?size=7');
      const { body: others } = await get('/v1/customers', {
        token: await bench.sandbox.appToken(otherPartner.tenantId),
        headers: { 'MS-ContinuationToken': body.continuationToken },
      });
      for (const { id } of others.items) expect(id).toBe(otherPartner.customerId);
    });
  });

  it('repeats on later pages the number that was counted for the first one', async () => {
    const { body: first } = await get('/v1/customers?size=7');
    await bench.addCustomer({ companyName: 'Came In Between' });
    const { body: second } = await get('/v1/customers?seekOperation=Next', {
      headers: { 'MS-ContinuationToken': first.continuationToken },
    });
    expect(second.totalCount).toBe(first.totalCount);
    const { body: anew } = await get('/v1/customers?size=7');
    expect(anew.totalCount).toBe(first.totalCount + 1);
  });

  it('loses no customer and shows none twice while customers are added', async () => {
    await Promise.all(
      Array.from({ length: 250 }, (_, index) => bench.addCustomer({ companyName: `Growing ${index}` })),
    );
    const there = idsOf(await allPages(get, '/customers?size=500'));
    const growing = async (path: string, options?: CallOptions) => {
      await bench.addCustomer({ companyName: `Growing ${randomUUID()}` });
      await bench.addCustomer({ companyName: '!first of all' });
      return get(path, options);
    };
    const seen = idsOf(await allPages(growing, '/customers?size=23'));

    expect(new Set(seen).size).toBe(seen.length);
    expect(there.filter((id) => !seen.includes(id))).toEqual([]);
  });

  describe('a filter', () => {
    beforeAll(async () => {
      await add('Filter One', 'FILTER two', 'Unfiltered', 'Fil%ter', 'Fil_ter', 'Filxter', 'Straße', 'Über Äpfel');
      await add('Ｆｕｌｌｗｉｄｔｈ', 'école', 'z\u{10FFFF}last', '学校 in Kyoto');
      await bench.addCustomer({ companyName: 'By Domain', domain: 'Filter.Example.org' });
    });

    it.each([
      ['filter', ['Filter One', 'FILTER two']],
      ['FILTER', ['Filter One', 'FILTER two']],
      ['Filter O', ['Filter One']],
      ['ilter', []],
      ['Fil%', ['Fil%ter']],
      ['Fil_', ['Fil_ter']],
      ['%', []],
      ['_', []],
      ["Filter' or '1'='1", []],
      ['Filter\\', []],
      ['über ä', ['Über Äpfel']],
      ['ÜBER', ['Über Äpfel']],
      ['stra', ['Straße']],
      ['fullwidth', ['Ｆｕｌｌｗｉｄｔｈ']],
      ['e\u0301cole', ['école']],
      ['学', ['学校 in Kyoto']],
      ['z\u{10FFFF}', ['z\u{10FFFF}last']],
    ])('by the beginning of the name finds those that begin with it: %s', async (value, names) => {
      const answer = await startingWith(value);
      expect(namesOf(answer)).toEqual(names);
      expect(answer.body.totalCount).toBe(names.length);
    });

    it('by the beginning of the domain finds those that begin with it', async () => {
      expect(namesOf(await startingWith('FILTER.example', 'Domain'))).toEqual(['By Domain']);
      expect(namesOf(await startingWith('example.org', 'Domain'))).toEqual([]);
    });

    it('is read whatever the letter case of its names and values', async () => {
      const answer = await filtered({ fIELD: 'companyname', VALUE: 'Filter', operator: 'STARTS_WITH' });
      expect(namesOf(answer)).toEqual(['Filter One', 'FILTER two']);
    });

    it.each<[string, unknown, readonly string[]]>([
      ['nothing in it', {}, ['filter.Field', 'filter.Value', 'filter.Operator']],
      ['no field', { Value: 'a', Operator: 'starts_with' }, ['filter.Field']],
      ['an unknown field', { Field: 'Email', Value: 'a', Operator: 'starts_with' }, ['filter.Field']],
      ['another operator', { Field: 'Domain', Value: 'a', Operator: 'contains' }, ['filter.Operator']],
      ['an empty value', { Field: 'Domain', Value: '', Operator: 'starts_with' }, ['filter.Value']],
      ['a value that is a number', { Field: 'Domain', Value: 1, Operator: 'starts_with' }, ['filter.Value']],
      ['a value that is null', { Field: 'Domain', Value: null, Operator: 'starts_with' }, ['filter.Value']],
      ['an unknown member', { Field: 'Domain', Value: 'a', Operator: 'starts_with', Case: 'any' }, ['filter.Case']],
      ['a field twice', { field: 'Email', Field: 'Domain', Value: 'a', Operator: 'starts_with' }, ['filter.field']],
    ])('is refused with %s, by the name of what is wrong', async (_, filter, names) => {
      expectFault(await filtered(filter), 400, '3000', names);
    });

    it('tells which values are allowed', async () => {
      const { body } = await filtered({ Field: 'Email', Value: 'a', Operator: 'starts_with' });
      expect(body.data[0].reason).toContain('CompanyName, Domain');
    });
  });

  describe('the validation codes', () => {
    it("are the partner's own, in the shape of the wire", async () => {
      const { status, body } = await get('/v1/customers/all/validations');
      expect(status).toBe(200);
      expect(body).toEqual([
        {
          partnerId: partner,
          organizationName: 'Contoso, Inc.',
          validationId: '12345',
          maxCreates: 5,
          remainingCreates: 4,
          eTag: expect.stringMatching(/./),
        },
        {
          partnerId: partner,
          organizationName: 'Contoso, Inc. Finance Department',
          validationId: '987654',
          maxCreates: 5,
          remainingCreates: 5,
          eTag: expect.stringMatching(/./),
        },
      ]);
    });

    it('are an empty array for a partner without any', async () => {
      const token = await bench.sandbox.appToken(otherPartner.tenantId);
      expect((await get('/v1/customers/all/validations', { token })).text).toBe('[]');
    });
  });
});
