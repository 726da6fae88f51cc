import { createHmac } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isWebhookVerificationError, verifyWebhook, type WebhookHeaders } from '../src/index.js';
import { BODY, type Delivery, failureOf, ID, NOW, reasonOf, SECRET, signed, updated } from './delivery.js';
import { CUSTOMER_ID } from './fixture.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a sound delivery', () => {
  it('is read as its event, with the customer and the qualification that it is about', () => {
    expect(verifyWebhook(BODY, signed(BODY), SECRET)).toEqual({
      id: ID,
      eventName: 'customer-qualification-updated',
      resourceUri: updated.ResourceUri,
      resourceName: 'customer-qualification',
      auditUri: updated.AuditUri,
      resourceChangeUtcDate: '2026-10-21T07:27:59.123Z',
      customerId: CUSTOMER_ID,
      qualification: 'Education',
    });
  });

  it('is one whose signature is the HMAC-SHA256 of id, time and body', () => {
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${ID}.1792567680.${BODY}`).digest('base64');
    expect(signature).toBe('hdiNl4hwrCxrE7Fy1w3/Lpk4hnKUgI2TqSJysed9TFU=');
    const headers = { 'webhook-id': ID, 'webhook-timestamp': '1792567680', 'webhook-signature': `v1,${signature}` };
    expect(verifyWebhook(BODY, headers, SECRET).id).toBe(ID);
  });

  it('is taken as text and as bytes, a byte order mark and letters beyond ASCII included', () => {
    const body = `\ufeff${JSON.stringify({ ...updated, ResourceName: 'Schüler 学校 🎓' })}`;
    const bytes = new TextEncoder().encode(body);
    for (const raw of [body, bytes, Buffer.from(body), new Uint8Array([...bytes, 1]).subarray(0, bytes.length)]) {
      expect(verifyWebhook(raw, signed(body), SECRET).resourceName).toBe('Schüler 学校 🎓');
    }
  });

  it('is taken with the secret as it was shown and without its prefix', () => {
    expect(verifyWebhook(BODY, signed(BODY), SECRET.slice('whsec_'.length)).id).toBe(ID);
  });

  it.each<[string, (headers: Delivery) => WebhookHeaders]>([
    ['Fetch headers', (headers) => new Headers(headers)],
    ['a record in capitals', (headers) => mapNames(headers, (name) => name.toUpperCase())],
    ['a record in title case', (headers) => mapNames(headers, (name) => name.replaceAll(/\b[a-z]/g, upper))],
    ['a record of lists', (headers) => Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, [v]]))],
    ['a record among others', (headers) => ({ ...headers, get: 'x', host: undefined, 'set-cookie': ['a', 'b'] })],
  ])('is taken with its headers in %s', (_form, form) => {
    expect(verifyWebhook(BODY, form(signed(BODY)), SECRET).id).toBe(ID);
  });

  it.each([
    ['before another', (right: string) => `${right} v1,${'A'.repeat(43)}=`],
    ['after one of another version', (right: string) => `v1a,${'A'.repeat(86)}== ${right}`],
    ['after what is no signature', (right: string) => `v1 , v1, v2 ${right}`],
    ['after a thousand others', (right: string) => `${`v1,${'A'.repeat(43)}= `.repeat(1000)}${right}`],
  ])('may carry the right signature %s', (_place, place) => {
    const headers = signed(BODY);
    const several = { ...headers, 'webhook-signature': place(headers['webhook-signature']) };
    expect(verifyWebhook(BODY, several, SECRET).id).toBe(ID);
  });

  it.each([-300, -299, 0, 299, 300])('may be sent %i seconds from now', (seconds) => {
    const at = new Date(NOW.getTime() + seconds * 1000);
    expect(verifyWebhook(BODY, signed(BODY, { at }), SECRET).id).toBe(ID);
  });
});

describe('an event', () => {
  const read = (body: object) => verifyWebhook(JSON.stringify(body), signed(JSON.stringify(body)), SECRET);

  it('has no customer and no qualification where its addresses name none', () => {
    const test = {
      EventName: 'test-created',
      ResourceUri: 'https://vetted.example/webhooks/v1/registration/test',
      ResourceName: 'test',
      AuditUri: null,
      ResourceChangeUtcDate: '2017-11-16T16:19:06.3520276+00:00',
    };
    expect(read(test)).toEqual({
      id: ID,
      eventName: 'test-created',
      resourceUri: test.ResourceUri,
      resourceName: 'test',
      resourceChangeUtcDate: '2017-11-16T16:19:06.3520276+00:00',
    });
  });

  it.each([
    '/v1/customers//qualifications',
    `/v1/customers/${CUSTOMER_ID}/qualifications/more`,
    '/v1/customers/../qualifications',
    '/v1/customers/%zz/qualifications',
    'not an address',
  ])('is read without a customer where its address is %s', (uri) => {
    const event = read({ ...updated, ResourceUri: uri, AuditUri: uri });
    expect(event).toMatchObject({ resourceUri: uri, auditUri: uri });
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['customerId']));
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['qualification']));
  });

  it('is read where its name and its members are of a later version', () => {
    const event = read({ ...updated, EventName: 'customer-moved', Later: { any: 1 } });
    expect(event).toMatchObject({ eventName: 'customer-moved', customerId: CUSTOMER_ID });
  });

  it.each(['EventName', 'ResourceUri', 'ResourceName', 'ResourceChangeUtcDate'])(
    'is refused without %s, by name',
    (name) => {
      for (const value of [undefined, null, '', 7, {}, ['x']]) {
        const body = JSON.stringify({ ...updated, [name]: value });
        const error = failureOf(body, signed(body));
        expect([error.reason, error.message]).toEqual(['body-invalid', expect.stringContaining(name)]);
      }
    },
  );

  it.each(['', 'x', '{', 'null', '7', '"x"', '[]', `[${BODY}]`])('is refused where the signed body is %j', (body) => {
    expect(reasonOf(body, signed(body))).toBe('body-invalid');
  });

  it('is refused where AuditUri is not a text', () => {
    const body = JSON.stringify({ ...updated, AuditUri: 7 });
    expect(reasonOf(body, signed(body))).toBe('body-invalid');
  });
});

describe('a receiver on node:http', () => {
  const receiver = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    try {
      response.end(verifyWebhook(body, incoming.headers, SECRET).id);
    } catch (error) {
      response.writeHead(400).end(isWebhookVerificationError(error) ? error.reason : String(error));
    }
  });
  beforeAll(() => new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve)));
  afterAll(async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  function post(headers: Record<string, string | string[]>, body: string | Buffer): Promise<[number, string]> {
    const { port } = receiver.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method: 'POST', headers }, async (response) => {
        resolve([response.statusCode ?? 0, (await buffer(response)).toString()]);
      });
      sent.on('error', reject).end(body);
    });
  }

  it('takes the bytes and the headers as they arrive', async () => {
    const body = JSON.stringify({ ...updated, ResourceName: 'Schüler 🎓' });
    await expect(post(signed(body), body)).resolves.toEqual([200, ID]);
  });

  it('refuses a delivery whose bytes were changed on the way', async () => {
    await expect(post(signed(BODY), BODY.replace('Education', 'education'))).resolves.toEqual([
      400,
      'signature-mismatch',
    ]);
    await expect(post(signed(BODY), Buffer.from([0xff, 0xfe]))).resolves.toEqual([400, 'body-invalid']);
  });

  it('refuses a delivery with a header missing or sent twice', async () => {
    const headers = signed(BODY);
    const { 'webhook-signature': _signature, ...unsigned } = headers;
    await expect(post(unsigned, BODY)).resolves.toEqual([400, 'header-missing']);
    await expect(post({ ...headers, 'webhook-id': [ID, 'other'] }, BODY)).resolves.toEqual([400, 'signature-mismatch']);
  });
});

function mapNames(headers: Delivery, rename: (name: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [rename(name), value]));
}

function upper(letter: string): string {
  return letter.toUpperCase();
}
