import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { startSandbox, type TestSandbox, unqualified } from '@vetted/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const smuggled = 'GET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n';
const stateOwned = '{"qualification":"StateOwnedEntity"}';

describe('bytes on a connection', () => {
  let sandbox: TestSandbox;
  let authorization: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    authorization = `Authorization: Bearer ${await sandbox.userToken()}`;
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    expect((await sandbox.qualifications(unqualified.litware)).body).toEqual([]);
  });

  /** Sends, hangs up on its own side where it is said so, and reads until the service does. */
  const exchange = async (bytes: string | Uint8Array, { hangUp = false } = {}) => {
    const { hostname, port } = new URL(sandbox.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A connection that is reset has been refused as well.
    socket.on('error', () => {});
    socket.once('end', () => socket.end());
    const closed = once(socket, 'close');
    socket.write(bytes);
    if (hangUp) socket.end();
    await closed;
    return Buffer.concat(chunks).toString('latin1');
  };
  const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  const post = (headers: readonly string[], body: string) =>
    [
      `POST /v1/customers/${unqualified.litware}/qualifications HTTP/1.1`,
      'Host: x',
      authorization,
      'Content-Type: application/json',
      ...headers,
      '',
      body,
    ].join('\r\n');

  it.each<[string, readonly string[], string]>([
    ['two lengths that differ', ['Content-Length: 4', 'Content-Length: 40'], smuggled],
    ['two lengths that agree', ['Content-Length: 36', 'Content-Length: 36'], stateOwned],
    ['a list of lengths', ['Content-Length: 36, 36'], stateOwned],
    ['a length with a sign', ['Content-Length: +36'], stateOwned],
    ['a length below nothing', ['Content-Length: -1'], smuggled],
    ['a length in hexadecimal', ['Content-Length: 0x24'], stateOwned],
    ['a length that is no number', ['Content-Length: many'], stateOwned],
    ['a length beyond all numbers', [`Content-Length: ${'9'.repeat(40)}`], stateOwned],
    ['a space before the colon', ['Content-Length : 36'], stateOwned],
    ['a length and chunks', ['Content-Length: 36', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`],
    ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 5'], `0\r\n\r\n${smuggled}`],
    ['chunks that are not the last coding', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${smuggled}`],
    ['a coding that nobody knows', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`],
    ['a coding with a control character', ['Transfer-Encoding: \u000bchunked'], `0\r\n\r\n${smuggled}`],
    ['a space before the colon of a coding', ['Transfer-Encoding : chunked'], `0\r\n\r\n${smuggled}`],
    ['a header on two lines', ['X-Locale: a', ' b', 'Content-Length: 36'], stateOwned],
    ['a line feed alone', ['X-Locale: a\nContent-Length: 36'], stateOwned],
    ['a carriage return alone', ['X-Locale: a\rContent-Length: 36'], stateOwned],
    ['a NUL in a header', ['X-Locale: a\u0000', 'Content-Length: 36'], stateOwned],
    ['a NUL in the name of a header', ['X-Lo\u0000cale: a', 'Content-Length: 36'], stateOwned],
    ['a header without a colon', ['X-Locale', 'Content-Length: 36'], stateOwned],
    ['a chunk of no number', ['Transfer-Encoding: chunked'], `zz\r\n${stateOwned}\r\n0\r\n\r\n`],
    ['a chunk of 0x24', ['Transfer-Encoding: chunked'], `0x24\r\n${stateOwned}\r\n0\r\n\r\n`],
    ['a chunk below nothing', ['Transfer-Encoding: chunked'], `-24\r\n${stateOwned}\r\n0\r\n\r\n`],
    ['a chunk beyond all numbers', ['Transfer-Encoding: chunked'], `${'f'.repeat(17)}\r\n${stateOwned}\r\n0\r\n\r\n`],
    ['a chunk longer than it says', ['Transfer-Encoding: chunked'], `5\r\n${stateOwned}\r\n0\r\n\r\n`],
    ['a chunk that ends with a line feed alone', ['Transfer-Encoding: chunked'], `24\n${stateOwned}\r\n0\r\n\r\n`],
  ])('are refused once, and nothing behind them is served: %s', async (_, headers, body) => {
    const text = await exchange(post(headers, body));
    expect(statuses(text)).toEqual([400]);
    expect(text).toContain('"code":"3000"');
    expect(text).not.toContain('"status":"ok"');
  });

  it('that are fewer than a body was to have have no effect', async () => {
    const text = await exchange(post(['Content-Length: 100'], stateOwned), { hangUp: true });
    expect(statuses(text).filter((status) => status < 400)).toEqual([]);
  });

  it('that are fewer than a chunk was to have have no effect', async () => {
    const text = await exchange(post(['Transfer-Encoding: chunked'], `ff\r\n${stateOwned}`), { hangUp: true });
    expect(statuses(text).filter((status) => status < 400)).toEqual([]);
  });

  it('that are more than a body was to have are another request, which is refused like the first', async () => {
    const text = await exchange(post(['Content-Length: 5'], stateOwned));
    expect(new Set(statuses(text))).toEqual(new Set([400]));
  });

  it('of 100 requests in a row are answered in their order', async () => {
    const ids = Array.from({ length: 100 }, () => randomUUID());
    const requests = ids.map((id, index) =>
      [
        `GET ${index % 2 === 0 ? `/v1/customers/${unqualified.litware}/qualifications` : '/v1/customers'} HTTP/1.1`,
        'Host: x',
        authorization,
        `MS-RequestId: ${id}`,
        ...(index === ids.length - 1 ? ['Connection: close'] : []),
        '\r\n',
      ].join('\r\n'),
    );
    const text = await exchange(requests.join(''));
    expect([...text.matchAll(/ms-requestid: (\S+)/gi)].map(([, id]) => id)).toEqual(ids);
    expect(statuses(text)).toEqual(ids.map(() => 200));
  });

  it.each(['http://127.0.0.1/healthz', 'http://attacker.example/healthz'])(
    'with the whole URL %s are answered for its path, whatever its host',
    async (target) => {
      const text = await exchange(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(statuses(text)).toEqual([200]);
    },
  );

  it.each(['CONNECT 127.0.0.1:22 HTTP/1.1', 'CONNECT x:80 HTTP/1.1'])('ask for no tunnel: %s', async (line) => {
    const text = await exchange(`${line}\r\nHost: x\r\n\r\n${smuggled}`);
    expect(statuses(text).filter((status) => status < 400)).toEqual([]);
  });

  it('of a TRACE are not sent back', async () => {
    const text = await exchange(
      'TRACE /v1/customers HTTP/1.1\r\nHost: x\r\nX-Secret: in confidence\r\nConnection: close\r\n\r\n',
    );
    expect(statuses(text)).toEqual([405]);
    expect(text).not.toContain('in confidence');
  });

  it('of HTTP/1.0 end with their answer, unless they ask for more', async () => {
    expect(statuses(await exchange('GET /healthz HTTP/1.0\r\n\r\n'))).toEqual([200]);
    const more = 'GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n';
    expect(statuses(await exchange(more))).toEqual([200, 200]);
  });

  it('that offer HTTP/2 are answered in HTTP/1.1', async () => {
    const offer = ['Connection: Upgrade, HTTP2-Settings, close', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
    const text = await exchange(`GET /healthz HTTP/1.1\r\nHost: x\r\n${offer.join('\r\n')}\r\n\r\n`);
    expect(statuses(text)).toEqual([200]);
  });

  it('that begin as HTTP/2 does are refused', async () => {
    expect(statuses(await exchange('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))).toEqual([400]);
  });

  it.each([
    ['one of 8 kB', [`${'n'.repeat(8192)}: 1`]],
    ['2,000 short ones', Array.from({ length: 2_000 }, (_, index) => `h${index}:`)],
  ])('with names of headers, %s, are served', async (_, headers) => {
    const head = ['GET /v1/customers HTTP/1.1', 'Host: x', authorization, 'Connection: close', ...headers];
    expect(statuses(await exchange(`${head.join('\r\n')}\r\n\r\n`))).toEqual([200]);
  });
});
