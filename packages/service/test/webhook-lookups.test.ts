import { createSocket, type RemoteInfo } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { webhookUrlProblem } from '../src/webhooks/addresses.js';
import { dnsResolve } from '../src/webhooks/resolve.js';
import { awaited, send } from './webhook-receiver.js';

type RecordType = 'A' | 'AAAA';
type Reply = { readonly address?: Buffer; readonly code?: number } | undefined;

const recordTypes = new Map<number, RecordType>([
  [1, 'A'],
  [28, 'AAAA'],
]);
const HEADER_BYTES = 12;
const NO_SUCH_NAME = 3;
const REFUSED = 5;

const ipv4 = Buffer.from([93, 184, 215, 14]);
const ipv6 = Buffer.from('26064700470000000000000000001111', 'hex');
const loopback = Buffer.from([127, 0, 0, 1]);

/** A server of names; one that replies with undefined is silent. */
async function startDns(reply: (type: RecordType) => Reply) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query: Buffer, { port, address }: RemoteInfo) => {
    const { name, type, end } = questionOf(query);
    asked.push(`${type} ${name}`);
    const answer = reply(type);
    if (answer !== undefined) socket.send(message(query.subarray(0, end), type, answer), port, address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return { asked, resolve: dnsResolve([`127.0.0.1:${socket.address().port}`]) };
}

/** @see https://www.rfc-editor.org/rfc/rfc1035#section-4.1.2 */
function questionOf(query: Buffer) {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = recordTypes.get(query.readUInt16BE(at + 1)) ?? 'A';
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 };
}

function message(query: Buffer, type: RecordType, { address, code = 0 }: NonNullable<Reply>): Buffer {
  const head = Buffer.from(query);
  head.writeUInt16BE(0x8180 + code, 2);
  head.writeUInt16BE(address === undefined ? 0 : 1, 6);
  head.writeUInt32BE(0, 8);
  if (address === undefined) return head;
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, type === 'A' ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, address.length]);
  return Buffer.concat([head, record, address]);
}

const url = 'https://hooks.example.com/';
const unending = () => new AbortController().signal;

describe('a look-up whose server of names is silent', () => {
  it('holds up no other look-up of the process, however many there are', async () => {
    const { asked, resolve } = await startDns(() => undefined);
    const over: unknown[] = [];
    const controllers = Array.from({ length: 12 }, () => new AbortController());
    const lookups = controllers.map(({ signal }, index) =>
      resolve(`n${index}.example.com`, signal).catch((error: unknown) => over.push(error)),
    );
    await vi.waitFor(() => expect(new Set(asked).size).toBe(2 * controllers.length));
    expect(await lookup('localhost')).toMatchObject({ family: expect.any(Number) });
    expect(over).toEqual([]);
    for (const controller of controllers) controller.abort();
    await Promise.all(lookups);
  });

  it('is cancelled when it is given up', async () => {
    const { asked, resolve } = await startDns(() => undefined);
    const controller = new AbortController();
    const pending = expect(resolve('hooks.example.com', controller.signal)).rejects.toMatchObject({
      code: 'EAI_AGAIN',
      cause: { code: 'ECANCELLED' },
    });
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0));
    controller.abort();
    await pending;
  });

  it('is cancelled when a registration waits no longer', async () => {
    const { resolve } = await startDns(() => undefined);
    const ended = awaited<unknown>();
    const problem = await webhookUrlProblem(url, 'public', {
      timeoutInMs: 50,
      resolve: (host, signal) => {
        const addresses = resolve(host, signal);
        addresses.catch(ended.happen);
        return addresses;
      },
    });
    expect(problem).toBe('does not resolve in time');
    expect(await ended.happened).toMatchObject({ cause: { code: 'ECANCELLED' } });
  });

  it('is cancelled when an attempt is over', async () => {
    const { resolve } = await startDns(() => undefined);
    const ended = awaited<unknown>();
    const result = await send(url, {
      mode: 'public',
      timeoutInMs: 50,
      resolve: (host, signal) => {
        const addresses = resolve(host, signal);
        addresses.catch(ended.happen);
        return addresses;
      },
    });
    expect(result).toEqual({ outcome: 'failed', message: 'There was no answer within 50 ms.' });
    expect(await ended.happened).toMatchObject({ cause: { code: 'ECANCELLED' } });
  });

  it('is not begun when it is given up before', async () => {
    const { asked, resolve } = await startDns(() => undefined);
    await expect(resolve('hooks.example.com', AbortSignal.abort())).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});

describe('a look-up', () => {
  it('finds the addresses of both kinds', async () => {
    const { asked, resolve } = await startDns((type) => ({ address: type === 'A' ? ipv4 : ipv6 }));
    expect(await resolve('hooks.example.com', unending())).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:4700:4700::1111', family: 6 },
    ]);
    expect(asked.sort()).toEqual(['A hooks.example.com', 'AAAA hooks.example.com']);
    expect(await webhookUrlProblem(url, 'public', { resolve })).toBeUndefined();
  });

  it.each([
    ['there are none of', {}],
    ['the server refuses to tell', { code: REFUSED }],
  ])('makes do with those of one kind where %s the other', async (_, other) => {
    const { resolve } = await startDns((type) => (type === 'A' ? { address: ipv4 } : other));
    expect(await resolve('hooks.example.com', unending())).toEqual([{ address: '93.184.215.14', family: 4 }]);
  });

  it('shows addresses that a webhook may not go to', async () => {
    const { resolve } = await startDns((type) => ({ address: type === 'A' ? loopback : ipv6 }));
    expect(await webhookUrlProblem(url, 'public', { resolve })).toBe('leads to a loopback address');
    const message = 'The host leads to a loopback address.';
    expect(await send(url, { mode: 'public', resolve })).toEqual({ outcome: 'failed', message });
  });

  it.each([
    ['nobody has the name', { code: NO_SUCH_NAME }, 'The host name does not resolve.'],
    ['the name has no address', {}, 'The host name does not resolve.'],
    ['the server refuses', { code: REFUSED }, 'The host name cannot be resolved at the moment.'],
  ])('fails where %s', async (_, reply, message) => {
    const { resolve } = await startDns(() => reply);
    expect(await webhookUrlProblem(url, 'public', { resolve })).toBe('does not resolve');
    expect(await send(url, { mode: 'public', resolve })).toEqual({ outcome: 'failed', message });
  });
});
