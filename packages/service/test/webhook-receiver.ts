import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';
import { newWebhookSecret } from '../src/webhooks/secret.js';
import { type OutgoingWebhook, type SendOptions, sendWebhook } from '../src/webhooks/send.js';

export const day = 86_400_000;

/** Something that a test waits for, and what lets it happen. */
export function awaited<Value = void>() {
  let happen: (value: Value) => void = () => {};
  const happened = new Promise<Value>((resolve) => {
    happen = resolve;
  });
  return { happened, happen };
}

/** A receiver on a free port of this machine, gone after the test, and how many connections it got. */
async function listen(server: Server, scheme: string) {
  let connections = 0;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://127.0.0.1:${port}/hook?a=b`, port, connections: () => connections };
}

/** A receiver that does with each request what it is told. */
export const receive = (listener: RequestListener) => listen(createHttpServer(listener), 'http');

/** A receiver that answers every request the same. */
export const answer = (status: number, headers: Record<string, string> = {}, text = '') =>
  receive((request, response) => {
    request.resume();
    response.writeHead(status, headers).end(text);
  });

/** A receiver below HTTP: does what it is told once the request's first bytes are there. */
export const receiveBytes = (onRequest: (socket: Socket) => void) =>
  listen(
    createTcpServer((socket) => socket.once('data', () => onRequest(socket))),
    'http',
  );

/** A receiver over TLS, its certificate for these names; `ca` is what to trust. */
export async function receiveTls(names: string[], { validForInMs = day } = {}) {
  const certificate = await certificateFor(names, validForInMs);
  const server = createHttpsServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    request.resume();
    response.writeHead(204).end();
  });
  server.on('tlsClientError', () => {});
  return { ...(await listen(server, 'https')), ca: certificate.cert };
}

function certificateFor(names: string[], validForInMs: number) {
  const altNames = names.map((name) =>
    name === '127.0.0.1' ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
  );
  return generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 2 * day),
    notAfterDate: new Date(Date.now() + validForInMs),
    extensions: [{ name: 'subjectAltName', altNames }],
  });
}

export const secret = newWebhookSecret();
export const body = JSON.stringify({ EventName: 'test-created', ResourceName: 'Überprüfung' });

/** Sends a webhook as a sandbox does, to this machine. */
export function send(url: string, options: Partial<SendOptions> = {}, webhook: Partial<OutgoingWebhook> = {}) {
  const timestamp = new Date();
  return sendWebhook({ url, body, id: 'msg_1', secret, timestamp, ...webhook }, { mode: 'loopback', ...options });
}
