import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { webhookUrlProblem } from '../src/webhooks/addresses.js';
import type { Resolve } from '../src/webhooks/resolve.js';
import { answer, day, receiveBytes, receiveTls, send } from './webhook-receiver.js';

/** A resolver that gives these answers one after the other, and records what it was asked. */
function scriptedResolver(...answers: string[][]) {
  const asked: string[] = [];
  const resolve: Resolve = async (host) => {
    const addresses = answers[asked.length] ?? [];
    asked.push(host);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { resolve, asked };
}

describe('over TLS, a webhook', () => {
  it('arrives at a receiver whose certificate is trusted', async () => {
    const { url, ca } = await receiveTls(['127.0.0.1', 'localhost']);
    expect(await send(url, { ca })).toMatchObject({ outcome: 'delivered', responseCode: 204 });
    expect(await send(url.replace('127.0.0.1', 'localhost'), { ca })).toMatchObject({ outcome: 'delivered' });
  });

  it('is not sent to a receiver whose certificate nobody vouches for', async () => {
    const { url } = await receiveTls(['127.0.0.1']);
    const message = "The receiver's certificate is not signed by a trusted authority.";
    expect(await send(url)).toEqual({ outcome: 'failed', message });
  });

  it('is not sent to such a receiver even where the environment switches certificates off', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const { url } = await receiveTls(['127.0.0.1']);
    expect(await send(url)).toMatchObject({ outcome: 'failed' });
  });

  it('arrives at a receiver whose host name ends in a full stop', async () => {
    const { url, ca } = await receiveTls(['hooks.test']);
    const { resolve } = scriptedResolver(['127.0.0.1']);
    const result = await send(url.replace('127.0.0.1', 'hooks.test.'), { ca, resolve });
    expect(result).toMatchObject({ outcome: 'delivered' });
  });

  it('is not sent to a receiver whose certificate has expired', async () => {
    const { url, ca } = await receiveTls(['127.0.0.1'], { validForInMs: -day });
    expect(await send(url, { ca })).toEqual({ outcome: 'failed', message: "The receiver's certificate has expired." });
  });

  it('is not sent to a receiver whose certificate is for another host', async () => {
    const { url, ca } = await receiveTls(['hooks.example.com']);
    const message = "The receiver's certificate is for another host name.";
    expect(await send(url, { ca })).toEqual({ outcome: 'failed', message });
  });

  it('is not sent to a receiver that speaks no TLS', async () => {
    const receiver = await receiveBytes((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const message = 'No TLS connection could be agreed on with the receiver.';
    expect(await send(receiver.url.replace('http:', 'https:'))).toEqual({ outcome: 'failed', message });
  });
});

describe('the guard', () => {
  it('keeps a webhook from a host whose addresses changed after its registration', async () => {
    const { url, connections, ca } = await receiveTls(['127.0.0.1', 'hooks.example.com']);
    const { resolve, asked } = scriptedResolver(['93.184.215.14'], ['127.0.0.1']);
    const named = url.replace('127.0.0.1', 'hooks.example.com');
    expect(await webhookUrlProblem(named, 'public', { resolve })).toBeUndefined();
    expect(await send(named, { mode: 'public', resolve, ca })).toEqual({
      outcome: 'failed',
      message: 'The host leads to a loopback address.',
    });
    expect(asked).toEqual(['hooks.example.com', 'hooks.example.com']);
    expect(connections()).toBe(0);
  });

  it('keeps a webhook from a host one of whose addresses is not allowed', async () => {
    const receiver = await answer(204);
    const { resolve } = scriptedResolver(['127.0.0.1', '10.1.2.3']);
    const result = await send(receiver.url.replace('127.0.0.1', 'hooks.test'), { resolve });
    expect(result).toEqual({ outcome: 'failed', message: 'The host leads to an address outside this machine.' });
    expect(receiver.connections()).toBe(0);
  });

  it('connects to the address it has checked, without asking again', async () => {
    const receiver = await answer(204);
    const { resolve, asked } = scriptedResolver(['127.0.0.1'], ['10.1.2.3']);
    const result = await send(receiver.url.replace('127.0.0.1', 'hooks.test'), { resolve });
    expect(result).toMatchObject({ outcome: 'delivered' });
    expect(asked).toEqual(['hooks.test']);
  });

  it('tries the next address of a host when one does not answer', async () => {
    const receiver = await answer(204);
    const { resolve } = scriptedResolver(['::1', '127.0.0.1']);
    const result = await send(receiver.url.replace('127.0.0.1', 'hooks.test'), { resolve });
    expect(result).toMatchObject({ outcome: 'delivered' });
  });

  it.each([
    ['https://127.0.0.1', 'The URL leads to a loopback address.'],
    ['https://2130706433', 'The URL leads to a loopback address.'],
    ['https://[::ffff:127.0.0.1]', 'The URL leads to a loopback address.'],
    ['http://127.0.0.1', 'The URL must be an https URL.'],
    ['no URL', 'The URL must be a URL.'],
  ])('keeps a webhook from %s, which no look-up shows', async (origin, message) => {
    const receiver = await answer(204);
    const result = await send(`${origin}:${receiver.port}`, { mode: 'public' });
    expect(result).toEqual({ outcome: 'failed', message });
    expect(receiver.connections()).toBe(0);
  });
});

describe('a receiver that is not there', () => {
  it('fails the attempt when its host name does not resolve', async () => {
    const message = 'The host name does not resolve.';
    const resolve: Resolve = async () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));
    expect(await send('https://hooks.test/', { resolve })).toEqual({ outcome: 'failed', message });
    const { resolve: nothing } = scriptedResolver([]);
    const result = await send('https://hooks.test/', { resolve: nothing });
    expect(result).toEqual({ outcome: 'failed', message: 'The host does not resolve.' });
  });

  it('fails the attempt when nothing listens', async () => {
    const { resolve } = scriptedResolver(['127.0.0.1', '127.0.0.2']);
    const message = 'The receiver refused the connection.';
    expect(await send('http://127.0.0.1:1/')).toEqual({ outcome: 'failed', message });
    expect(await send('http://hooks.test:1/', { resolve })).toEqual({ outcome: 'failed', message });
  });
});
