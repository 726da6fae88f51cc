import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startSandbox, type TestSandbox } from '@vetted/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { partner } from './bench.js';
import { importPath, resultsIn } from './operator-support.js';

const someone = '93d6950f-e6c4-45a3-85e7-a2b625e4f310';
const minute = 60_000;

describe('a body that does not come', () => {
  let sandbox: TestSandbox;
  let token: string;

  beforeEach(async () => {
    sandbox = await startSandbox();
    token = await sandbox.userToken();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await sandbox.close();
  });

  /** Sends the beginning of a request, and reads all that is answered until the connection ends. */
  async function begin(head: readonly string[], body: string) {
    const { hostname, port } = new URL(sandbox.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const timers = vi.getTimerCount();
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    while (vi.getTimerCount() === timers) await new Promise((resolve) => setImmediate(resolve));
    const ended = once(socket, 'close').then(() => Buffer.concat(chunks).toString());
    return { socket, ended };
  }
  const head = (path: string, ...headers: string[]) => [`POST ${path} HTTP/1.1`, 'Host: localhost', ...headers];
  const path = `/v1/customers/${someone}/qualifications`;

  it('has its sender told so after a minute, and its connection ended', async () => {
    const json = ['Content-Type: application/json', `Authorization: Bearer ${token}`, 'Content-Length: 100'];
    const { ended } = await begin(head(path, ...json), '{"qualification"');
    vi.advanceTimersByTime(minute);
    const answer = await ended;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('came too slowly');
  });

  it('of a request that is answered already ends the connection after a minute', async () => {
    const { socket, ended } = await begin(head(path, 'Content-Length: 100'), '{');
    await once(socket, 'data');
    vi.advanceTimersByTime(minute);
    const answer = await ended;
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('of a path that is not there ends the connection after a minute', async () => {
    const { socket, ended } = await begin(head('/nowhere', 'Transfer-Encoding: chunked'), '5\r\nabc');
    await once(socket, 'data');
    vi.advanceTimersByTime(minute);
    expect(await ended).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('of an import may take as long as it goes on', async () => {
    const administrator = await sandbox.userToken('administrator');
    const headers = { authorization: `Bearer ${administrator}`, 'content-type': 'application/x-ndjson' };
    const outgoing = request(sandbox.url + importPath(partner), { method: 'POST', headers });
    outgoing.write('{}\n'.repeat(500));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    vi.advanceTimersByTime(60 * minute);
    outgoing.end('{}');
    expect(resultsIn(await text(response))).toHaveLength(501);
  });
});
