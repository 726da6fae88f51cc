import { startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PartnerCenterClient, type QualificationChange } from '../src/index.js';

let sandbox: TestSandbox;
let client: PartnerCenterClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = clientOf(sandbox);
});
afterAll(() => sandbox.close());

function clientOf({ url, userToken }: TestSandbox): PartnerCenterClient {
  const credential = {
    getToken: async () => ({ token: await userToken(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return new PartnerCenterClient(credential, { baseUrl: url });
}

async function newCustomer(companyName: string): Promise<string> {
  const { body } = await sandbox.post('/sandbox/v1/customers', { companyName, domain: 'alpine.example.edu' });
  return body.id;
}

const education = (website: string) => ({ qualification: 'Education', educationSegment: 'K12', website });

it('has the decision at once, in spite of an interval of a quarter of an hour', async () => {
  const { qualification } = client.customers.byId(await newCustomer('Alpine School'));
  const poller = qualification.beginCreateQualifications(education('approved.example.edu'));
  await poller.submitted();
  expect(poller.operationState?.status).toBe('running');
  const decision = poller.pollUntilDone();
  await sandbox.advance('PT2H');
  await expect(decision).resolves.toMatchObject({ qualification: 'Education', vettingStatus: 'Approved' });
});
