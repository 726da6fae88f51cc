import { startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallResponse, PartnerCenterClient, type QualificationChange } from '../src/index.js';
import { rejectionOf } from './fixture.js';
import { until } from './timers.js';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** A client of the sandbox, and what it was answered. */
function newClient() {
  const answers: CallResponse[] = [];
  const getToken = async () => ({ token: await sandbox.userToken(), expiresOnTimestamp: Date.now() + 3_600_000 });
  const onResponse = (answer: CallResponse) => void answers.push(answer);
  const client = new PartnerCenterClient({ getToken }, { baseUrl: sandbox.url, onResponse });
  const answered = (path: string) => answers.filter((answer) => answer.path.endsWith(path)).length;
  return { client, answered };
}

async function newCustomer(): Promise<string> {
  const customer = { companyName: 'Alpine School', domain: 'alpine.example.edu' };
  const { body } = await sandbox.post('/sandbox/v1/customers', customer);
  return body.id;
}

const education = (website: string) => ({ qualification: 'Education', educationSegment: 'K12', website });

describe('against the service, in spite of an interval of a quarter of an hour', () => {
  it.each([
    ['approved.example.edu', { vettingStatus: 'Approved' }],
    ['not-academic.example.edu', { vettingStatus: 'Denied', vettingReason: 'Not an Academic Domain' }],
  ])('a decision on %s is there when it falls', async (website, decided) => {
    const { client } = newClient();
    const { qualification } = client.customers.byId(await newCustomer());
    const poller = qualification.beginCreateQualifications(education(website));
    await poller.submitted();
    expect(poller.operationState?.status).toBe('running');
    const [decision] = await Promise.all([poller, sandbox.advance('PT2H')]);
    expect(decision).toMatchObject({ qualification: 'Education', ...decided });
  });

  it('all who wait share one stream, which ends with the last of them', async () => {
    const { client, answered } = newClient();
    const customers = await Promise.all([newCustomer(), newCustomer(), newCustomer()]);
    const pollers = customers.map((id) =>
      client.customers.byId(id).qualification.beginCreateQualifications(education('approved.example.edu')),
    );
    const decisions = Promise.all(pollers);
    // Each has looked once since the stream is open, so that none can have missed anything.
    await until(() => answered('/qualifications') >= 2 * customers.length);
    await sandbox.advance('PT2H');
    expect((await decisions).map(({ vettingStatus }) => vettingStatus)).toEqual(Array(3).fill('Approved'));
    expect(answered('/events')).toBe(1);

    const { qualification } = client.customers.byId(await newCustomer());
    const [late] = await Promise.all([
      qualification.beginCreateQualifications(education('denied.example.edu')),
      until(() => answered('/events') === 2).then(() => sandbox.advance('PT2H')),
    ]);
    expect(late.vettingStatus).toBe('Denied');
  });

  it('another process goes on with what one has begun', async () => {
    const customerId = await newCustomer();
    const request = education('approved.example.edu');
    const begun = newClient();
    const restoreFrom = await begun.client.customers
      .byId(customerId)
      .qualification.beginCreateQualifications(request)
      .serialize();
    const other = newClient();
    const poller = other.client.customers
      .byId(customerId)
      .qualification.beginCreateQualifications(request, { restoreFrom });
    const [decision] = await Promise.all([poller, sandbox.advance('PT2H')]);
    expect(decision.vettingStatus).toBe('Approved');
  });

  it('waits for what somebody else has requested, and knows what nobody has', async () => {
    const customerId = await newCustomer();
    const { client } = newClient();
    const { qualification } = client.customers.byId(customerId);
    expect(await rejectionOf(qualification.waitForDecision('Education').pollUntilDone())).toMatchObject({
      code: 'NotRequested',
    });
    await sandbox.request(customerId, education('approved.example.edu'));
    const poller = qualification.waitForDecision('Education');
    const waiting = new Promise((resolve) => poller.onProgress(resolve));
    const [decision] = await Promise.all([poller, waiting.then(() => sandbox.advance('PT2H'))]);
    expect(decision.vettingStatus).toBe('Approved');
  });
});

describe('the stream of the service', () => {
  it('tells each change as it happens, and later what came after one', async () => {
    const customerId = await newCustomer();
    const { client } = newClient();
    let open = () => {};
    const isOpen = new Promise<void>((resolve) => {
      open = resolve;
    });
    const changes = client.vetting.events({ onOpen: () => open() });
    const first = changes.next();
    await isOpen;
    await sandbox.request(customerId, education('not-academic.example.edu'));
    await sandbox.advance('PT2H');
    const requested: QualificationChange = (await first).value;
    const decided: QualificationChange = (await changes.next()).value;
    expect(requested).toEqual({
      id: expect.stringMatching(/^\d+$/),
      customerId,
      qualification: 'Education',
      vettingStatus: 'InReview',
      at: expect.stringMatching(/Z$/),
      correlationId: expect.any(String),
    });
    expect(decided).toMatchObject({
      customerId,
      from: 'InReview',
      vettingStatus: 'Denied',
      vettingReason: 'Not an Academic Domain',
    });
    await changes.return?.();

    for await (const change of client.vetting.events({ lastEventId: requested.id })) {
      expect(change).toEqual(decided);
      break;
    }
  });

  it('refuses a place that is none', async () => {
    const { client } = newClient();
    const changes = client.vetting.events({ lastEventId: 'the last one' });
    expect(await rejectionOf(changes.next())).toMatchObject({ statusCode: 400, code: '3000' });
  });
});
