import { startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CustomerQualifications, type ListQualificationsProgress, PartnerCenterClient } from '../src/index.js';

let sandbox: TestSandbox;
let client: PartnerCenterClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  const getToken = async () => ({ token: await sandbox.appToken(), expiresOnTimestamp: Date.now() + 3_600_000 });
  client = new PartnerCenterClient({ getToken }, { baseUrl: sandbox.url });
});
afterAll(() => sandbox.close());

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const ids = (items: CustomerQualifications[]) => items.map(({ customer }) => customer.id);

describe('qualifications.list against the service', () => {
  it('gives what listing the customers and asking for each of them gives', async () => {
    const customers = await all(client.customers.list());
    const expected = await Promise.all(
      customers.map(async (customer) => ({
        customer,
        qualifications: await client.customers.byId(customer.id).qualification.getQualifications(),
        continueFrom: expect.any(String),
      })),
    );
    expect(expected.length).toBeGreaterThan(6);
    await expect(all(client.qualifications.list({ pageSize: 3, concurrency: 2 }))).resolves.toEqual(expected);
  });

  it('goes on after any customer, with the filter and the page size of the first run', async () => {
    const options = { pageSize: 1, filter: { field: 'CompanyName', startsWith: 'L' } } as const;
    const whole = await all(client.qualifications.list(options));
    expect(whole.map(({ customer }) => customer.companyProfile.companyName)).toEqual([
      'Lakeshore Primary School',
      'Litware Institute',
    ]);
    for (const [at, { continueFrom }] of whole.entries()) {
      const rest = await all(client.qualifications.list({ continueFrom }));
      expect(rest).toEqual(whole.slice(at + 1));
    }
  });

  it('tells how many of how many customers are done', async () => {
    const told: ListQualificationsProgress[] = [];
    const whole = await all(client.qualifications.list({ pageSize: 3, onProgress: (progress) => told.push(progress) }));
    expect(told).toEqual(whole.map((_item, at) => ({ done: at + 1, failed: 0, totalCount: whole.length })));
  });

  it('rejects before the first customer where the service no longer honours the place', async () => {
    const [first] = await all(client.qualifications.list({ pageSize: 2 }));
    const [path, , customerId] = JSON.parse(first?.continueFrom ?? '') as [string, null, string];
    const continueFrom = JSON.stringify([`${path}&seekOperation=Next`, 'of-another-time', customerId]);
    const run = client.qualifications.list({ continueFrom });
    await expect(run.next()).rejects.toMatchObject({ name: 'PartnerCenterError', statusCode: 400 });
  });

  it('rejects with 401 where the service does not accept the token', async () => {
    const getToken = async () => ({ token: 'none', expiresOnTimestamp: Date.now() + 3_600_000 });
    const run = new PartnerCenterClient({ getToken }, { baseUrl: sandbox.url }).qualifications.list();
    await expect(run.next()).rejects.toMatchObject({ name: 'PartnerCenterError', statusCode: 401 });
    expect(ids(await all(run))).toEqual([]);
  });
});
