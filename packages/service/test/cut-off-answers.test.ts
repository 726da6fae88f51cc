import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type Answer, call, databases } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Bench, type Contents, partner, startBench } from './bench.js';
import { openInbox } from './webhook-inbox.js';

const education = { qualification: 'Education', educationSegment: 'K12' };
const registrationPath = '/webhooks/v1/registration';
const RETRIES = 100;
const RETRIES_AT_ONCE = 20;

/** A call that is to take effect once. */
interface OnceOnly {
  readonly path: string;
  readonly body?: object;
  readonly token: string;
}

/** What a call has to do with its effect: how many rows each table then has more, and which status it is answered. */
interface Kind {
  readonly title: string;
  prepare(bench: Bench): Promise<OnceOnly>;
  readonly status: number;
  readonly rows: Readonly<Record<string, number>>;
}

const requestFor = async (bench: Bench, body: object): Promise<OnceOnly> => ({
  path: `/v1/customers/${await bench.addCustomer()}/qualifications`,
  body,
  token: await bench.sandbox.userToken(),
});

/** A review that is open, at the desk's path. */
async function openReview(bench: Bench): Promise<string> {
  const customer = await bench.addCustomer();
  await bench.sandbox.request(customer, education);
  const token = await bench.sandbox.userToken('reviewer');
  const { body } = await bench.sandbox.get(`/vetting/v1/reviews?search=${customer}`, { token });
  return `/vetting/v1/reviews/${body.items[0].id}`;
}

const kinds: readonly Kind[] = [
  {
    title: 'a request for Education',
    prepare: (bench) => requestFor(bench, education),
    status: 201,
    rows: { qualifications: 1, reviews: 1, history: 1, events: 1 },
  },
  {
    title: 'a request for StateOwnedEntity',
    prepare: (bench) => requestFor(bench, { qualification: 'StateOwnedEntity' }),
    status: 201,
    rows: { qualifications: 1, history: 1, events: 1 },
  },
  {
    title: 'a request with a validation code that has one create left',
    async prepare(bench) {
      const validationCode = await bench.addCode({ remainingCreates: 1 });
      return requestFor(bench, { qualification: 'GovernmentCommunityCloud', validationCode });
    },
    status: 201,
    rows: { qualifications: 1, history: 1, events: 1 },
  },
  {
    title: 'a request that the rules refuse',
    async prepare(bench) {
      const validationCode = await bench.addCode({ remainingCreates: 0 });
      return requestFor(bench, { qualification: 'GovernmentCommunityCloud', validationCode });
    },
    status: 409,
    rows: {},
  },
  {
    title: 'a decision',
    async prepare(bench) {
      const token = await bench.sandbox.userToken('reviewer');
      return { path: `${await openReview(bench)}/decision`, body: { decision: 'Approved' }, token };
    },
    status: 200,
    rows: { history: 1, events: 1 },
  },
  {
    title: 'an approval that is taken back',
    async prepare(bench) {
      const token = await bench.sandbox.userToken('reviewer');
      const review = await openReview(bench);
      await bench.sandbox.post(`${review}/decision`, { decision: 'Approved' }, { token });
      return { path: `${review}/reopen`, body: { reason: 'It lost its accreditation.' }, token };
    },
    status: 200,
    rows: { history: 1, events: 1 },
  },
  {
    title: 'the end of a relationship',
    prepare: async (bench) => ({
      path: `/vetting/v1/partners/${partner}/customers/${await bench.addCustomer()}/end-relationship`,
      token: await bench.sandbox.userToken('administrator'),
    }),
    status: 200,
    rows: { history: 1 },
  },
  {
    title: 'a new customer of the sandbox',
    prepare: async (bench) => ({
      path: '/sandbox/v1/customers',
      body: { companyName: 'Fabrikam', domain: `${randomUUID()}.example.com` },
      token: await bench.sandbox.userToken(),
    }),
    status: 201,
    rows: { customers: 1, history: 1 },
  },
];

/** How a caller comes not to hear its answer. */
const cuts: readonly { readonly when: string; lose(bench: Bench, call: OnceOnly, headers: Headers): Promise<void> }[] =
  [
    {
      when: 'its answer is cut off on the way back',
      async lose(bench, { path, body }, headers) {
        const proxy = await cuttingProxy(bench.sandbox.url);
        await expect(call(proxy + path, { method: 'POST', headers, ...written(body) })).rejects.toThrow('fetch failed');
      },
    },
    {
      when: 'its caller hangs up as soon as it has asked',
      lose: (bench, { path, body }, headers) => askAndHangUp(bench.sandbox.url + path, headers, body),
    },
  ];

