import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { version } from '../src/package.js';
import { retryDelayInMs } from '../src/webhooks/schedule.js';
import { newWebhookSecret } from '../src/webhooks/secret.js';
import { answer, awaited, body, receive, receiveBytes, secret, send } from './webhook-receiver.js';

describe('a webhook', () => {
  it('arrives as it was signed, and the signature can be verified', async () => {
    const arrived = awaited<{ text: string; request: IncomingMessage }>();
    const receiver = await receive(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      response.writeHead(204).end();
      arrived.happen({ text: Buffer.concat(chunks).toString(), request });
    });
    const timestamp = new Date();
    const result = await send(receiver.url, {}, { timestamp });
    expect(result).toEqual({ outcome: 'delivered', responseCode: 204, message: 'The receiver answered 204.' });
    const { text, request } = await arrived.happened;
    expect(text).toBe(body);
    expect(request).toMatchObject({ method: 'POST', url: '/hook?a=b' });
    expect(request.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': `Vetted/${version}`,
      connection: 'close',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
    });
    expect(request.headers).not.toHaveProperty('x-ms-signature');
    expect(new Webhook(secret).verify(text, request.headers as Record<string, string>)).toEqual(JSON.parse(body));
  });

  it('has its signature in x-ms-signature too when asked for', async () => {
    const arrived = awaited<IncomingHttpHeaders>();
    const receiver = await receive((request, response) => {
      arrived.happen(request.headers);
      response.end();
    });
    await send(receiver.url, {}, { signatureInMsSignatureHeader: true });
    const headers = await arrived.happened;
    expect(headers['x-ms-signature']).toMatch(/^v1,/);
    expect(headers['x-ms-signature']).toBe(headers['webhook-signature']);
  });

  it('gets a connection of its own every time', async () => {
    const receiver = await answer(200, { Connection: 'keep-alive' });
    await send(receiver.url);
    await send(receiver.url);
    expect(receiver.connections()).toBe(2);
  });
});

