import { examples, type FakeClock, fakeClock, otherPartner, startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PartnerCenterClient, type Review, type ReviewDecision } from '../src/index.js';
import { GUID, rejectionOf } from './fixture.js';

const [approved, inReview, denied, stateOwned] = examples;
const education = { qualification: 'Education', educationSegment: 'K12', website: 'www.school.example.org' };
const approval: ReviewDecision = { decision: 'Approved' };
const denial = { decision: 'Denied', reasonCode: 'NotAnAcademicDomain', note: 'A shop.' } as const;

let clock: FakeClock;
let sandbox: TestSandbox;
let agent: PartnerCenterClient;
let reviewer: PartnerCenterClient;

beforeEach(async () => {
  // A Monday: a review is due on Thursday.
  clock = fakeClock('2026-03-02T09:00:00.000Z');
  sandbox = await startSandbox({ clock });
  agent = clientAs('agent');
  reviewer = clientAs('reviewer');
});
afterEach(() => sandbox.close());

function clientAs(user: 'agent' | 'reviewer'): PartnerCenterClient {
  const getToken = async () => ({
    token: await sandbox.userToken(user),
    expiresOnTimestamp: Date.now() + 3_600_000,
  });
  return new PartnerCenterClient({ getToken }, { baseUrl: sandbox.url });
}

/** Adds a customer without a qualification, and gives its id. */
async function newCustomer(companyName: string): Promise<string> {
  const { status, body, text } = await sandbox.post('/sandbox/v1/customers', {
    companyName,
    domain: `${companyName.toLowerCase().replaceAll(' ', '-')}.example.org`,
  });
  expect(status, text).toBe(201);
  return body.id;
}

