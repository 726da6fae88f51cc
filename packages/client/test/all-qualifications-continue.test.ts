import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ListQualificationsOptions } from '../src/index.js';
import { clientOf } from './fixture.js';
import { askedFor, customerOf, idsOf, itemOf, partnerCenter, settled, walk } from './listing-server.js';
import { json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

let server: ScriptedServer;
let ids: string[];
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server[Symbol.asyncDispose]());
// What was given up may still arrive, and would be taken for the next test's.
afterEach(() => settled(server));

const list = (options?: ListQualificationsOptions) => clientOf(server).qualifications.list(options);

/** Plays a service whose customers are `ids`, also where they change meanwhile. */
function play(customers: string[]): void {
  ids = customers;
  server.answerBy(partnerCenter(() => ids));
}

/** What was taken of a run, and from where to go on. */
interface Taken {
  ids: string[];
  continueFrom?: string;
  /** Whether the run had no more to give. */
  isOver: boolean;
}

/** Takes so many customers, then leaves the run. */
async function take(count: number, options: ListQualificationsOptions): Promise<Taken> {
  const taken: Taken = { ids: [], isOver: false };
  for await (const { customer, continueFrom } of list(options)) {
    taken.ids.push(customer.id);
    taken.continueFrom = continueFrom;
    if (taken.ids.length === count) return taken;
  }
  return { ...taken, isOver: true };
}

/** The options that go on after what was taken. */
const from = ({ continueFrom }: Pick<Taken, 'continueFrom'>) => (continueFrom === undefined ? {} : { continueFrom });

