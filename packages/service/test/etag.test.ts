import { databases, examples, unqualified } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, expectFault, startBench, stranger } from './bench.js';

const [approved] = examples;

describe.each(databases)('the ETag of qualifications, on $name', ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  const get = (ifNoneMatch?: string, customer: string = approved.customerId) =>
    bench.sandbox.qualifications(customer, {
      headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch },
    });
  const etagOf = async (customer?: string) => (await get(undefined, customer)).headers.get('etag') ?? '';

  it('is a strong tag', async () => {
    expect(await etagOf()).toMatch(/^"[\w-]+"$/);
  });

  it('stays while nothing changes', async () => {
    expect(await etagOf()).toBe(await etagOf());
  });

  it('differs where the qualifications differ', async () => {
    const tags = await Promise.all(examples.map(({ customerId }) => etagOf(customerId)));
    expect(new Set(tags).size).toBe(examples.length);
  });

  it.each([
    ['the tag', (etag: string) => etag],
    ['the weak form of the tag', (etag: string) => `W/${etag}`],
    ['a list with the tag', (etag: string) => `"other", ${etag}`],
    ['a list without spaces', (etag: string) => `"other",W/${etag}`],
    ['an asterisk', () => '*'],
  ])('is answered 304 without a body where If-None-Match is %s', async (_, write) => {
    const etag = await etagOf();
    const { status, text, headers } = await get(write(etag));
    expect([status, text, headers.get('etag')]).toEqual([304, '', etag]);
    expect(headers.get('ms-correlationid')).not.toBeNull();
  });

  it.each(['"other"', '""', 'W/"other"', 'nonsense', '"', ',,,', ''])(
    'is answered whole where If-None-Match is %s',
    async (ifNoneMatch) => {
      const { status, body } = await get(ifNoneMatch);
      expect([status, body]).toEqual([200, approved.qualifications]);
    },
  );

  it('is answered whole where If-None-Match has the tag without its quotes', async () => {
    expect((await get((await etagOf()).replaceAll('"', ''))).status).toBe(200);
  });

  it('changes with a request that was granted', async () => {
    const etag = await etagOf(unqualified.litware);
    await bench.sandbox.request(unqualified.litware, { qualification: 'StateOwnedEntity' });
    const { status, body } = await get(etag, unqualified.litware);
    expect([status, body]).toEqual([200, [{ qualification: 'StateOwnedEntity' }]]);
  });

  it('tells nothing to a caller who may not see the customer', async () => {
    expectFault(await get('*', stranger), 404, '60003');
    const token = await bench.sandbox.appToken('2c2e1b1a-6f3d-4a53-8d5e-0e6f7a8b9c10');
    const answer = await bench.sandbox.qualifications(approved.customerId, {
      token,
      headers: { 'if-none-match': await etagOf() },
    });
    expectFault(answer, 404, '60003');
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('is not given with what a POST answers', async () => {
    const answer = await bench.sandbox.request(unqualified.adventureWorks, { qualification: 'StateOwnedEntity' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, null]);
  });
});
