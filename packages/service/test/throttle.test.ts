import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { PartnerCenterClient, sandboxCredential } from '@vetted/client';
import { databases, examples, otherPartner, startSandbox, type TestSandbox, unqualified } from '@vetted/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServiceOptions } from '../src/config.js';
import { expectFault, startBench } from './bench.js';

const customerId = examples[0].customerId;
const another = examples[1].customerId;
const codes = '/v1/customers/all/validations';
const education = { qualification: 'Education', educationSegment: 'K12' };
const few = { reads: 6, writes: 4, customerReads: 3, customerWrites: 2 };

describe.each(databases)('on $name', ({ create }) => {
  async function start(throttle: ServiceOptions['throttle'] = few) {
    const bench = await startBench(create, { throttle });
    onTestFinished(() => bench.close());
    return bench;
  }

  async function statuses(count: number, send: () => Promise<{ status: number }>): Promise<number[]> {
    const seen: number[] = [];
    for (let sent = 0; sent < count; sent += 1) seen.push((await send()).status);
    return seen;
  }

  it('a partner’s reads are let through up to the limit, and again in the next period', async () => {
    const { sandbox, clock } = await start();
    expect(await statuses(7, () => sandbox.get(codes))).toEqual([200, 200, 200, 200, 200, 200, 429]);
    clock.advance(10_000);
    expect(await statuses(7, () => sandbox.get(codes))).toEqual([200, 200, 200, 200, 200, 200, 429]);
  });

  it('what is beyond gets the documented body, when to ask again, and what is left of which quota', async () => {
    const { sandbox, clock } = await start();
    clock.advance(2_500);
    const answers = [];
    for (let sent = 0; sent < 4; sent += 1) answers.push(await sandbox.qualifications(customerId));
    const [first, , third, refused] = answers;
    expect(first?.headers.get('ratelimit')).toBeNull();
    expect(third?.headers.get('ratelimit')).toBe('"reads";r=3;t=8, "customer-reads";r=0;t=8');
    expect(refused).toMatchObject({
      status: 429,
      body: { statusCode: 429, message: 'Rate limit is exceeded. Try again in 8 seconds.' },
    });
    expect(Object.fromEntries(refused?.headers ?? [])).toMatchObject({
      'retry-after': '8',
      ratelimit: '"reads";r=3;t=8, "customer-reads";r=0;t=8',
      'ratelimit-policy': '"reads";q=6;w=10, "customer-reads";q=3;w=10',
      'content-type': 'application/json; charset=utf-8',
    });
  });

  it('one customer’s requests do not stand in the way of another’s, whatever the letter case of its id', async () => {
    const { sandbox } = await start();
    expect(await statuses(3, () => sandbox.qualifications(customerId))).toEqual([200, 200, 200]);
    expect(await sandbox.qualifications(customerId.toUpperCase())).toMatchObject({ status: 429 });
    expect(await sandbox.qualifications(another)).toMatchObject({ status: 200 });
  });

  it('of customers that are asked for beyond the partner’s limit nothing is counted', async () => {
    const { sandbox } = await start();
    await statuses(6, () => sandbox.get(codes));
    const { status, headers } = await sandbox.qualifications(customerId);
    expect([status, headers.get('ratelimit')]).toEqual([429, '"reads";r=0;t=10']);
  });

  it('reads do not count as writes, nor one partner’s as another’s', async () => {
    const { sandbox } = await start();
    expect((await statuses(7, () => sandbox.get(codes))).at(-1)).toBe(429);
    expect(await sandbox.request(unqualified.litware, education)).toMatchObject({ status: 201 });
    const token = await sandbox.appToken(otherPartner.tenantId);
    expect(await sandbox.get(codes, { token })).toMatchObject({ status: 200 });
  });

  it('a write beyond the limit changes nothing, and counts whether or not it was right', async () => {
    const { sandbox, vettings } = await start();
    const litware = unqualified.litware;
    const wrong = await statuses(2, () => sandbox.request(litware, { qualification: 'None' }));
    expect(wrong).toEqual([400, 400]);
    expect(await sandbox.request(litware, education)).toMatchObject({ status: 429 });
    expect(await vettings(litware)).toEqual([]);
  });

  it('who may not call is told so, and does not count', async () => {
    const { sandbox } = await start();
    for (let sent = 0; sent < 9; sent += 1) expectFault(await sandbox.get(codes, { token: 'none' }), 401, '400');
    expect(await sandbox.get(codes)).toMatchObject({ status: 200 });
  });

  it('health, documents and tokens are not counted', async () => {
    const { sandbox } = await start();
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs']) {
      expect(new Set(await statuses(8, () => sandbox.get(path)))).toEqual(new Set([200]));
    }
  });

  it('the client asks again when the service says, and gets its answer', async () => {
    const { sandbox, clock } = await start();
    clock.advance(9_500);
    const http = createDefaultHttpClient();
    const httpClient: HttpClient = {
      async sendRequest(request) {
        const response = await http.sendRequest(request);
        if (response.status === 429) clock.advance(1_000);
        return response;
      },
    };
    const credential = sandboxCredential({ sandbox: sandbox.description });
    const client = new PartnerCenterClient(credential, { baseUrl: sandbox.url, httpClient });
    expect((await statuses(6, () => sandbox.get(codes))).at(-1)).toBe(200);
    expect(await client.customers.byId(customerId).qualification.getQualifications()).toHaveLength(1);
  });
});

describe('a sandbox', () => {
  async function start(options: ServiceOptions): Promise<TestSandbox> {
    const sandbox = await startSandbox(options);
    onTestFinished(() => sandbox.close());
    return sandbox;
  }

  it('lets everything through unless it is told a limit', async () => {
    const sandbox = await start({});
    for (let sent = 0; sent < 150; sent += 1) {
      expect(await sandbox.request(unqualified.litware, { qualification: 'None' })).toMatchObject({ status: 400 });
    }
  });

  it('keeps the default limits that it is not told', async () => {
    const sandbox = await start({ throttle: { customerReads: 1 }, clock: () => new Date('2026-03-02T09:00:00Z') });
    await sandbox.qualifications(customerId);
    const { headers } = await sandbox.qualifications(customerId);
    expect(headers.get('ratelimit-policy')).toBe('"reads";q=40000;w=10, "customer-reads";q=1;w=10');
  });
});
