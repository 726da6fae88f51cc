import { randomUUID } from 'node:crypto';
import {
  type CustomerWithQualifications,
  CustomerWithQualificationsCollection,
  qualificationNames,
  vettingStatuses,
} from '@vetted/contract';
import { type Answer, type CallOptions, databases, otherPartner } from '@vetted/testkit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CustomerRow } from '../src/domain/store.js';
import type { Vetting } from '../src/domain/vetting.js';
import { type Bench, expectFault, partner, startBench } from './bench.js';

const path = '/vetting/v1/customers';
const day = 86_400_000;
const MAX_PAGES = 1000;

const namesOf = ({ body }: Answer): string[] =>
  body.items.map(({ customer }: CustomerWithQualifications) => customer.companyProfile.companyName);
const idsOf = (...pages: readonly Answer[]): string[] =>
  pages.flatMap(({ body }) => body.items.map(({ customer }: CustomerWithQualifications) => customer.id));
const tokenOf = (position: object) => Buffer.from(JSON.stringify(position)).toString('base64url');

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  /** A partner of a test's own, which begins with nothing. */
  let tenantId: string;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    tenantId = await newPartner();
  });

  async function newPartner(active = true): Promise<string> {
    const id = randomUUID();
    await bench.store.transaction((transaction) =>
      transaction.putPartner({ tenantId: id, name: 'Wide World Importers', active }, '2026-03-01T00:00:00.000Z'),
    );
    return id;
  }

  const get = async (query = '', options?: CallOptions): Promise<Answer> =>
    bench.sandbox.get(`${path}${query}`, { token: await bench.sandbox.appToken(tenantId), ...options });

  type Possession = Partial<Vetting> & Pick<Vetting, 'qualification'>;

  /** A customer of the test's own partner that has these. */
  async function add(customer: Partial<CustomerRow> | string, ...vettings: readonly Possession[]): Promise<string> {
    const id = await bench.addCustomer(typeof customer === 'string' ? { companyName: customer } : customer, tenantId);
    await bench.store.transaction(async (transaction) => {
      for (const vetting of vettings) await transaction.saveVetting(tenantId, id, { attempts: 1, ...vetting });
    });
    return id;
  }

  /** Opens a review of a customer's Education, which is due so long from now. */
  const openReview = (customerId: string, dueIn: number) =>
    bench.store.transaction((transaction) =>
      transaction.reviews.save({
        id: randomUUID(),
        partnerId: tenantId,
        customerId,
        qualification: 'Education',
        attempt: 1,
        status: 'InReview',
        submittedAt: '2026-02-20T09:00:00.000Z',
        submittedBy: 'someone',
        dueAt: new Date(bench.clock().getTime() + dueIn).toISOString(),
        version: 1,
      }),
    );

  /** Follows the continuation token, with nothing beside it. */
  async function allPages(query: string, onPage: () => Promise<unknown> = async () => {}): Promise<Answer[]> {
    const pages: Answer[] = [];
    for (let next = query; pages.length < MAX_PAGES; ) {
      const page = await get(next);
      expect(page.status, page.text).toBe(200);
      expect([...Value.Errors(CustomerWithQualificationsCollection, page.body)], page.text).toEqual([]);
      pages.push(page);
      if (page.body.continuationToken === undefined) break;
      next = `?continuationToken=${page.body.continuationToken}`;
      await onPage();
    }
    return pages;
  }

  const education = (vettingStatus: Vetting['vettingStatus'], attempts = 1): Possession => ({
    qualification: 'Education',
    attempts,
    ...(vettingStatus === undefined ? {} : { vettingStatus }),
  });
  const cloud = (vettingStatus: NonNullable<Vetting['vettingStatus']>): Possession => ({
    qualification: 'GovernmentCommunityCloud',
    vettingStatus,
  });
  const stateOwned: Possession = { qualification: 'StateOwnedEntity' };

  it('of the sample partner has the sample customers, each as it is and with what it has', async () => {
    const { body, text } = await bench.sandbox.get(path);
    expect([...Value.Errors(CustomerWithQualificationsCollection, body)], text).toEqual([]);
    expect([body.totalCount, body.items.length]).toEqual([8, 8]);
    expect(text).not.toContain('null');
    for (const { customer, qualifications } of body.items) {
      expect((await bench.sandbox.get(`/v1/customers/${customer.id}`)).body).toEqual(customer);
      expect((await bench.sandbox.qualifications(customer.id)).body).toEqual(qualifications);
    }
    expect((await bench.sandbox.get(`${path}?attention=Resubmittable`)).body.items).toHaveLength(1);
    expect((await bench.sandbox.get(`${path}?attention=Overdue`)).body.items).toHaveLength(1);
  });

  it('of a partner without customers is empty', async () => {
    const { status, body } = await get();
    expect([status, body]).toEqual([200, { items: [], totalCount: 0 }]);
    for (const query of ['?search=a', '?qualification=Education', '?vettingStatus=Denied', '?attention=Overdue']) {
      expect((await get(query)).body).toEqual(body);
    }
  });

  it('is sorted by name, whatever the letter case, and shows none of whose relationship has ended', async () => {
    for (const name of ['b', 'C', 'a', 'Ä']) await add(name, stateOwned);
    await add({ companyName: 'aa', relationshipEnded: true }, stateOwned, education('Denied'));
    for (const query of ['', '?qualification=StateOwnedEntity']) {
      const answer = await get(query);
      expect([namesOf(answer), answer.body.totalCount]).toEqual([['a', 'b', 'C', 'Ä'], 4]);
    }
    expect((await get('?attention=Resubmittable')).body.totalCount).toBe(0);
    expect((await get('?vettingStatus=Denied')).body.totalCount).toBe(0);
  });

  it('follows a customer that gets another name or domain, leaves, and comes back', async () => {
    const id = await add({ companyName: 'Old', domain: 'old.example.org' }, education('Denied'));
    await openReview(id, -day);
    const put = (customer: Partial<CustomerRow>) => bench.addCustomer({ id, ...customer }, tenantId);
    const everywhere = async (search: string) => {
      const filters = ['', '&vettingStatus=Denied', '&attention=Resubmittable', '&attention=Overdue'];
      const answers = await Promise.all(filters.map((filter) => get(`?search=${search}${filter}`)));
      return answers.map(({ body }) => body.totalCount);
    };
    expect(await everywhere('old')).toEqual([1, 1, 1, 1]);
    await put({ companyName: 'New', domain: 'domain.example.org' });
    expect(await everywhere('old')).toEqual([0, 0, 0, 0]);
    expect(await everywhere('new')).toEqual([1, 1, 1, 1]);
    expect(await everywhere('domain.')).toEqual([1, 1, 1, 1]);
    await put({ companyName: 'New', relationshipEnded: true });
    expect(await everywhere('new')).toEqual([0, 0, 0, 0]);
    await put({ companyName: 'New', relationshipEnded: false });
    expect(await everywhere('new')).toEqual([1, 1, 1, 1]);
  });

  it('has nothing of another partner that has a customer of the same id', async () => {
    const id = await add('Mine');
    const mine = tenantId;
    tenantId = await newPartner();
    await bench.addCustomer({ id, companyName: 'Theirs' }, tenantId);
    await bench.store.transaction((transaction) =>
      transaction.saveVetting(tenantId, id, { attempts: 1, ...cloud('Approved') }),
    );
    await openReview(id, -day);
    tenantId = mine;
    const { body } = await get();
    expect(namesOf({ body } as Answer)).toEqual(['Mine']);
    expect(body.items[0].qualifications).toEqual([]);
    for (const query of ['qualification=GovernmentCommunityCloud', 'vettingStatus=Approved', 'attention=Overdue']) {
      expect((await get(`?${query}`)).body).toEqual({ items: [], totalCount: 0 });
    }
    await bench.store.transaction((transaction) =>
      transaction.saveVetting(tenantId, id, { attempts: 1, ...education('Denied') }),
    );
    expect(idsOf(await get('?attention=Resubmittable'))).toEqual([id]);
  });

  it('is for applications and users of a partner alike, and for nobody else', async () => {
    const [app, user] = [await bench.sandbox.appToken(), await bench.sandbox.userToken()];
    expect((await get('', { token: user })).text).toBe((await get('', { token: app })).text);
    const administrator = await bench.sandbox.userToken('administrator');
    expectFault(await get('', { token: administrator }), 403, 'PartnerUnknown');
    tenantId = await newPartner(false);
    expectFault(await get(), 403, 'PartnerUnknown');
    const token = tokenOf({ size: 5, totalCount: 9, after: { nameKey: '', id: randomUUID() } });
    expectFault(await get(`?continuationToken=${token}`), 403, 'PartnerUnknown');
  });

  describe('the search', () => {
    const long = 'x'.repeat(80);

    it.each([
      ['the beginning of a name', 'fab', ['Fabrikam', 'fabulous']],
      ['a name in other letters', 'ＦＡＢＲ', ['Fabrikam']],
      ['the beginning of a domain', 'WWW.', ['Contoso', 'Fabrikam']],
      ['a name and a domain alike', 'con', ['Contoso', 'fabulous']],
      ['a domain beyond what indexes hold', `${long}b`, ['Zoo B']],
      ['several such domains', long, ['Zoo A', 'Zoo B']],
      ['no part within', 'rikam', []],
      ['a percent sign, which stands for itself', 'Fab%', []],
      ['an underscore, which stands for itself', 'Fab_', []],
      ['quotation marks', '\'"; drop table customer; --', []],
      ['a part of an id', partner.slice(0, 20), []],
    ])('finds %s', async (_, search, expected) => {
      const owned = [stateOwned, education('InReview')];
      await add({ companyName: 'Fabrikam', domain: 'www.fabrikam.example.org' }, ...owned);
      await add({ companyName: 'fabulous', domain: 'contoso.example.org' }, ...owned);
      await add({ companyName: 'Contoso', domain: 'WWW.contoso.example.org' }, ...owned);
      await add({ companyName: 'Zoo B', domain: `${long}b.example.org` }, ...owned);
      await add({ companyName: 'Zoo A', domain: `${long}a.example.org` }, ...owned);
      for (const filter of ['', '&qualification=StateOwnedEntity', '&vettingStatus=InReview']) {
        const answer = await get(`?search=${encodeURIComponent(search)}${filter}`);
        expect([namesOf(answer), answer.body.totalCount], filter).toEqual([expected, expected.length]);
        const pages = await allPages(`?size=1&search=${encodeURIComponent(search)}${filter}`);
        expect(pages.flatMap(namesOf), filter).toEqual(expected);
      }
    });

    it("finds a customer's whole id in any letter case, and whoever has it for a name, once each", async () => {
      const id = await add('Last', stateOwned);
      await add({ companyName: id.toUpperCase(), domain: `${id}.example.org` }, stateOwned);
      await add({ companyName: 'Other', domain: `${id}.example.org` }, stateOwned);
      for (const filter of ['', '&qualification=StateOwnedEntity']) {
        const answer = await get(`?search=${id.toUpperCase()}${filter}`);
        expect([namesOf(answer), answer.body.totalCount]).toEqual([[id.toUpperCase(), 'Last', 'Other'], 3]);
      }
    });
  });

  describe('the filters', () => {
    it('find what a customer has and in which status, together and each alone', async () => {
      const given = new Map<string, Possession[]>([
        ['nothing', []],
        ['in review', [education('InReview')]],
        ['approved and state-owned', [education('Approved'), stateOwned]],
        ['denied twice', [education('Denied'), cloud('Denied')]],
        ['denied, cloud', [education('Denied'), cloud('Approved'), stateOwned]],
        ['cloud denied', [cloud('Denied')]],
        ['state-owned', [stateOwned]],
      ]);
      for (const [name, vettings] of given) await add(name, ...vettings);
      for (const qualification of [undefined, ...qualificationNames]) {
        for (const status of [undefined, ...vettingStatuses]) {
          const query = new URLSearchParams({
            ...(qualification && { qualification }),
            ...(status && { vettingStatus: status }),
          });
          const isAsked = (vetting: Possession) =>
            (qualification === undefined || vetting.qualification === qualification) &&
            (status === undefined || vetting.vettingStatus === status);
          const expected = [...given]
            .filter(([, vettings]) => query.size === 0 || vettings.some(isAsked))
            .map(([name]) => name)
            .sort();
          const answer = await get(`?${query}`);
          expect([namesOf(answer), answer.body.totalCount], `${query}`).toEqual([expected, expected.length]);
          expect((await allPages(`?size=1&${query}`)).flatMap(namesOf), `${query}`).toEqual(expected);
        }
      }
    });

    it('find as resubmittable whoever the rules of a request let request Education again after a denial', async () => {
      const statuses = [undefined, ...vettingStatuses];
      for (const own of statuses)
        for (const other of statuses)
          for (const attempts of [1, 2, 3]) {
            const name = `${own}, ${attempts}, ${other}`;
            await add(name, ...(own ? [education(own, attempts)] : []), ...(other ? [cloud(other)] : []));
          }
      const may: string[] = [];
      for (const { customer } of (await get('?vettingStatus=Denied&qualification=Education')).body.items) {
        const progress = await bench.sandbox.get(`/vetting/v1/customers/${customer.id}/qualifications/Education`, {
          token: await bench.sandbox.appToken(tenantId),
        });
        if (progress.body.mayResubmit) may.push(customer.id);
      }
      expect(may).toHaveLength(4);
      const found = await get('?attention=Resubmittable');
      expect([idsOf(found), found.body.totalCount]).toEqual([may, 4]);
      expect(idsOf(...(await allPages('?attention=Resubmittable&size=1')))).toEqual(may);
      const summary = await bench.sandbox.get('/vetting/v1/summary', {
        token: await bench.sandbox.appToken(tenantId),
      });
      expect(summary.body.resubmittable).toBe(4);
    });

    it('find as overdue whose review is open after its due date by the clock of the service, and only then', async () => {
      const due = await add('Due now');
      await openReview(due, 0);
      await openReview(await add('Due later'), 1);
      await openReview(await add('Long due'), -day);
      await openReview(await add({ companyName: 'Gone', relationshipEnded: true }), -day);
      expect(namesOf(await get('?attention=Overdue'))).toEqual(['Long due']);
      bench.clock.advance(1);
      expect(namesOf(await get('?attention=Overdue'))).toEqual(['Due now', 'Long due']);
      await bench.sandbox.advance('PT1S');
      const answer = await get('?attention=Overdue');
      expect([namesOf(answer), answer.body.totalCount]).toEqual([['Due later', 'Due now', 'Long due'], 3]);
      const [open] = await bench.store.reads.reviews.ofCustomer(tenantId, due);
      if (open === undefined) throw new Error('There is no review.');
      await bench.store.transaction((transaction) =>
        transaction.reviews.save({ ...open, status: 'Approved', decidedAt: open.dueAt, decidedBy: 'someone else' }),
      );
      expect(namesOf(await get('?attention=Overdue'))).toEqual(['Due later', 'Long due']);
    });

    it('find together only what is meant by each of them', async () => {
      for (const [name, ...vettings] of [
        ['One', education('Denied')],
        ['Two', education('Denied'), stateOwned],
        ['Three', education('InReview'), stateOwned],
        ['Four', education('InReview')],
      ] as const) {
        const id = await add({ companyName: name, domain: `www.${name}.example.org` }, ...vettings);
        if (vettings[0].vettingStatus === 'InReview') await openReview(id, -day);
      }
      for (const [query, expected] of [
        ['attention=Resubmittable&qualification=StateOwnedEntity', ['Two']],
        ['attention=Resubmittable&vettingStatus=Denied', ['One', 'Two']],
        ['attention=Resubmittable&vettingStatus=InReview', []],
        ['attention=Resubmittable&search=www.t', ['Two']],
        ['attention=Overdue&qualification=Education&vettingStatus=InReview', ['Four', 'Three']],
        ['attention=Overdue&qualification=StateOwnedEntity', ['Three']],
        ['attention=Overdue&qualification=Education&vettingStatus=Denied', []],
        ['attention=Overdue&search=www.t&qualification=StateOwnedEntity', ['Three']],
        ['qualification=StateOwnedEntity&vettingStatus=Denied', []],
        ['search=t&vettingStatus=InReview', ['Three']],
      ] as const) {
        const answer = await get(`?${query}`);
        expect([namesOf(answer), answer.body.totalCount], query).toEqual([expected, expected.length]);
      }
    });

    it.each([
      ['search=', 'search'],
      ['search=%20', 'search'],
      ['search=%00', 'search'],
      ['search=%0A', 'search'],
      [`search=${'x'.repeat(257)}`, 'search'],
      ['search=a&search=b', 'search'],
      ['qualification=education', 'qualification'],
      ['qualification=None', 'qualification'],
      ['vettingStatus=Open', 'vettingStatus'],
      ['attention=overdue', 'attention'],
      ['attention=Overdue&attention=Resubmittable', 'attention'],
      ['size=0', 'size'],
      ['size=501', 'size'],
      ['size=ten', 'size'],
      ['size=-1', 'size'],
      ['continuationToken=', 'continuationToken'],
      [`continuationToken=${'x'.repeat(8193)}`, 'continuationToken'],
      ['partner=9daaeb1c-4195-4db5-9f1d-509eb70c8c2d', 'partner'],
      ['Search=x', 'Search'],
    ])('refuse "%s"', async (query, name) => {
      expectFault(await get(`?${query}`), 400, '3000', [name]);
    });
  });

  describe('the pages', () => {
    async function addSchools(): Promise<void> {
      for (let index = 0; index < 23; index += 1) {
        const vettings = [education(vettingStatuses[index % 3], (index % 4) + 1), stateOwned];
        const domain = index % 2 === 0 ? `paging${index}.example.org` : `else${index}.example.org`;
        const companyName = index % 5 === 0 ? `Else 🏫 ${index % 3}` : `Paging 🏫 ${index % 7}`;
        const id = await add({ companyName, domain }, ...vettings.slice(0, index % 3));
        if (index % 3 === 1) await openReview(id, -day);
      }
    }

    it('hold every customer once, in order, whatever is asked for', async () => {
      await addSchools();
      for (const query of [
        '',
        'search=paging',
        'search=e',
        'qualification=Education',
        'qualification=StateOwnedEntity',
        'vettingStatus=Denied',
        'qualification=Education&vettingStatus=Approved&search=p',
        'attention=Resubmittable',
        'attention=Overdue',
        'attention=Overdue&search=paging%20%F0%9F%8F%AB',
      ]) {
        const whole = await get(`?${query}&size=500`.replace('?&', '?'));
        expect(whole.body).not.toHaveProperty('continuationToken');
        const total = whole.body.totalCount;
        expect([idsOf(whole).length, new Set(idsOf(whole)).size], query).toEqual([total, total]);
        for (const size of [1, 4, 22, 23, 24]) {
          const pages = await allPages(`?${query}&size=${size}`.replace('?&', '?'));
          expect(idsOf(...pages), query).toEqual(idsOf(whole));
          expect(pages).toHaveLength(Math.max(1, Math.ceil(total / size)));
          expect(pages.flatMap(({ body }) => body.items)).toEqual(whole.body.items);
          for (const { body } of pages) expect(body.totalCount).toBe(total);
        }
      }
    });

    it('lose no customer and show none twice while others come, and keep the count of the first', async () => {
      await addSchools();
      const there = idsOf(await get('?size=500'));
      const pages = await allPages('?size=3', async () => {
        await add('Paging 🏫 0');
        await add('!first of all');
      });
      const seen = idsOf(...pages);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => there.includes(id))).toEqual(there);
      for (const { body } of pages) expect(body.totalCount).toBe(23);
    });

    it('go on with the same query beside the token', async () => {
      await addSchools();
      const asked = '?search=p&qualification=Education&size=2';
      const first = await get(asked);
      const next = `continuationToken=${first.body.continuationToken}`;
      const second = await get(`?${next}`);
      expect(second.body.items).toHaveLength(2);
      for (const beside of [asked, '?search=p', '?size=2'])
        expect((await get(`${beside}&${next}`)).body).toEqual(second.body);
    });

    it.each([
      ['vettingStatus=Denied', 'vettingStatus'],
      ['qualification=StateOwnedEntity', 'qualification'],
      ['attention=Overdue', 'attention'],
      ['search=other', 'search'],
      ['size=5', 'size'],
      ['totalCount=5', 'totalCount'],
      ['after=x', 'after'],
    ])('are refused with "%s" beside a token that says otherwise', async (beside, name) => {
      await addSchools();
      for (const asked of ['?size=4', '?qualification=Education&search=p&size=2']) {
        const { body } = await get(asked);
        expect(body.continuationToken).toBeTypeOf('string');
        expectFault(await get(`?${beside}&continuationToken=${body.continuationToken}`), 400, '3000', [name]);
      }
    });

    const good = { size: 5, totalCount: 9, after: { nameKey: 'x', id: randomUUID() } };
    it.each([
      ['what is no base64', '%25%25'],
      ['what is no JSON', Buffer.from('{').toString('base64url')],
      ['what is no object', Buffer.from('null').toString('base64url')],
      ['a token of the desk', tokenOf({ sort: 'dueAt', size: 5, after: { key: 'x', id: 'x' } })],
      ['a size that is too large', tokenOf({ ...good, size: 501 })],
      ['a count that is none', tokenOf({ ...good, totalCount: -1 })],
      ['an unknown member', tokenOf({ ...good, partner })],
      ['a blank search', tokenOf({ ...good, search: ' ' })],
      ['a place that no database takes', tokenOf({ ...good, after: { ...good.after, nameKey: '\u0000' } })],
      ['a place without an id', tokenOf({ ...good, after: { nameKey: 'x' } })],
      ['a place of more', tokenOf({ ...good, after: { ...good.after, more: 1 } })],
    ])('are refused with %s for a token', async (_, token) => {
      expectFault(await get(`?continuationToken=${token}`), 400, '3000', ['continuationToken']);
    });

    it("give another partner its own by one's token", async () => {
      await addSchools();
      const { body } = await get('?size=4');
      const { status, body: others } = await get(`?continuationToken=${body.continuationToken}`, {
        token: await bench.sandbox.appToken(otherPartner.tenantId),
      });
      expect(status).toBe(200);
      for (const { customer } of others.items) expect(customer.id).toBe(otherPartner.customerId);
    });

    it('lead to the end past names and domains as long as they can be', async () => {
      const long = (index: number) =>
        Array.from({ length: 256 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 37 + index * 101) % 20_000))).join(
          '',
        );
      for (let index = 0; index < 5; index += 1) {
        await add({ companyName: '\ufdfa'.repeat(256), domain: long(index).slice(0, 253) }, education('Denied'));
        await add({ companyName: long(index), domain: '\u3300'.repeat(253) }, education('Denied'));
      }
      for (const query of ['?size=3', '?size=3&vettingStatus=Denied']) {
        expect(new Set(idsOf(...(await allPages(query)))).size).toBe(10);
      }
    });
  });
});