/** Requests Education for a new customer, and gives the review that it opened. */
async function submit(companyName: string): Promise<Review> {
  const customerId = await newCustomer(companyName);
  await agent.customers.byId(customerId).qualification.createQualifications(education);
  const [review] = await all(reviewer.vetting.reviews.list({ search: customerId }));
  if (review === undefined) throw new Error(`No review was opened for ${companyName}.`);
  return review;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const names = (reviews: readonly Review[]) => reviews.map(({ companyName }) => companyName);

describe('preflight', () => {
  it('finds nothing in a request that would be accepted, and uses no attempt', async () => {
    const customerId = await newCustomer('School');
    const request = { qualification: 'Education', educationSegment: 'K12' };
    const expected = { eligible: true, attemptsRemaining: 3, findings: [] };
    await expect(agent.vetting.preflight(customerId, request)).resolves.toEqual(expected);
    await expect(agent.vetting.preflight(customerId, request)).resolves.toEqual(expected);
    await expect(agent.customers.byId(customerId).qualification.getQualifications()).resolves.toEqual([]);
  });

  it('warns of what a reviewer may stumble over', async () => {
    const customerId = await newCustomer('School');
    const { eligible, findings } = await agent.vetting.preflight(customerId, {
      ...education,
      website: 'www.other.example.net',
    });
    expect(eligible).toBe(true);
    expect(findings).toEqual([
      { code: 'WebsiteDomainDiffers', field: 'website', message: expect.any(String), severity: 'warning' },
    ]);
  });

  it('names what the request would be refused for', async () => {
    await expect(agent.vetting.preflight(approved.customerId, education)).resolves.toMatchObject({
      eligible: false,
      findings: [{ code: 'QualificationApproved', severity: 'error' }, {}],
    });
  });

  it("rejects for another partner's customer", async () => {
    const error = await rejectionOf(agent.vetting.preflight(otherPartner.customerId, education));
    expect(error).toMatchObject({ statusCode: 404, code: '60003', correlationId: expect.stringMatching(GUID) });
  });
});

describe('progress', () => {
  it('tells when a decision is due', async () => {
    const customerId = await newCustomer('School');
    await agent.customers.byId(customerId).qualification.createQualifications(education);
    await expect(agent.vetting.getProgress(customerId, 'Education')).resolves.toMatchObject({
      qualification: 'Education',
      vettingStatus: 'InReview',
      attempt: 1,
      attemptsRemaining: 2,
      submittedAt: '2026-03-02T09:00:00.000Z',
      dueAt: '2026-03-05T09:00:00.000Z',
    });
  });

  it('tells of a denial what to correct, and whether to ask again', async () => {
    await expect(agent.vetting.getProgress(denied.customerId, 'Education')).resolves.toMatchObject({
      vettingStatus: 'Denied',
      vettingReason: 'Not an Education Customer',
      reasonCode: 'NotAnEducationCustomer',
      remedy: expect.stringContaining('official website'),
      mayResubmit: true,
      attemptsRemaining: 2,
    });
  });

  it('has one spelling of the vetting date, as a qualification has', async () => {
    const progress = await agent.vetting.getProgress(inReview.customerId, 'Education');
    expect(progress.vettingCreatedDate).toBe('2020-12-03T10:37:38.885Z');
    expect(progress).not.toHaveProperty('vettingCreateDate');
  });

  it('leaves out what does not apply where nobody vets', async () => {
    await expect(agent.vetting.getProgress(stateOwned.customerId, 'StateOwnedEntity')).resolves.toEqual({
      qualification: 'StateOwnedEntity',
      attempt: 1,
    });
  });

  it('rejects where the customer does not have the qualification', async () => {
    const error = await rejectionOf(agent.vetting.getProgress(stateOwned.customerId, 'Education'));
    expect(error).toMatchObject({ statusCode: 404, code: '1000' });
  });
});

describe('history', () => {
  it('has every step, oldest first, and names no reviewer', async () => {
    const correlationId = crypto.randomUUID();
    const { id, customerId } = await submit('School');
    clock.advance(3_600_000);
    await reviewer.vetting.reviews.decide(id, denial, { correlationId });
    await expect(agent.vetting.getHistory(customerId, 'Education')).resolves.toEqual([
      { at: '2026-03-02T09:00:00.000Z', to: 'InReview', by: 'partner', correlationId: expect.stringMatching(GUID) },
      {
        at: '2026-03-02T10:00:00.000Z',
        from: 'InReview',
        to: 'Denied',
        by: 'reviewer',
        reason: 'Not an Academic Domain',
        correlationId,
      },
    ]);
  });

  it('is empty where there was no step', async () => {
    await expect(agent.vetting.getHistory(await newCustomer('School'), 'Education')).resolves.toEqual([]);
  });
});

describe('summary', () => {
  it('counts by qualification and status, and tells how long decisions take', async () => {
    const before = await agent.vetting.getSummary();
    const { id } = await submit('School');
    clock.advance(2 * 3_600_000);
    await reviewer.vetting.reviews.decide(id, approval);
    const after = await agent.vetting.getSummary();
    const count = ({ counts }: typeof after) =>
      counts.find(({ qualification, vettingStatus }) => qualification === 'Education' && vettingStatus === 'Approved')
        ?.count;
    expect(count(after)).toBe((count(before) ?? 0) + 1);
    expect(after.decidedLast30Days).toBe(before.decidedLast30Days + 1);
    expect(after.hoursToDecision).toEqual({ median: expect.any(Number), percentile90: expect.any(Number) });
  });

  it('counts reviews that are overdue', async () => {
    const { overdue } = await agent.vetting.getSummary();
    await submit('School');
    clock.advance(8 * 86_400_000);
    await expect(agent.vetting.getSummary()).resolves.toMatchObject({ overdue: overdue + 1 });
  });
});

describe('the desk', () => {
  it('lists reviews whole and page by page, and tells the total', async () => {
    for (const name of ['Desk one', 'Desk two', 'Desk three']) await submit(name);
    const options = { search: 'desk', sort: 'companyName' } as const;
    const whole = await all(reviewer.vetting.reviews.list(options));
    expect(names(whole)).toEqual(['Desk one', 'Desk three', 'Desk two']);
    const pages = await all(reviewer.vetting.reviews.list({ ...options, pageSize: 2 }).byPage());
    expect(pages.map(names)).toEqual([['Desk one', 'Desk three'], ['Desk two']]);
    expect(pages.map(({ totalCount }) => totalCount)).toEqual([3, 3]);
    expect(pages[1]?.continuationToken).toBeUndefined();
  });

  it('goes on later after a page', async () => {
    for (const name of ['Desk one', 'Desk two']) await submit(name);
    const options = { search: 'desk', sort: '-companyName' } as const;
    const { value: first } = await reviewer.vetting.reviews.list(options).byPage({ maxPageSize: 1 }).next();
    const later = reviewer.vetting.reviews.list().byPage({ continuationToken: first.continuationToken });
    expect((await all(later)).map(names)).toEqual([['Desk one']]);
  });

  it('narrows the queue by status, partner and qualification', async () => {
    const { partnerId, id } = await submit('Desk one');
    await submit('Desk two');
    await reviewer.vetting.reviews.decide(id, approval);
    const list = (options: object) => all(reviewer.vetting.reviews.list({ search: 'desk', ...options }));
    expect(names(await list({ status: 'Approved' }))).toEqual(['Desk one']);
    expect(names(await list({ status: 'InReview', partner: partnerId, qualification: 'Education' }))).toEqual([
      'Desk two',
    ]);
    await expect(list({ partner: otherPartner.tenantId })).resolves.toEqual([]);
  });

  it('shows a review with its customer, earlier attempts and history', async () => {
    const { id, customerId } = await submit('School');
    await reviewer.vetting.reviews.decide(id, denial);
    await agent.customers.byId(customerId).qualification.createQualifications(education);
    const [second] = await all(reviewer.vetting.reviews.list({ search: customerId, status: 'InReview' }));
    await expect(reviewer.vetting.reviews.get(second?.id ?? '')).resolves.toMatchObject({
      attempt: 2,
      partnerName: 'Contoso CSP',
      status: 'InReview',
      website: 'www.school.example.org',
      customer: { id: customerId, companyProfile: { companyName: 'School' } },
      earlierAttempts: [{ id, status: 'Denied', note: 'A shop.' }],
      history: [{ to: 'InReview' }, { to: 'Denied', note: 'A shop.' }, { to: 'InReview' }],
    });
  });

  it('approves, and the partner reads it', async () => {
    const { id, customerId } = await submit('School');
    const decided = await reviewer.vetting.reviews.decide(id, approval);
    expect(decided).toMatchObject({ id, status: 'Approved', version: 2, decidedAt: '2026-03-02T09:00:00.000Z' });
    const { qualification } = agent.customers.byId(customerId);
    await expect(qualification.getQualifications()).resolves.toMatchObject([{ vettingStatus: 'Approved' }]);
  });

  it("denies in the reviewer's own words, and keeps the note at the desk", async () => {
    const { id, customerId } = await submit('School');
    const reason = 'The website belongs to a shop.';
    await reviewer.vetting.reviews.decide(id, { decision: 'Denied', reasonCode: 'Other', reason, note: 'Secret.' });
    const progress = await agent.vetting.getProgress(customerId, 'Education');
    expect(progress).toMatchObject({ vettingStatus: 'Denied', vettingReason: reason, reasonCode: 'Other' });
    expect(JSON.stringify([progress, await agent.vetting.getHistory(customerId, 'Education')])).not.toContain('Secret');
  });

  it('decides by the version that was seen, and rejects with 412 where it has changed', async () => {
    const { id, version } = await submit('School');
    const stale = await rejectionOf(reviewer.vetting.reviews.decide(id, approval, { ifVersion: version + 1 }));
    expect(stale).toMatchObject({ statusCode: 412, code: 'VersionStale' });
    const decided = await reviewer.vetting.reviews.decide(id, approval, { ifVersion: version });
    expect(decided.status).toBe('Approved');
    const late = await rejectionOf(reviewer.vetting.reviews.reopen(id, 'Late.', { ifVersion: version }));
    expect(late).toMatchObject({ statusCode: 412, code: 'VersionStale' });
  });

  it('takes an approval back, and tells the partner the documented reason', async () => {
    const { id, customerId } = await submit('School');
    await reviewer.vetting.reviews.decide(id, approval);
    const reopened = await reviewer.vetting.reviews.reopen(id, 'The school has closed.');
    expect(reopened).toMatchObject({ status: 'Denied', note: 'The school has closed.', version: 3 });
    await expect(agent.vetting.getProgress(customerId, 'Education')).resolves.toMatchObject({
      vettingReason: 'No longer an Education Customer',
    });
  });

  it('repeats a decision under its request id without deciding twice', async () => {
    const { id } = await submit('School');
    const options = { requestId: crypto.randomUUID() };
    const decided = await reviewer.vetting.reviews.decide(id, approval, options);
    await expect(reviewer.vetting.reviews.decide(id, approval, options)).resolves.toEqual(decided);
    const again = await rejectionOf(reviewer.vetting.reviews.decide(id, approval));
    expect(again).toMatchObject({ statusCode: 409, code: 'ReviewDecided' });
  });

  it('rejects with 409 a reopening of what was not approved, and with 400 a denial without a reason', async () => {
    const { id } = await submit('School');
    const reopening = await rejectionOf(reviewer.vetting.reviews.reopen(id, 'Closed.'));
    expect(reopening).toMatchObject({ statusCode: 409, code: 'ReviewNotApproved' });
    const decision = JSON.parse('{"decision":"Denied"}') as ReviewDecision;
    const wrong = await rejectionOf(reviewer.vetting.reviews.decide(id, decision));
    expect(wrong).toMatchObject({ statusCode: 400, data: [{ name: 'reasonCode' }] });
  });

  it('rejects with 403 whoever is no reviewer, and with 404 a review that does not exist', async () => {
    const listing = await rejectionOf(all(agent.vetting.reviews.list()));
    expect(listing).toMatchObject({ statusCode: 403, code: '900308' });
    const missing = await rejectionOf(reviewer.vetting.reviews.get(crypto.randomUUID()));
    expect(missing).toMatchObject({ statusCode: 404, code: '1000' });
  });
});
