import { randomUUID } from 'node:crypto';
import { type Answer, call, databases, otherPartner } from '@vetted/testkit';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, type Contents, expectFault, expectFaultShape, startBench } from './bench.js';
import { exchange, type RawRequest, send } from './raw.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const stateOwned = { qualification: 'StateOwnedEntity' };
const someone = '93d6950f-e6c4-45a3-85e7-a2b625e4f310';
const json = { 'content-type': 'application/json' };

/** Every route below one customer. */
const customerRoutes = [
  { name: 'GET qualifications', method: 'GET', path: (id: string) => `/v1/customers/${id}/qualifications` },
  { name: 'POST qualifications', method: 'POST', path: (id: string) => `/v1/customers/${id}/qualifications` },
  { name: 'GET customer', method: 'GET', path: (id: string) => `/v1/customers/${id}` },
] as const;

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  let customer: string;
  let before: Contents;

  beforeAll(async () => {
    bench = await startBench(create);
    customer = await bench.addCustomer();
    before = await bench.contents();
  });
  afterAll(() => bench.close());
  // Whatever a test here sends, it changes nothing.
  afterEach(async () => {
    const [was, is] = [before, await bench.contents()];
    before = is;
    expect(is).toEqual(was);
  });

  /** As the sample partner's agent, to the letter. */
  const raw = async (path: string, { headers, ...rest }: RawRequest = {}) =>
    send(bench.sandbox.url, path, {
      headers: { authorization: `Bearer ${await bench.sandbox.userToken()}`, ...headers },
      ...rest,
    });
  const route = ({ method, path }: (typeof customerRoutes)[number], id: string, headers = {}) =>
    raw(path(id), {
      method,
      headers: { ...headers, ...(method === 'POST' ? json : {}) },
      ...(method === 'POST' ? { body: JSON.stringify(education) } : {}),
    });
  const post = (body: string | Uint8Array, rest: Omit<RawRequest, 'body' | 'method'> = {}) =>
    raw(`/v1/customers/${customer}/qualifications`, { method: 'POST', headers: json, body, ...rest });
  const requestWith = (member: object) => post(JSON.stringify({ ...education, ...member }));

  describe.each(customerRoutes)('$name', (one) => {
    it.each([
      ['a word', 'contoso'],
      ['all', 'all'],
      ['a GUID in braces', `{${randomUUID()}}`],
      ['a GUID without hyphens', randomUUID().replaceAll('-', '')],
      ['a GUID and more', `${randomUUID()}0`],
      ['a GUID and a line feed', `${randomUUID()}%0A`],
      ['a GUID with a letter that is no digit', `${randomUUID().slice(0, -1)}g`],
      ['a NUL', '%00'],
      ['a space', '%20'],
      ['a slash, encoded', '%2F'],
      ['dots, encoded', '%2e%2e%2fall'],
      ['an SQL quote', "'%20or%201=1--"],
      ['4,000 characters', 'a'.repeat(4000)],
      ['5,000 characters', 'a'.repeat(5000)],
      ['10,000 characters', 'a'.repeat(10_000)],
    ])('refuses a customer id that is %s', async (_, id) => {
      expectFault(await route(one, id), 400, '900118');
    });

    it('refuses an unknown customer', async () => {
      expectFault(await route(one, randomUUID()), 404, '60003');
    });

    it("answers the same for another partner's customer as for one that does not exist", async () => {
      const ids = {
        'ms-requestid': randomUUID(),
        'ms-correlationid': randomUUID(),
      };
      const anothers = await route(one, otherPartner.customerId, ids);
      const nobodys = await route(one, randomUUID(), { ...ids, 'ms-requestid': randomUUID() });
      const comparable = ({ status, headers, text }: Answer) => ({
        status,
        text,
        headers: [...headers].filter(([name]) => name !== 'date' && name !== 'ms-requestid'),
      });

      expect(comparable(anothers)).toEqual(comparable(nobodys));
      expectFault(anothers, 404, '60003');
    });
  });

  describe('a body', () => {
    it.each([
      ['empty', ''],
      ['of nothing but white space', ' \r\n\t '],
      ['no JSON', 'qualification=Education'],
      ['cut short', '{"qualification":"Educa'],
      ['JSON and more', '{"qualification":"StateOwnedEntity"} {}'],
      ['JSON with a comment', '{"qualification":"StateOwnedEntity"} // please'],
      ['an array', '[{"qualification":"StateOwnedEntity"}]'],
      ['an empty array', '[]'],
      ['a string', '"StateOwnedEntity"'],
      ['a number', '1'],
      ['true', 'true'],
      ['null', 'null'],
      ['10,000 arrays deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ])('is refused that is %s', async (_, body) => {
      expectFault(await post(body), 400, '800002');
    });

    it('is refused that is not there at all', async () => {
      const answer = await raw(`/v1/customers/${customer}/qualifications`, { method: 'POST' });
      expectFault(answer, 400, '800002');
    });

    it.each([
      ['{"qualification":"StateOwnedEntity","__proto__":{"educationSegment":"K12"}}', '__proto__'],
      ['{"qualification":"StateOwnedEntity","__proto__":null}', '__proto__'],
      ['{"qualification":"StateOwnedEntity","\\u005f_proto__":{}}', '__proto__'],
      ['{"qualification":"StateOwnedEntity","constructor":{"prototype":{"educationSegment":"K12"}}}', 'constructor'],
    ])('is refused that reaches for a prototype, by the name of it: %s', async (body, name) => {
      expectFault(await post(body), 400, '3000', [name]);
    });

    it.each([
      ['POST', '/sandbox/v1/clock', '{"advance":"P1D","__proto__":{"a":1}}', '__proto__'],
      ['PUT', '/sandbox/v1/faults', '[{"method":"get","status":500,"__proto__":{"times":1}}]', '0.__proto__'],
      [
        'POST',
        '/webhooks/v1/registration',
        '{"WebhookUrl":"http://127.0.0.1:1/","WebhookEvents":[],"__proto__":{}}',
        '__proto__',
      ],
      [
        'POST',
        '/sandbox/v1/customers',
        '{"companyName":"A","domain":"a.example","__proto__":{"country":"DE"}}',
        '__proto__',
      ],
    ])('is refused by the name of a prototype elsewhere: %s %s', async (method, path, body, name) => {
      const answer = await raw(path, { method, headers: json, body });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: '3000' });
      expect(answer.body.data).toContainEqual({ name, reason: 'is unknown' });
    });

    it.each(['constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
      'is refused with the member %s',
      async (name) => {
        expectFault(await post(JSON.stringify({ ...stateOwned, [name]: 'x' })), 400, '3000', [name]);
      },
    );

    it.each(['constructor', '__proto__', 'toString'])('is refused with the qualification %s', async (qualification) => {
      expectFault(await post(JSON.stringify({ qualification })), 400, '3000', ['qualification']);
    });

    it('is refused with a thousand unknown members, in a fault that stays small', async () => {
      const members = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`m${index}`, 1]));
      const answer = await post(JSON.stringify({ ...stateOwned, ...members }));
      expect([answer.status, answer.body.code]).toEqual([400, '3000']);
      expectFaultShape(answer);
      expect(answer.body.data).toHaveLength(50);
      expect(answer.text.length).toBeLessThan(8192);
    });

    it('is refused with an unknown member of 10,000 characters, whose name is not given back whole', async () => {
      const answer = await post(JSON.stringify({ ...stateOwned, ['m'.repeat(10_000)]: 1 }));
      expect([answer.status, answer.body.code]).toEqual([400, '3000']);
      expect(answer.text.length).toBeLessThan(1024);
    });

    const twoMegabytes = JSON.stringify({ ...education, website: 'w'.repeat(2 * 1024 * 1024) });

    it('of 2 MB is refused, and its sender gets to read that', async () => {
      expectFault(await post(twoMegabytes), 413, 'PayloadTooLarge');
    });

    it('of 2 MB in chunks is refused, and its sender gets to read that', async () => {
      expectFault(await post(twoMegabytes, { chunked: true }), 413, 'PayloadTooLarge');
    });

    it('of 2 MB is refused to fetch, which gets to read that', async () => {
      const answer = await call(`${bench.sandbox.url}/v1/customers/${customer}/qualifications`, {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${await bench.sandbox.userToken()}` },
        body: twoMegabytes,
      });
      expectFault(answer, 413, 'PayloadTooLarge');
    });

    it('of more than 64 kB is refused', async () => {
      expectFault(await requestWith({ website: 'w'.repeat(65_536) }), 413, 'PayloadTooLarge');
    });

    it.each([
      'text/plain',
      'text/plain; charset=utf-8',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'application/jsonp',
      'json',
      ', application/json',
      'application/'.repeat(20),
    ])('is refused as %s', async (type) => {
      const answer = await post(JSON.stringify(stateOwned), { headers: { 'content-type': type } });
      expectFault(answer, 415, 'UnsupportedMediaType');
    });

    it('is refused without a content type', async () => {
      expectFault(await post(JSON.stringify(stateOwned), { headers: {} }), 415, 'UnsupportedMediaType');
    });

    it.each(['gzip', 'br', 'deflate', 'gzip, identity', 'x'])(
      'is refused in the content encoding %s',
      async (encoding) => {
        const answer = await post(JSON.stringify(stateOwned), { headers: { ...json, 'content-encoding': encoding } });
        expectFault(answer, 415, 'UnsupportedMediaType');
      },
    );

    it.each([
      ['a NUL', 'a\u0000b'],
      ['a line feed', 'a\nb'],
      ['an escape', '\u001b[31m'],
      ['a DEL', 'a\u007f'],
      ['the first half of a surrogate pair', 'a\ud83d'],
      ['the second half of a surrogate pair', '\udc00b'],
    ])('is refused with %s in the website', async (_, website) => {
      expectFault(await requestWith({ website }), 400, '3000', ['website']);
    });

    it.each([
      ['a NUL', '1\u0000'],
      ['a line feed', '12345\n'],
      ['half a surrogate pair', '\ud800'],
      ['a space', '123 45'],
      ['a digit of another script', '١٢٣٤٥'],
      ['65 characters', '1'.repeat(65)],
    ])('is refused with %s in the validation code', async (_, validationCode) => {
      const body = JSON.stringify({ qualification: 'GovernmentCommunityCloud', validationCode });
      expectFault(await post(body), 400, '3000', ['validationCode']);
    });
  });

  describe('a query', () => {
    it.each(['%00', '12345%0A', '%ED%A0%80', '%zz', '%', '123%2045', '1'.repeat(65), ''])(
      'is refused with the validation code "%s"',
      async (code) => {
        const answer = await raw(`/v1/customers/${customer}/qualifications?code=${code}`, {
          method: 'POST',
          headers: json,
          body: '{"qualification":"GovernmentCommunityCloud"}',
        });
        expectFault(answer, 400, '3000', ['code']);
      },
    );

    it.each([
      '-1',
      '501',
      '1.5',
      'abc',
      '',
      '1,2',
      'NaN',
      'Infinity',
      '9'.repeat(40),
      '%00',
      'null',
      '0x10',
      '1e2',
      '%2B5',
      '5%20',
    ])('is refused with the size "%s"', async (size) => {
      expectFault(await raw(`/v1/customers?size=${size}`), 400, '3000', ['size']);
    });

    it.each<[string, string, string]>([
      ['a NUL', '{"Field":"CompanyName","Value":"a\\u0000","Operator":"starts_with"}', 'filter.Value'],
      ['a line feed', '{"Field":"CompanyName","Value":"a\\n","Operator":"starts_with"}', 'filter.Value'],
      ['half a surrogate pair', '{"Field":"Domain","Value":"\\ud800","Operator":"starts_with"}', 'filter.Value'],
      [
        '257 characters',
        JSON.stringify({ Field: 'Domain', Value: 'x'.repeat(257), Operator: 'starts_with' }),
        'filter.Value',
      ],
      ['a bare NUL', '{"Field":"CompanyName","Value":"\u0000","Operator":"starts_with"}', 'filter'],
      ['no JSON in it', 'CompanyName', 'filter'],
      ['nothing in it', '', 'filter'],
      ['an array in it', '[]', 'filter'],
      ['null in it', 'null', 'filter'],
      ['a prototype', '{"Field":"Domain","Value":"a","Operator":"starts_with","__proto__":1}', 'filter.__proto__'],
      ['1,025 characters', `"${'x'.repeat(1023)}"`, 'filter'],
    ])('is refused with a filter that has %s', async (_, filter, name) => {
      expectFault(await raw(`/v1/customers?filter=${encodeURIComponent(filter)}`), 400, '3000', [name]);
    });

    it.each([
      ['/v1/customers?color=blue', 'color'],
      ['/v1/customers?Size=5', 'Size'],
      ['/v1/customers?__proto__=1', '__proto__'],
      ['/v1/customers?constructor=1', 'constructor'],
      ['/v1/customers?%00=1', '"\\u0000"'],
      ['/v1/customers?=1', '""'],
      ['/v1/customers/all/validations?size=1', 'size'],
      [`/v1/customers/${someone}?expand=all`, 'expand'],
      [`/v1/customers/${someone}/qualifications?code=1`, 'code'],
    ])('is refused with a parameter that the route does not have: %s', async (path, name) => {
      expectFault(await raw(path), 400, '3000', [name]);
    });

    it.each([
      ['/v1/customers?size=1&size=2', 'size'],
      ['/v1/customers?size=1&size=1', 'size'],
      ['/v1/customers?seekOperation=Next&seekOperation=Next', 'seekOperation'],
      ['/v1/customers?filter=%7B%7D&filter=%7B%7D', 'filter'],
    ])('is refused with a parameter twice: %s', async (path, name) => {
      expectFault(await raw(path), 400, '3000', [name]);
    });

    it('is refused with two codes', async () => {
      const answer = await raw(`/v1/customers/${customer}/qualifications?code=12345&code=12345`, {
        method: 'POST',
        headers: json,
        body: '{"qualification":"GovernmentCommunityCloud"}',
      });
      expectFault(answer, 400, '3000', ['code']);
    });

    it.each(['Prev', 'Previous', '', 'next%00'])('is refused with the seek operation "%s"', async (operation) => {
      const answer = await raw(`/v1/customers?seekOperation=${operation}`, {
        headers: { 'ms-continuationtoken': 'x' },
      });
      expectFault(answer, 400, '3000', ['seekOperation']);
    });
  });

  describe('a continuation token', () => {
    const token = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');
    const id = someone;

    it.each([
      ['empty', ''],
      ['no token', 'next please'],
      ['base64 of no JSON', Buffer.from('next please').toString('base64url')],
      ['null', token(null)],
      ['an array', token([])],
      ['an empty object', token({})],
      ['of size 0', token({ size: 0 })],
      ['of size 501', token({ size: 501 })],
      ['of half a customer', token({ size: 1.5 })],
      ['after a name without an id', token({ size: 1, after: { nameKey: 'a' } })],
      ['after an id that is no GUID', token({ size: 1, after: { nameKey: 'a', id: 'x' } })],
      ['after a name with a NUL', token({ size: 1, after: { nameKey: 'a\u0000', id } })],
      ['after a name with half a surrogate pair', token({ size: 1, after: { nameKey: '\ud800', id } })],
      ['with a NUL in its filter', token({ size: 1, filter: { field: 'Domain', startsWith: '\u0000' } })],
      [
        'with half a surrogate pair in its filter',
        token({ size: 1, filter: { field: 'Domain', startsWith: '\udfff' } }),
      ],
      ['with a filter by an unknown field', token({ size: 1, filter: { field: 'Email', startsWith: 'a' } })],
      ['with an unknown member', token({ size: 1, partnerId: otherPartner.tenantId })],
      ['of 9,000 characters', 'a'.repeat(9000)],
    ])('is refused that is %s', async (_, value) => {
      const answer = await raw('/v1/customers?seekOperation=Next', { headers: { 'ms-continuationtoken': value } });
      expect([answer.status, answer.body.code], answer.text).toEqual([400, '3000']);
      expect(answer.body.data[0].name.toLowerCase()).toBe('ms-continuationtoken');
      expectFaultShape(answer);
    });

    it('that was forged with the name of another partner’s customer shows own customers only', async () => {
      const forged = token({ size: 500, after: { nameKey: '', id: otherPartner.customerId } });
      const { body } = await raw('/v1/customers', { headers: { 'ms-continuationtoken': forged } });
      const own = await bench.sandbox.get('/v1/customers?size=500');
      expect(body.items).toEqual(own.body.items);
    });
  });

  describe('headers', () => {
    const path = '/v1/customers';

    it('of 100 kB are refused over a socket', async () => {
      const answer = await exchange(
        bench.sandbox.url,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Locale: ${'x'.repeat(100_000)}\r\n\r\n`,
      );
      expectFault(answer, 431, 'HeadersTooLarge');
    });

    it('of 100 kB are refused to fetch, which gets to read that', async () => {
      const answer = await call(bench.sandbox.url + path, { headers: { 'x-locale': 'x'.repeat(100_000) } });
      expectFault(answer, 431, 'HeadersTooLarge');
    });

    it('with a path of 100 kB are refused', async () => {
      const answer = await exchange(
        bench.sandbox.url,
        `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      );
      expectFault(answer, 431, 'HeadersTooLarge');
    });

    it.each([
      'text/html',
      'text/html,application/xhtml+xml,application/xml;q=0.9',
      'application/json;q=0',
      'application/json;q=0, */*',
      'application/json;charset=utf-8;q=0',
      '*/*;q=0',
      'application/xml',
      'text/*',
      'nonsense',
    ])('that accept %s are refused', async (accept) => {
      expectFault(await raw(path, { headers: { accept } }), 406, 'NotAcceptable');
    });

    it.each([
      'application/json',
      'APPLICATION/JSON',
      'application/json; charset=utf-8',
      'application/json;odata=verbose',
      'application/json; api-version=1; q=0.5',
      'text/html, application/json;charset="utf-8";q=0.1',
      'application/*;q=0.1',
      '*/*',
      '*',
      ' * ',
      'text/html, */*;q=0.01',
      'text/html;q=0.9, application/json;q=0.1',
    ])('that accept %s are served', async (accept) => {
      const { status, headers } = await raw(path, { headers: { accept } });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    });

    it('without Accept are served', async () => {
      expect((await raw(path)).status).toBe(200);
    });

    it('of HTTP/1.1 without Host are refused by name', async () => {
      for (const target of [path, '/healthz', '/nowhere']) {
        const answer = await exchange(bench.sandbox.url, `GET ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`);
        expectFault(answer, 400, '3000', ['Host']);
      }
    });

    it('of HTTP/1.0 need no Host', async () => {
      const answer = await exchange(bench.sandbox.url, 'GET /healthz HTTP/1.0\r\n\r\n');
      expect([answer.status, answer.text]).toEqual([200, '{"status":"ok"}']);
    });

    it('that expect what nobody knows are served', async () => {
      expect((await raw(path, { headers: { expect: 'the-best' } })).status).toBe(200);
    });

    it.each(['ms-correlationid', 'ms-requestid'])('with a %s that is no GUID get a new one back', async (name) => {
      for (const value of ['x', '<script>', `${randomUUID()}, ${randomUUID()}`, `{${randomUUID()}}`, '']) {
        const { headers } = await raw(path, { headers: { [name]: value } });
        expect(headers.get(name)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(value).not.toContain(headers.get(name));
      }
    });
  });

  describe('a method', () => {
    it.each([
      ['DELETE', `/v1/customers/${someone}/qualifications`, ['GET', 'HEAD', 'POST']],
      ['PUT', `/v1/customers/${someone}/qualifications`, ['GET', 'HEAD', 'POST']],
      ['PATCH', `/v1/customers/${someone}/qualifications`, ['GET', 'HEAD', 'POST']],
      ['OPTIONS', `/v1/customers/${someone}/qualifications`, ['GET', 'HEAD', 'POST']],
      ['TRACE', `/v1/customers/${someone}/qualifications`, ['GET', 'HEAD', 'POST']],
      ['PROPFIND', `/v1/customers/${someone}/qualifications`, ['GET', 'HEAD', 'POST']],
      ['MKCOL', '/v1/customers', ['GET', 'HEAD']],
      ['POST', '/v1/customers', ['GET', 'HEAD']],
      ['POST', '/v1/customers?size=5', ['GET', 'HEAD']],
      ['POST', '/v1/customers/all/validations', ['GET', 'HEAD']],
      ['DELETE', `/v1/customers/${someone}`, ['GET', 'HEAD']],
      ['POST', '/healthz', ['GET', 'HEAD']],
    ])('%s of %s is refused with what is allowed', async (method, path, allowed) => {
      const answer = await raw(path, { method });
      expectFault(answer, 405, 'MethodNotAllowed');
      expect((answer.headers.get('allow') ?? '').split(', ').sort()).toEqual(allowed);
    });

    it('that does not exist is refused', async () => {
      const answer = await exchange(bench.sandbox.url, 'BREW /v1/customers HTTP/1.1\r\nHost: localhost\r\n\r\n');
      expectFault(answer, 400, '3000', ['request']);
    });
  });

  describe('a path', () => {
    it.each([
      '/v1',
      '/v1/',
      '/v2/customers',
      '/v1/customer',
      '//v1/customers',
      '/v1//customers',
      '/v1/customers/all/validation',
      `/v1/customers/${someone}/qualifications/Education`,
      `/v1/customers/${someone}/subscriptions`,
      '/sandbox/v1/secrets',
      '/..%2f..%2fetc/passwd',
      '/%00',
      '/contoso.example/v2.0/.well-known/openid-configuration',
      '/consumers/v2.0/.well-known/openid-configuration',
      '/v1/discovery/v2.0/keys',
      `/${someone}0/discovery/keys`,
      `/x${someone}/oauth2/v2.0/logout`,
      '/commons/oauth2/v2.0/authorize',
    ])('%s that nobody serves is refused', async (path) => {
      expectFault(await raw(path), 404, '1000');
    });

    it.each(['/%', '/%zz', '/v1/customers/%E0%A4%A/qualifications', '/v1/customers/%ff'])(
      '%s that is not URL-encoded is refused',
      async (path) => {
        expectFault(await raw(path), 404, '1000');
      },
    );
  });

  describe('bytes that are no HTTP', () => {
    it.each([
      ['words', 'hello there\r\n\r\n'],
      ['binary', Buffer.from([0, 1, 2, 3, 255, 254, 13, 10, 13, 10])],
      ['a TLS greeting', Buffer.from('1603010200010001fc0303', 'hex')],
      ['a bad version', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    ])('are refused: %s', async (_, bytes) => {
      expectFault(await exchange(bench.sandbox.url, bytes), 400, '3000', ['request']);
    });
  });
});

/** Text of every kind: control characters, lone surrogates, and whatever else a string can hold. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);
const memberName = fc.oneof(
  fc.constantFrom(
    ...['qualification', 'Qualification', 'educationSegment', 'website', 'validationCode'],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'],
  ),
  anyText,
);
const memberValue = fc.oneof(
  fc.constantFrom(
    'Education',
    'GovernmentCommunityCloud',
    'StateOwnedEntity',
    'None',
    'K12',
    'HigherEducation',
    '12345',
  ),
  anyText,
  fc.jsonValue({ maxDepth: 2 }),
);
const anyBody = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.tuple(memberName, memberValue), { maxLength: 5 }).map(writeObject) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
);
const headerValue = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const anyHeaders = fc.dictionary(
  fc.constantFrom(
    ...['accept', 'accept-encoding', 'content-type', 'content-encoding', 'if-none-match', 'x-locale', 'origin'],
    ...['ms-correlationid', 'ms-requestid', 'ms-continuationtoken', 'validatemfa', 'cookie', 'range', 'host'],
  ),
  fc.oneof(fc.constantFrom('*/*', 'application/json', '*', 'true', 'W/"x"', randomUUID()), headerValue),
  { maxKeys: 4 },
);
const anyQuery = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom('code', 'size', 'filter', 'seekOperation', '__proto__'), anyText),
    fc.oneof(
      fc.constantFrom('12345', '5', '0', 'Next', '{"Field":"Domain","Value":"a","Operator":"starts_with"}'),
      anyText,
    ),
  ),
  { maxLength: 3 },
);
const anyId = fc.oneof(fc.constant('CUSTOMER'), fc.uuid(), anyText.map(urlEncoded));
const anyPath = fc.oneof(
  fc.constantFrom('/v1/customers', '/v1/customers/all/validations'),
  anyId.map((id) => `/v1/customers/${id}`),
  anyId.map((id) => `/v1/customers/${id}/qualifications`),
  anyId.map((id) => `/v1/customers/${id}/qualifications`),
  fc.string({ unit: fc.constantFrom(...'/%.;:@abv1~-_'), maxLength: 20 }).map((path) => `/${path}`),
);

/** As JSON, members twice and `__proto__` included. */
function writeObject(members: readonly (readonly [string, unknown])[]): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`;
}

/** Percent-encoded as UTF-8; what has no UTF-8 becomes a replacement character. */
function urlEncoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

describe.each(databases)('on $name, whatever is sent', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  it('the answer is a success or a whole fault, and never a 5xx', async () => {
    const customer = await bench.addCustomer();
    const authorization = `Bearer ${await bench.sandbox.userToken()}`;
    const property = fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'POST'),
      anyPath,
      anyQuery,
      anyHeaders,
      anyBody,
      async (method, path, query, headers, body) => {
        const search = query.map(([name, value]) => `${urlEncoded(name)}=${urlEncoded(value)}`).join('&');
        const answer = await send(bench.sandbox.url, `${path.replace('CUSTOMER', customer)}?${search}`, {
          method,
          headers: { authorization, ...json, ...headers },
          ...(method === 'POST' ? { body } : {}),
        });
        expect(answer.status).toBeLessThan(500);
        if (answer.status === 304) expect(answer.text).toBe('');
        else if (answer.status === 302) expect(answer.headers.get('location')).toMatch(/^\/docs/);
        else if (answer.status >= 300) expectFaultShape(answer);
      },
    );
    await fc.assert(property, { numRuns: 400, seed: 20_201_203 });
  });

  it('a request is granted exactly where the listing shows it, and refused where it does not', async () => {
    const requests = fc.array(fc.tuple(memberName, memberValue), { maxLength: 4 }).map(writeObject);
    const property = fc.asyncProperty(requests, async (body) => {
      const customer = await bench.addCustomer();
      const answer = await send(bench.sandbox.url, `/v1/customers/${customer}/qualifications`, {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${await bench.sandbox.userToken()}` },
        body,
      });
      const listed = (await bench.sandbox.qualifications(customer)).body;
      if (answer.status === 201) expect(listed).toEqual([answer.body]);
      else expect(listed).toEqual([]);
    });
    await fc.assert(property, { numRuns: 150, seed: 20_201_203 });
  });
});