describe('the answer', () => {
  it.each([
    [200, 'delivered', 'The receiver answered 200.'],
    [299, 'delivered', 'The receiver answered 299.'],
    [304, 'failed', 'The receiver answered 304: redirects are not followed.'],
    [400, 'failed', 'The receiver answered 400.'],
    [410, 'gone', 'The receiver answered 410: it wants no more webhooks.'],
    [429, 'failed', 'The receiver answered 429.'],
    [500, 'failed', 'The receiver answered 500.'],
    [503, 'failed', 'The receiver answered 503.'],
  ])('%i means that the webhook is %s', async (status, outcome, message) => {
    const receiver = await answer(status, {}, status === 304 ? '' : 'What the receiver says stays with the receiver.');
    expect(await send(receiver.url)).toEqual({ outcome, responseCode: status, message });
  });

  it.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const target = await answer(204);
    const receiver = await answer(status, { Location: target.url });
    expect(await send(receiver.url)).toMatchObject({ outcome: 'failed', responseCode: status });
    expect(target.connections()).toBe(0);
  });

  it('is read no further than it must be', async () => {
    const block = Buffer.alloc(65_536);
    let written = 0;
    const closed = awaited();
    const pour = (response: ServerResponse) => {
      while (written < 100_000_000 && !response.destroyed) {
        written += block.length;
        if (!response.write(block)) return response.once('drain', () => pour(response));
      }
      return response.end();
    };
    const receiver = await receive((request, response) => {
      request.resume();
      response.once('close', closed.happen);
      response.writeHead(200);
      pour(response);
    });
    expect(await send(receiver.url)).toMatchObject({ outcome: 'delivered', responseCode: 200 });
    await closed.happened;
    expect(written).toBeLessThan(50_000_000);
  });

  it('counts by its status when its body breaks off', async () => {
    const receiver = await receiveBytes((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'));
    expect(await send(receiver.url)).toMatchObject({ outcome: 'delivered', responseCode: 200 });
  });

  it('counts by its status when its body does not end in time', async () => {
    const cut = awaited();
    const receiver = await receive((request, response) => {
      request.resume();
      const drip = setInterval(() => response.write('.'), 10);
      response.once('close', () => {
        clearInterval(drip);
        cut.happen();
      });
    });
    const result = await send(receiver.url, { timeoutInMs: 200 });
    expect(result).toMatchObject({ outcome: 'delivered', responseCode: 200 });
    await cut.happened;
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'The answer is not valid HTTP.'],
    ['has headers without end', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}`, 'The answer is not valid HTTP.'],
    [
      'breaks off in its headers',
      'HTTP/1.1 200 OK\r\nContent-',
      'The receiver closed the connection without an answer.',
    ],
    ['is empty', '', 'The receiver closed the connection without an answer.'],
  ])('fails the attempt when it %s', async (_, bytes, message) => {
    const receiver = await receiveBytes((socket) => socket.end(bytes));
    expect(await send(receiver.url)).toEqual({ outcome: 'failed', message });
  });

  it('fails the attempt when it wants another protocol', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';
    const receiver = await receiveBytes((socket) => socket.write(upgrade));
    expect(await send(receiver.url)).toMatchObject({ outcome: 'failed' });
  });

  it('fails the attempt when the connection is reset instead', async () => {
    const receiver = await receiveBytes((socket) => socket.resetAndDestroy());
    const message = 'The receiver closed the connection without an answer.';
    expect(await send(receiver.url)).toEqual({ outcome: 'failed', message });
  });
});

describe('the time limit', () => {
  const message = 'There was no answer within 200 ms.';

  it('ends an attempt whose receiver accepts and says nothing', async () => {
    const closed = awaited();
    const receiver = await receiveBytes((socket) => socket.once('close', () => closed.happen()));
    expect(await send(receiver.url, { timeoutInMs: 200 })).toEqual({ outcome: 'failed', message });
    await closed.happened;
  });

  it('ends an attempt whose receiver sends its headers byte by byte', async () => {
    const receiver = await receiveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      const drip = setInterval(() => socket.write('.'), 10);
      socket.once('close', () => clearInterval(drip));
    });
    expect(await send(receiver.url, { timeoutInMs: 200 })).toEqual({ outcome: 'failed', message });
  });

  it('ends an attempt whose receiver says again and again that it goes on', async () => {
    const receiver = await receiveBytes((socket) => {
      const drip = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 10);
      socket.once('close', () => clearInterval(drip));
    });
    expect(await send(receiver.url, { timeoutInMs: 200 })).toEqual({ outcome: 'failed', message });
  });

  it('ends an attempt whose host name is not resolved', async () => {
    const result = await send('http://hooks.test/', { timeoutInMs: 200, resolve: () => new Promise(() => {}) });
    expect(result).toEqual({ outcome: 'failed', message });
  });

  it('ends an attempt whose TLS handshake does not', async () => {
    const receiver = await receiveBytes(() => {});
    const result = await send(receiver.url.replace('http:', 'https:'), { timeoutInMs: 200 });
    expect(result).toEqual({ outcome: 'failed', message });
  });
});

describe('stopping', () => {
  const stopped = { outcome: 'failed', message: 'Sending was stopped.' };

  it('ends an attempt under way', async () => {
    const controller = new AbortController();
    const receiver = await receiveBytes(() => controller.abort());
    expect(await send(receiver.url, { signal: controller.signal })).toEqual(stopped);
  });

  it('ends an attempt before it begins', async () => {
    let requests = 0;
    const receiver = await receive((_, response) => {
      requests += 1;
      response.end();
    });
    expect(await send(receiver.url, { signal: AbortSignal.abort() })).toEqual(stopped);
    expect(await send(receiver.url.replace('127.0.0.1', 'localhost'), { signal: AbortSignal.abort() })).toEqual(
      stopped,
    );
    expect(requests).toBe(0);
  });
});

describe('what cannot be signed or sent at all', () => {
  it('throws, since that is no fault of the receiver', async () => {
    await expect(send('http://127.0.0.1:1/', {}, { secret: 'whsec_???' })).rejects.toThrow();
    await expect(send('http://127.0.0.1:1/', {}, { id: 'a\nb' })).rejects.toThrow();
  });
});

describe('the schedule', () => {
  it('makes ten attempts over 75 hours and a half, and then no more', () => {
    const delays = Array.from({ length: 11 }, (_, attempt) => retryDelayInMs(attempt, () => 0));
    expect(delays).toEqual([
      0,
      5_000,
      300_000,
      1_800_000,
      7_200_000,
      18_000_000,
      36_000_000,
      50_400_000,
      72_000_000,
      86_400_000,
      undefined,
    ]);
    expect(retryDelayInMs(11)).toBeUndefined();
  });

  it('adds up to a tenth by chance', () => {
    expect(retryDelayInMs(1, () => 0.5)).toBe(5_250);
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), chance, (attempt, random) => {
        const least = retryDelayInMs(attempt, () => 0) ?? Number.NaN;
        const delay = retryDelayInMs(attempt, () => random) ?? Number.NaN;
        expect(delay).toBeGreaterThanOrEqual(least);
        expect(delay).toBeLessThanOrEqual(least * 1.1);
      }),
      { seed: 20_201_203 },
    );
  });
});

describe('a secret', () => {
  it('is 32 random bytes as Standard Webhooks writes them', () => {
    expect(newWebhookSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newWebhookSecret()).not.toBe(newWebhookSecret());
  });
});
