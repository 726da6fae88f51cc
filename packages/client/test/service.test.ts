import { ClientSecretCredential } from '@azure/identity';
import { examples, otherPartner, startSandbox, type TestSandbox, unqualified } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Customer, PartnerCenterClient } from '../src/index.js';
import { GUID, rejectionOf } from './fixture.js';

let sandbox: TestSandbox;
let app: PartnerCenterClient;
let agent: PartnerCenterClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  const client = (token: () => Promise<string>) =>
    new PartnerCenterClient(
      { getToken: async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 3_600_000 }) },
      { baseUrl: sandbox.url },
    );
  app = client(() => sandbox.appToken());
  agent = client(() => sandbox.userToken());
});
afterAll(() => sandbox.close());

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const ids = (customers: Customer[]) => customers.map(({ id }) => id);
const sampleIds = () => sandbox.description.customers.map(({ id }) => id).toSorted();

describe('against the service', () => {
  it.each(examples)("gets Microsoft's example: $title", async ({ customerId, qualifications }) => {
    const expected = qualifications.map((one) => {
      const { vettingCreateDate: _secondSpelling, ...rest } = { vettingCreateDate: undefined, ...one };
      return rest;
    });
    const { qualification } = app.customers.byId(customerId);
    await expect(qualification.getQualifications()).resolves.toEqual(expected);
  });

  it('lists the same customers whole and page by page, and tells the total', async () => {
    const whole = ids(await all(app.customers.list()));
    const pages = await all(app.customers.list().byPage({ maxPageSize: 3 }));
    expect(whole.toSorted()).toEqual(sampleIds());
    expect(pages.flatMap((page) => ids(page))).toEqual(whole);
    expect(pages.map(({ length }) => length)).toEqual([3, 3, whole.length - 6]);
    expect(pages[0]?.totalCount).toBe(whole.length);
    expect(pages.at(-1)?.continuationToken).toBeUndefined();
  });

  it('goes on later after a page', async () => {
    const [first] = await all(app.customers.list().byPage({ maxPageSize: 6 }));
    const later = app.customers.list().byPage({ continuationToken: first?.continuationToken ?? '' });
    const rest = (await all(later)).flatMap((page) => ids(page));
    expect([...ids(first ?? []), ...rest].toSorted()).toEqual(sampleIds());
  });

  it.each([
    ['CompanyName', 'Lake', 'Lakeshore Primary School'],
    ['Domain', 'tailspin', 'Tailspin Training'],
  ] as const)('lists the customers whose %s begins with %s', async (field, startsWith, name) => {
    const found = await all(app.customers.list({ filter: { field, startsWith } }));
    expect(found.map(({ companyProfile }) => companyProfile.companyName)).toEqual([name]);
  });

  it('gets one customer', async () => {
    const [{ id, companyName } = { id: '', companyName: '' }] = sandbox.description.customers;
    await expect(app.customers.byId(id).get()).resolves.toMatchObject({ id, companyProfile: { companyName } });
  });

  it('gets the validation codes', async () => {
    const codes = await app.validations.getValidationCodes();
    expect(codes.length).toBeGreaterThan(0);
    expect(codes[0]).toMatchObject({ validationId: expect.any(String), remainingCreates: expect.any(Number) });
  });

  it('requests Education, which is in review then, and does nothing twice under one request id', async () => {
    const { qualification } = agent.customers.byId(unqualified.adventureWorks);
    const request = { qualification: 'Education', educationSegment: 'K12', website: 'adventure.example.edu' };
    const options = { requestId: crypto.randomUUID() };
    const created = await qualification.createQualifications(request, options);
    expect(created).toMatchObject({ qualification: 'Education', vettingStatus: 'InReview' });
    await expect(qualification.createQualifications(request, options)).resolves.toEqual(created);
    await expect(qualification.getQualifications()).resolves.toEqual([created]);

    const again = await rejectionOf(qualification.createQualifications(request));
    expect(again).toMatchObject({ statusCode: 409, code: 'QualificationInReview' });
  });

  it('requests GovernmentCommunityCloud with a validation code, which approves it', async () => {
    const codes = await app.validations.getValidationCodes();
    const { validationId = '' } = codes.find(({ remainingCreates }) => remainingCreates > 0) ?? {};
    const { qualification } = agent.customers.byId(unqualified.litware);
    const request = { qualification: 'GovernmentCommunityCloud', validationCode: validationId };
    await expect(qualification.createQualifications(request)).resolves.toMatchObject({ vettingStatus: 'Approved' });
  });
});

describe('what the service refuses is a PartnerCenterError', () => {
  it.each([
    ['an id that is not a GUID', 'not-a-guid', 400, '900118'],
    ["another partner's customer", otherPartner.customerId, 404, '60003'],
  ])('%s', async (_case, id, statusCode, code) => {
    const correlationId = crypto.randomUUID();
    const error = await rejectionOf(app.customers.byId(id).qualification.getQualifications({ correlationId }));
    expect(error).toMatchObject({ statusCode, code, correlationId, requestId: expect.stringMatching(GUID) });
    expect(error.description).toBe(error.message);
  });

  it('a request with an app-only token', async () => {
    const { qualification } = app.customers.byId(unqualified.litware);
    const error = await rejectionOf(qualification.createQualifications({ qualification: 'StateOwnedEntity' }));
    expect(error).toMatchObject({ statusCode: 403, code: '900329' });
  });

  it('a request with a member missing, which data names', async () => {
    const { qualification } = agent.customers.byId(unqualified.litware);
    const error = await rejectionOf(qualification.createQualifications({ qualification: 'Education' }));
    expect(error).toMatchObject({ statusCode: 400, code: '3000' });
    expect(error.data).toEqual([expect.objectContaining({ name: 'educationSegment' })]);
  });

  it('a token that the service did not expect', async () => {
    const credential = { getToken: async () => ({ token: 'none', expiresOnTimestamp: Date.now() + 3_600_000 }) };
    const stranger = new PartnerCenterClient(credential, { baseUrl: sandbox.url });
    const error = await rejectionOf(stranger.validations.getValidationCodes());
    expect(error).toMatchObject({ statusCode: 401, code: '400' });
  });
});

it('takes any credential of @azure/identity, whose own errors it passes on', async () => {
  const credential = new ClientSecretCredential(sandbox.description.tenantId, 'x', 'y', {
    authorityHost: 'https://127.0.0.1:1',
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
  });
  const client = new PartnerCenterClient(credential, { baseUrl: sandbox.url });
  await expect(client.validations.getValidationCodes()).rejects.toMatchObject({
    name: expect.stringMatching(/^(AuthenticationRequiredError|AuthenticationError|CredentialUnavailableError)$/),
  });
});
