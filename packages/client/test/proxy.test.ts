import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { AzureLogger, setLogLevel } from '@azure/logger';
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
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('goes to Partner Center through the proxy of the environment', async () => {
  const client = new PartnerCenterClient(new FixedCredential(), { retryOptions: { maxRetries: 0 } });
  await rejectionOf(client.validations.getValidationCodes());
  expect(asked).toEqual(['api.partnercenter.microsoft.com:443']);
});

it("logs nothing of the proxy's password, and keeps it out of errors", async () => {
  const { port } = proxy.address() as AddressInfo;
  vi.stubEnv('HTTPS_PROXY', `http://me:secret-of-proxy@127.0.0.1:${port}`);
  const lines: string[] = [];
  vi.spyOn(AzureLogger, 'log').mockImplementation((...parts) => void lines.push(parts.join(' ')));
  setLogLevel('verbose');
  const client = new PartnerCenterClient(new FixedCredential(), { retryOptions: { maxRetries: 1, retryDelayInMs: 0 } });
  const error = await rejectionOf(client.validations.getValidationCodes());
  setLogLevel(undefined);
  expect(asked).toHaveLength(2);
  expect(lines.join('\n')).toContain('Request: ');
  const printed = inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY });
  expect(lines.join('\n') + printed).not.toMatch(/secret-of-proxy|bWU6/);
});

it('goes past the proxy to a service on this machine: the token would travel in clear', async () => {
  await using server = await startScriptedServer(json([]));
  await expect(clientOf(server).validations.getValidationCodes()).resolves.toEqual([]);
  expect(asked).toEqual([]);
});
