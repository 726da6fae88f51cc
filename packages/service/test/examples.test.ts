import { databases, examples, unqualified } from '@vetted/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from './bench.js';

const correlation = '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745';
const requestId = '037db222-6d8e-4d7f-ba78-df3dca33fb68';

describe.each(databases)("the examples of Microsoft's reference, on $name", ({ create }) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(create);
  });
  afterAll(() => bench.close());

  it('are six', () => {
    expect(examples.map(({ title }) => title)).toEqual([
      'Approved',
      'In Review',
      'Denied',
      'State Owned Entity',
      'State Owned Entity with Education',
      'State Owned Entity with GCC',
    ]);
  });

  it.each(examples)('come back to the letter: $title', async ({ customerId, qualifications }) => {
    const { status, text } = await bench.sandbox.qualifications(customerId);
    expect(status).toBe(200);
    expect(text).toBe(JSON.stringify(qualifications));
  });

  it.each(examples)('come back to a user as to an application: $title', async ({ customerId, qualifications }) => {
    const { body } = await bench.sandbox.qualifications(customerId, { token: await bench.sandbox.userToken() });
    expect(body).toEqual(qualifications);
  });

  it.each(examples)('come back for the customer id in upper case: $title', async ({ customerId, qualifications }) => {
    const { body } = await bench.sandbox.qualifications(customerId.toUpperCase());
    expect(body).toEqual(qualifications);
  });

  it.each(examples)('come with the headers of the reference, and its ids: $title', async ({ customerId }) => {
    const { headers, text } = await bench.sandbox.qualifications(customerId, {
      headers: { accept: 'application/json', 'MS-CorrelationId': correlation, 'MS-RequestId': requestId },
    });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(headers.get('content-encoding')).toBeNull();
    expect(headers.get('ms-correlationid')).toBe(correlation);
    expect(headers.get('ms-requestid')).toBe(requestId);
  });

  it('give the vetting date in both spellings where they give one', () => {
    const dated = examples.flatMap(({ qualifications }) => qualifications.filter((one) => 'vettingCreatedDate' in one));
    expect(dated.map((one) => 'vettingCreateDate' in one && one.vettingCreateDate)).toEqual([
      '2020-12-03T10:37:38.885Z',
      '2020-12-03T10:37:38.885Z',
      '2021-05-06T19:59:56.6832021+00:00',
    ]);
  });

  it('hold no null anywhere', async () => {
    for (const { customerId } of examples) {
      expect((await bench.sandbox.qualifications(customerId)).text).not.toContain('null');
    }
  });

  it.each(Object.values(unqualified))('give an empty array for a customer without a qualification: %s', async (id) => {
    const { status, text, headers } = await bench.sandbox.qualifications(id);
    expect([status, text, headers.get('content-length')]).toEqual([200, '[]', '2']);
  });

  it('stay open to HEAD, which gets the headers without the body', async () => {
    const [example] = examples;
    const url = `${bench.sandbox.url}/v1/customers/${example.customerId}/qualifications`;
    const response = await fetch(url, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${await bench.sandbox.appToken()}` },
    });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('content-length')).toBe(String(JSON.stringify(example.qualifications).length));
  });
});
