import { randomUUID } from 'node:crypto';
import { type Review, ReviewCollection } from '@vetted/contract';
import { type Answer, databases, otherPartner } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, expectFault, partner, startBench } from './bench.js';
import { type Desk, deskOf } from './reviews-support.js';

const minute = 60_000;
const MAX_PAGES = 1000;

const namesOf = ({ body }: Answer): string[] => body.items.map(({ companyName }: Review) => companyName);
const idsOf = (pages: readonly Answer[]): string[] =>
  pages.flatMap(({ body }) => body.items.map(({ id }: Review) => id));

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  let at: Desk;

  beforeAll(async () => {
    bench = await startBench(create);
    at = deskOf(bench);
  });
  afterAll(() => bench.close());

  /** Follows the continuation token, with nothing beside it. */
  async function allPages(query: string, onPage: () => Promise<unknown> = async () => {}): Promise<Answer[]> {
    const pages: Answer[] = [];
    for (let next = query; pages.length < MAX_PAGES; ) {
      const page = await at.get(next);
      expect(page.status, page.text).toBe(200);
      expect([...Value.Errors(ReviewCollection, page.body)], page.text).toEqual([]);
      pages.push(page);
      if (page.body.continuationToken === undefined) break;
      next = `?continuationToken=${page.body.continuationToken}`;
      await onPage();
    }
    return pages;
  }

  describe('the listing', () => {
    const word = 'Listing';
    const listed = async (query: string) => namesOf(await at.get(`?search=${word}&${query}`));

    beforeAll(async () => {
      for (const [name, outcome] of [
        ['C', undefined],
        ['a', 'Approved'],
        ['B', 'Denied'],
        ['Ä', undefined],
      ] as const) {
        const { id } = await at.submit({ companyName: `${word} ${name}`, domain: `${name}.Listed_100%.example.org` });
        bench.clock.advance(minute);
        const reasonCode = outcome === 'Denied' ? { reasonCode: 'NotAnEligibleLibrary' } : {};
        if (outcome) await at.decide(id, { decision: outcome, ...reasonCode });
      }
      await bench.addCustomer({ companyName: `${word} without a review` });
    });

    it.each([
      ['', ['C', 'a', 'B', 'Ä']],
      ['sort=dueAt', ['C', 'a', 'B', 'Ä']],
      ['sort=-dueAt', ['Ä', 'B', 'a', 'C']],
      ['sort=submittedAt', ['C', 'a', 'B', 'Ä']],
      ['sort=-submittedAt', ['Ä', 'B', 'a', 'C']],
      ['sort=companyName', ['a', 'B', 'C', 'Ä']],
      ['sort=-companyName', ['Ä', 'C', 'B', 'a']],
      ['status=InReview', ['C', 'Ä']],
      ['status=Approved', ['a']],
      ['status=Denied', ['B']],
      ['status=InReview&sort=-companyName', ['Ä', 'C']],
      ['qualification=Education', ['C', 'a', 'B', 'Ä']],
      ['qualification=GovernmentCommunityCloud', []],
      [`partner=${partner}`, ['C', 'a', 'B', 'Ä']],
      [`partner=${partner.toUpperCase()}`, ['C', 'a', 'B', 'Ä']],
      [`partner=${otherPartner.tenantId}`, []],
      [`partner=${randomUUID()}`, []],
      [`status=Denied&qualification=Education&partner=${partner}&sort=-dueAt&size=500`, ['B']],
    ])('takes "%s"', async (query, expected) => {
      expect(await listed(query)).toEqual(expected.map((name) => `${word} ${name}`));
    });

    it.each([
      ['a part of the name', 'isting c', ['C']],
      ['a name in other letters', 'ＬＩＳＴＩＮＧ ä', ['Ä']],
      ['a part of the domain', 'b.listed_100%.exam', ['B']],
      ['a percent sign, which stands for itself', 'g%C', []],
      ['an underscore, which stands for itself', 'Listing_C', []],
      ['a backslash, which stands for itself', 'Listing\\ C', []],
      ['quotation marks', '\'"; drop table review; --', []],
      ['a part of an id', partner.slice(0, 20), []],
    ])('finds %s', async (_, search, expected) => {
      const answer = await at.get(`?search=${encodeURIComponent(search)}`);
      expect(namesOf(answer)).toEqual(expected.map((name) => `${word} ${name}`));
      expect(answer.body.totalCount).toBe(expected.length);
    });

    it("finds a customer's whole id in any letter case, and no other", async () => {
      const { customerId } = await at.submit();
      const { body } = await at.get(`?search=${customerId.toUpperCase()}`);
      expect(body.items.map((review: Review) => review.customerId)).toEqual([customerId]);
    });

    it('goes by the name that a customer has now', async () => {
      const { customerId } = await at.submit({ companyName: 'Renamed Z' });
      await at.submit({ companyName: 'Renamed M' });
      const renamed = {
        id: customerId,
        companyName: 'Renamed A',
        domain: 'renamed.example.org',
        relationshipToPartner: 'reseller',
      };
      await bench.store.transaction((transaction) =>
        transaction.putCustomers(partner, [renamed], '2026-03-02T09:00:00.000Z'),
      );
      expect(namesOf(await at.get('?search=renamed&sort=companyName'))).toEqual(['Renamed A', 'Renamed M']);
    });

    it.each([
      ['status=Open', 'status'],
      ['status=inreview', 'status'],
      ['qualification=Bakery', 'qualification'],
      ['partner=contoso', 'partner'],
      ['search=', 'search'],
      ['search=%20', 'search'],
      ['search=%00', 'search'],
      [`search=${'x'.repeat(257)}`, 'search'],
      ['sort=name', 'sort'],
      ['sort=--dueAt', 'sort'],
      ['size=0', 'size'],
      ['size=501', 'size'],
      ['size=ten', 'size'],
      ['size=-1', 'size'],
      ['status=Denied&status=Approved', 'status'],
      ['continuationToken=', 'continuationToken'],
      ['color=blue', 'color'],
      ['Status=Denied', 'Status'],
    ])('refuses "%s"', async (query, name) => {
      expectFault(await at.get(`?${query}`), 400, '3000', [name]);
    });
  });

  describe('the pages of a listing', () => {
    const query = 'search=paging%20%F0%9F%8F%AB';

    beforeAll(async () => {
      for (let index = 0; index < 23; index += 1) {
        if (index % 5 === 0) bench.clock.advance(minute);
        await at.submit({ companyName: `Paging 🏫 ${index % 7}` });
      }
    });

    it.each(['dueAt', '-dueAt', 'submittedAt', '-submittedAt', 'companyName', '-companyName'])(
      'hold every review once, in order, sorted by %s',
      async (sort) => {
        const whole = await at.get(`?${query}&sort=${sort}&size=500`);
        expect(whole.body).not.toHaveProperty('continuationToken');
        for (const size of [1, 4, 22, 23, 24]) {
          const pages = await allPages(`?${query}&sort=${sort}&size=${size}`);
          expect(idsOf(pages)).toEqual(idsOf([whole]));
          expect(pages.map(({ body }) => body.items.length)).toEqual(
            [...Array(Math.ceil(23 / size) - 1).fill(size), 23 % size || size].map((length) => Math.min(length, 23)),
          );
          for (const { body } of pages) expect(body.totalCount).toBe(23);
        }
      },
    );

    it('lose no review and show none twice while others come and go', async () => {
      const there = idsOf(await allPages(`?${query}&sort=companyName&size=500`));
      const seen = idsOf(
        await allPages(`?${query}&sort=companyName&size=3`, async () => {
          await at.submit({ companyName: 'Paging 🏫 0' });
          await at.submit({ companyName: 'Paging 🏫 9' });
        }),
      );
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => there.includes(id))).toEqual(there);
    });

    it('go on with the same query beside the token, in other letters where they do not count', async () => {
      const asked = `?search=paging&status=InReview&qualification=Education&partner=${partner}&sort=-dueAt&size=4`;
      const first = await at.get(asked);
      const next = `continuationToken=${first.body.continuationToken}`;
      const second = await at.get(`?${next}`);
      expect(second.body.items).toHaveLength(4);
      for (const beside of [asked, asked.replace(partner, partner.toUpperCase()), '?sort=-dueAt', '?size=4']) {
        expect((await at.get(`${beside}&${next}`)).body).toEqual(second.body);
      }
    });

    it('go on with what the query left out', async () => {
      const first = await at.get('?size=2');
      const next = `continuationToken=${first.body.continuationToken}`;
      expect((await at.get(`?sort=dueAt&${next}`)).body.items).toHaveLength(2);
    });

    it.each([
      ['status=Denied', 'status'],
      ['qualification=StateOwnedEntity', 'qualification'],
      [`partner=${otherPartner.tenantId}`, 'partner'],
      ['search=other', 'search'],
      ['sort=companyName', 'sort'],
      ['size=5', 'size'],
    ])('are refused with "%s" beside a token that says otherwise', async (beside, name) => {
      const whole = `?search=paging&status=InReview&qualification=Education&partner=${partner}&sort=dueAt&size=4`;
      for (const asked of [whole, '?size=4']) {
        const { body } = await at.get(asked);
        expectFault(await at.get(`?${beside}&continuationToken=${body.continuationToken}`), 400, '3000', [name]);
      }
    });

    it.each([
      ['what is no base64', '%25%25'],
      ['what is no JSON', Buffer.from('{').toString('base64url')],
      ['what is no object', Buffer.from('null').toString('base64url')],
      ['a token of the customers', Buffer.from('{"size":7}').toString('base64url')],
      [
        'a size that is too large',
        Buffer.from('{"sort":"dueAt","size":501,"after":{"key":"x","id":"x"}}').toString('base64url'),
      ],
      [
        'an unknown member',
        Buffer.from('{"sort":"dueAt","size":5,"color":1,"after":{"key":"x","id":"x"}}').toString('base64url'),
      ],
      [
        'a place that no database takes',
        Buffer.from('{"sort":"dueAt","size":5,"after":{"key":"\\u0000","id":"x"}}').toString('base64url'),
      ],
    ])('are refused with %s for a token', async (_, token) => {
      expectFault(await at.get(`?continuationToken=${token}`), 400, '3000', ['continuationToken']);
    });
  });
});
