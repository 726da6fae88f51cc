import { examples, fakeClock, otherPartner, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CustomerWithQualifications, PartnerCenterClient } from '../src/index.js';
import { CUSTOMER_ID, clientOf, GUID, rejectionOf } from './fixture.js';
import { customerOf } from './listing-server.js';
import { json, startScriptedServer } from './scripted-server.js';

const [, inReview, denied, stateOwned, , withCloud] = examples;
const education = { qualification: 'Education', educationSegment: 'K12', website: 'www.school.example.org' };

let sandbox: TestSandbox;
let agent: PartnerCenterClient;

beforeEach(async () => {
  sandbox = await startSandbox({ clock: fakeClock('2026-03-02T09:00:00.000Z') });
  agent = clientWith(() => sandbox.userToken('agent'));
});
afterEach(() => sandbox.close());

function clientWith(token: () => Promise<string>): PartnerCenterClient {
  const getToken = async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 3_600_000 });
  return new PartnerCenterClient({ getToken }, { baseUrl: sandbox.url });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const names = (items: readonly CustomerWithQualifications[]) =>
  items.map(({ customer }) => customer.companyProfile.companyName);
const ids = (items: readonly CustomerWithQualifications[]) => items.map(({ customer }) => customer.id);

describe('the caller', () => {
  it('is a person of a partner, without a role', async () => {
    await expect(agent.vetting.getCaller()).resolves.toEqual({
      tenantId: sandbox.description.tenantId,
      subject: expect.stringMatching(GUID),
      kind: 'app+user',
      roles: [],
      mfa: true,
      partner: { name: 'Contoso CSP' },
    });
  });

  it("is a reviewer, whose tenant's roles count, and who is no partner", async () => {
    const reviewer = clientWith(() => sandbox.userToken('reviewer'));
    const caller = await reviewer.vetting.getCaller();
    expect(caller).toMatchObject({ kind: 'app+user', roles: ['Vetting.Review'] });
    expect(caller).not.toHaveProperty('partner');
  });

  it('is an application', async () => {
    const application = clientWith(() => sandbox.appToken(otherPartner.tenantId));
    const caller = { tenantId: otherPartner.tenantId, kind: 'app', mfa: false };
    await expect(application.vetting.getCaller()).resolves.toMatchObject(caller);
  });
});

describe('customers with their qualifications', () => {
  it('are all customers of the partner, sorted by name, each as the other calls give it', async () => {
    const listed = await all(agent.vetting.listCustomers());
    const customers = await all(agent.customers.list());
    expect(listed.map(({ customer }) => customer)).toEqual(customers);
    expect(names(listed)).toEqual(names(listed).toSorted());
    for (const { customer, qualifications } of listed) {
      const { qualification } = agent.customers.byId(customer.id);
      await expect(qualification.getQualifications()).resolves.toEqual(qualifications);
    }
  });

  it('come page by page, with the total, and go on later after a page', async () => {
    const pages = await all(agent.vetting.listCustomers({ pageSize: 3 }).byPage());
    expect(pages.map(({ length, totalCount }) => [length, totalCount])).toEqual([
      [3, 8],
      [3, 8],
      [2, 8],
    ]);
    expect(pages.at(-1)?.continuationToken).toBeUndefined();
    const continuationToken = pages[0]?.continuationToken ?? '';
    const later = await all(agent.vetting.listCustomers().byPage({ continuationToken }));
    expect(later.flatMap(names)).toEqual(pages.slice(1).flatMap(names));
  });

  it('are found by what a name or a domain begins with, and by an id', async () => {
    const found = async (search: string) => names(await all(agent.vetting.listCustomers({ search })));
    await expect(found('FABRIKAM')).resolves.toEqual(['Fabrikam Academy']);
    await expect(found('tailspin.example')).resolves.toEqual(['Tailspin Training']);
    await expect(found(stateOwned.customerId)).resolves.toEqual(['Wingtip National Railways']);
    await expect(found(otherPartner.customerId)).resolves.toEqual([]);
  });

  it('are narrowed by qualification and status', async () => {
    const { vetting } = agent;
    const options = { qualification: 'Education', vettingStatus: 'InReview' } as const;
    expect(ids(await all(vetting.listCustomers(options)))).toEqual([inReview.customerId]);
    const cloud = await all(vetting.listCustomers({ qualification: 'GovernmentCommunityCloud' }));
    expect(ids(cloud)).toEqual([withCloud.customerId]);
    expect(cloud[0]?.qualifications).toMatchObject([
      { vettingStatus: 'Approved' },
      { qualification: 'StateOwnedEntity' },
    ]);
    expect(cloud[0]?.qualifications[0]).not.toHaveProperty('vettingCreateDate');
  });

  it('are narrowed to those that need attention, whom the summary counts', async () => {
    const attention = async (what: 'Overdue' | 'Resubmittable') =>
      ids(await all(agent.vetting.listCustomers({ attention: what })));
    await expect(attention('Overdue')).resolves.toEqual([inReview.customerId]);
    await expect(attention('Resubmittable')).resolves.toEqual([denied.customerId]);
    await expect(agent.vetting.getSummary()).resolves.toMatchObject({ overdue: 1, resubmittable: 1 });
    await agent.customers.byId(denied.customerId).qualification.createQualifications(education);
    await expect(attention('Resubmittable')).resolves.toEqual([]);
    await expect(agent.vetting.getSummary()).resolves.toMatchObject({ resubmittable: 0 });
  });

  it('are refused to whoever is no partner', async () => {
    const reviewer = clientWith(() => sandbox.userToken('reviewer'));
    const error = await rejectionOf(all(reviewer.vetting.listCustomers()));
    expect(error).toMatchObject({ statusCode: 403, code: 'PartnerUnknown' });
  });
});

