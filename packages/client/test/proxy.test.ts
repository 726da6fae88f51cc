import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { PartnerCenterClient } from '../src/index.js';
import { clientOf, FixedCredential, rejectionOf } from './fixture.js';
import { json, startScriptedServer } from './scripted-server.js';

/** A proxy that notes where it is asked to connect to, and refuses. */
const asked: string[] = [];
const proxy = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.writeHead(502).end();
});
proxy.on('connect', (request, socket) => {
  asked.push(request.url ?? '');
  socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});

beforeAll(() => new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => proxy.close(resolve)));
beforeEach(() => {
  asked.length = 0;
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']) vi.stubEnv(name, url);
  vi.stubEnv('NO_PROXY', '');
});
afterEach(() => vi.unstubAllEnvs());

it('goes to Partner Center through the proxy of the environment', async () => {
  const client = new PartnerCenterClient(new FixedCredential(), { retryOptions: { maxRetries: 0 } });
  await rejectionOf(client.validations.getValidationCodes());
  expect(asked).toEqual(['api.partnercenter.microsoft.com:443']);
});

it('goes past the proxy to a service on this machine: the token would travel in clear', async () => {
  await using server = await startScriptedServer(json([]));
  await expect(clientOf(server).validations.getValidationCodes()).resolves.toEqual([]);
  expect(asked).toEqual([]);
});