describe('continueFrom', () => {
  it('loses nothing and gives nothing twice, wherever a run is cut, however often', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 24 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.record({ taken: fc.integer({ min: 1, max: 12 }), concurrency: fc.integer({ min: 1, max: 9 }) })),
        async (count, pageSize, cuts) => {
          play(idsOf(count));
          const given: string[] = [];
          let part: Taken = { ids: [], isOver: false };
          for (const { taken, concurrency } of [...cuts, { taken: count + 1, concurrency: 4 }]) {
            if (part.isOver) break;
            part = await take(taken, { pageSize, concurrency, ...from(part) });
            given.push(...part.ids);
          }
          expect(given).toEqual(idsOf(count));
        },
      ),
      { numRuns: 40, seed: 20_201_203 },
    );
  });

  it('gives the same items that the first run would have given', async () => {
    play(idsOf(9));
    const first = await take(4, { pageSize: 3 });
    expect((await walk(list(from(first)))).items).toEqual(idsOf(9).slice(4).map(itemOf));
  });

  it('goes on after a customer that had an error', async () => {
    play(idsOf(5));
    const answer = partnerCenter(() => ids);
    server.answerBy((request) => (askedFor(request) === 'customer-2' ? json({}, 403) : answer(request)));
    const first = await take(2, { pageSize: 2 });
    expect((await walk(list(from(first)))).ids).toEqual(['customer-3', 'customer-4', 'customer-5']);
  });

  it('goes on after a page that failed', async () => {
    play(idsOf(7));
    const answer = partnerCenter(() => ids);
    server.answerBy((request) =>
      request.headers['ms-continuationtoken'] === 'customer-4' ? json({}, 400) : answer(request),
    );
    const { items, error } = await walk(list({ pageSize: 2 }));
    expect(error).toMatchObject({ statusCode: 400 });
    play(ids);
    expect((await walk(list(from(items.at(-1) ?? {})))).ids).toEqual(idsOf(7).slice(4));
  });

  it('loses nobody where any customers are gone meanwhile, and gives twice at most the page it stood in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 1, max: 20 })),
        async (count, pageSize, taken, gone) => {
          play(idsOf(count));
          const first = await take(Math.min(taken, count), { pageSize });
          ids = ids.filter((_id, at) => !gone.includes(at + 1));
          const second = (await walk(list({ pageSize, ...from(first) }))).ids;
          expect(second.length).toBe(new Set(second).size);
          expect(new Set([...first.ids, ...second])).toEqual(new Set([...first.ids, ...ids]));
          const twice = second.filter((id) => first.ids.includes(id));
          expect(twice.length).toBeLessThan(pageSize);
        },
      ),
      { numRuns: 40, seed: 20_201_203 },
    );
  });

  it('gives the page from its start where the customer is gone from it', async () => {
    play(idsOf(6));
    const first = await take(4, { pageSize: 3 });
    ids = ids.filter((id) => id !== 'customer-5' && id !== 'customer-4');
    expect((await walk(list(from(first)))).ids).toEqual(['customer-6']);
    play(idsOf(6));
    const second = await take(5, { pageSize: 3 });
    ids = ids.filter((id) => id !== 'customer-5');
    expect((await walk(list(from(second)))).ids).toEqual(['customer-4', 'customer-6']);
  });

  it('loses nobody where the customer has moved on to a later page', async () => {
    play(idsOf(4));
    const first = await take(2, { pageSize: 2 });
    await settled(server);
    const [one, two, three, four] = ids.map(customerOf);
    const answer = partnerCenter(() => ids);
    const next = { uri: '/customers?size=2&page=2', headers: [] };
    server.answerBy((request) => {
      if (askedFor(request) !== undefined) return answer(request);
      return json(request.url.includes('page=2') ? { items: [four, two] } : { items: [one, three], links: { next } });
    });
    expect((await walk(list(from(first)))).ids).toEqual(['customer-1', 'customer-3', 'customer-4', 'customer-2']);
  });

  it('asks for the page once more, with the query and the token that it had', async () => {
    play(idsOf(6));
    const filter = { field: 'CompanyName', startsWith: 'Company' } as const;
    const first = await take(1, { pageSize: 3, filter });
    await settled(server);
    const [firstPage] = server.received.map(({ url }) => url);
    play(ids);
    await walk(list(from(first)));
    expect(server.received[0]?.url).toBe(firstPage);
    const later = await take(5, { pageSize: 3 });
    await settled(server);
    play(ids);
    await walk(list(from(later)));
    expect(server.received[0]).toMatchObject({
      url: '/v1/customers?size=3&seekOperation=Next',
      headers: { 'ms-continuationtoken': 'customer-3' },
    });
  });

  it.each([
    ['empty', ''],
    ['no JSON', 'customer-4'],
    ['a continuation token of customers.list()', '["/v1/customers?size=3","customer-3"]'],
    ['of another resource', '["/v1/invoices",null,"customer-1"]'],
    ['of a resource below the customers', '["/v1/customers/1/qualifications",null,"customer-1"]'],
    ['of a resource that is called alike', '["/v1/customersX",null,"customer-1"]'],
    ['of another origin', '["//evil.example/v1/customers",null,"customer-1"]'],
    ['of another origin, whole', '["https://evil.example/v1/customers?size=3",null,"customer-1"]'],
    ['going up', '["/v1/customers/../invoices",null,"customer-1"]'],
    ['without a path', '[null,null,"customer-1"]'],
    ['without a customer', '["/v1/customers",null,null]'],
    ['longer than it is written', '["/v1/customers",null,"customer-1","customer-2"]'],
    ['with a header in its token', JSON.stringify(['/v1/customers', 'a\r\nX-Other: b', 'customer-1'])],
    ['with a token that is none', '["/v1/customers",7,"customer-1"]'],
    ['an object', '{"0":"/v1/customers","1":null,"2":"customer-1","length":3}'],
  ])('refuses a text that is %s, and sends nothing', (_case, continueFrom) => {
    play(idsOf(2));
    expect(() => list({ continueFrom })).toThrow(RangeError);
    expect(server.received).toHaveLength(0);
  });

  it('refuses what is no text', () => {
    // @ts-expect-error JavaScript callers have no compiler.
    expect(() => list({ continueFrom: 7 })).toThrow(TypeError);
  });
});