describe('the days of the summary', () => {
  it('are the last thirty, with what was decided on each and how long it took', async () => {
    const reviewer = clientWith(() => sandbox.userToken('reviewer'));
    const [review] = await all(reviewer.vetting.reviews.list({ search: inReview.customerId }));
    await reviewer.vetting.reviews.decide(review?.id ?? '', { decision: 'Approved' });
    const { days } = await agent.vetting.getSummary();
    expect([days.length, days[0]?.date]).toEqual([30, '2026-02-01']);
    expect(days.at(-1)).toEqual({ date: '2026-03-02', approved: 1, denied: 0, medianHours: expect.any(Number) });
    expect(days.at(-2)).toEqual({ date: '2026-03-01', approved: 0, denied: 0 });
  });
});

describe('what is sent', () => {
  it('is the query on the first page only, and one correlation id on all', async () => {
    const item = { customer: customerOf(CUSTOMER_ID), qualifications: [] };
    await using server = await startScriptedServer(
      json({ items: [item], totalCount: 2, continuationToken: 'a/b' }),
      json({ items: [item], totalCount: 2 }),
    );
    const options = { search: 'a & b', vettingStatus: 'Denied', attention: 'Resubmittable', pageSize: 1 } as const;
    await all(clientOf(server).vetting.listCustomers(options));
    expect(server.received.map(({ url }) => url)).toEqual([
      '/vetting/v1/customers?search=a%20%26%20b&vettingStatus=Denied&attention=Resubmittable&size=1',
      '/vetting/v1/customers?continuationToken=a%2Fb',
    ]);
    const [first, second] = server.received.map(({ headers }) => headers);
    expect(first?.['ms-correlationid']).toBe(second?.['ms-correlationid']);
    expect(first?.['ms-requestid']).not.toBe(second?.['ms-requestid']);
  });
});

describe('an answer that is none', () => {
  it.each([
    ['without a customer', { items: [{ qualifications: [] }] }],
    ['with qualifications that are none', { items: [{ customer: customerOf(CUSTOMER_ID), qualifications: [1] }] }],
  ])('%s rejects as InvalidResponse', async (_case, body) => {
    await using server = await startScriptedServer(json(body));
    const error = await rejectionOf(all(clientOf(server).vetting.listCustomers()));
    expect(error).toMatchObject({ code: 'InvalidResponse', statusCode: 200 });
  });
});