describe.each(databases)('on $name', ({ create }) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  describe.each(cuts.map((cut) => [cut.when, cut] as const))('when %s', (_, { lose }) => {
    it.each(kinds.map((kind) => [kind.title, kind] as const))(
      '%s has one effect and one answer, however often it is sent again',
      async (_, kind) => {
        const once = await kind.prepare(bench);
        const headers = headersOf(once);
        const before = await bench.contents();
        await lose(bench, once, headers);
        const answers = await retry(() => send(bench, once, headers));

        expect(answers.map(({ status }) => status)).toEqual(Array(RETRIES).fill(kind.status));
        expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
        const after = await bench.contents();
        expect(growth(before, after)).toEqual(kind.rows);
        expect(leftOf(before) - leftOf(after)).toBe(kind.title.includes('one create left') ? 1 : 0);
      },
    );

    it('a webhook is registered once, and its secret is told', async () => {
      const inbox = await openInbox();
      const token = await bench.sandbox.userToken();
      const body = { WebhookUrl: inbox.url, WebhookEvents: ['test-created'] };
      const once = { path: registrationPath, body, token };
      const headers = headersOf(once);
      await lose(bench, once, headers);
      const answers = await retry(() => send(bench, once, headers));
      const [first] = answers;
      expect(first?.body).toMatchObject({ WebhookSecret: expect.stringMatching(/^whsec_/) });
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      const { body: registered } = await bench.sandbox.get(registrationPath);
      expect(registered.SubscriberId).toBe(first?.body.SubscriberId);

      const test = { path: `${registrationPath}/validationEvents`, token };
      const testHeaders = headersOf(test);
      await lose(bench, test, testHeaders);
      const tests = await retry(() => send(bench, test, testHeaders));
      expect(new Set(tests.map(({ text }) => text)).size).toBe(1);
      await inbox.first(1);
      await bench.sandbox.advance('PT5M');
      expect(inbox.arrivals).toHaveLength(1);
      await call(bench.sandbox.url + registrationPath, { method: 'DELETE', headers: headersOf(test) });
    });
  });
});

function headersOf({ token, body }: OnceOnly): Headers {
  return new Headers({
    authorization: `Bearer ${token}`,
    'ms-requestid': randomUUID(),
    ...(body && { 'content-type': 'application/json' }),
  });
}

const written = (body: object | undefined) => (body === undefined ? {} : { body: JSON.stringify(body) });

function send(bench: Bench, { path, body }: OnceOnly, headers: Headers): Promise<Answer> {
  return call(bench.sandbox.url + path, { method: 'POST', headers, ...written(body) });
}

async function retry(again: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < RETRIES) {
    answers.push(...(await Promise.all(Array.from({ length: RETRIES_AT_ONCE }, again))));
  }
  return answers;
}

/** How many rows each table has more; tables that have as many as before are left out. */
function growth(before: Contents, after: Contents): Record<string, number> {
  const grown = Object.entries(after).map(([table, rows]) => [table, rows.length - (before[table]?.length ?? 0)]);
  return Object.fromEntries(grown.filter(([, more]) => more !== 0));
}

function leftOf({ codes = [] }: Contents): number {
  return (codes as { remaining_creates: number }[]).reduce((sum, code) => sum + code.remaining_creates, 0);
}

/** A proxy that hangs up on its client when the service answers, which is after the commit. */
async function cuttingProxy(url: string): Promise<string> {
  const { port } = new URL(url);
  const server = createServer((client) => {
    const service = connect(Number(port), '127.0.0.1');
    client.pipe(service);
    client.on('error', () => service.destroy());
    service.on('error', () => client.destroy());
    service.once('data', () => {
      client.destroy();
      service.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends a whole request, and does not wait for anything. */
function askAndHangUp(url: string, headers: Headers, body: object | undefined): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = httpRequest(url, { method: 'POST', headers: Object.fromEntries(headers), agent: false });
    outgoing.on('error', () => {});
    outgoing.on('close', resolve);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body), () => outgoing.destroy());
  });
}
