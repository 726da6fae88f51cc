import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EventsOptions, PartnerCenterClient, type PartnerCenterClientOptions } from '../src/index.js';
import { FixedCredential, rejectionOf, TOKEN } from './fixture.js';
import { type StreamServer, startStreamServer } from './stream-server.js';
import { fakeTimers, until } from './timers.js';

const change = { customerId: '71b473d5-c4a2-4381-82e5-809403c2d108', qualification: 'Education', at: '2026-03-03' };
const aborted = { name: 'AbortError' };

let server: StreamServer;
beforeEach(async () => {
  server = await startStreamServer();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  await server[Symbol.asyncDispose]();
});

const clientWith = (options: PartnerCenterClientOptions = {}) =>
  new PartnerCenterClient(new FixedCredential(), { baseUrl: server.url, retryOptions: { maxRetries: 0 }, ...options });
const events = (options: EventsOptions = {}) => clientWith().vetting.events(options);
const ended = { done: true, value: undefined };

describe('what ends the iteration with an error', () => {
  it.each([400, 401, 403, 404, 405, 406, 501])('a service that answers %i', async (status) => {
    server.refuse({
      status,
      headers: { 'Content-Type': 'application/json' },
      body: '{"code":"1","description":"No."}',
    });
    const changes = events();
    const error = await rejectionOf(changes.next());
    expect(error).toMatchObject({ statusCode: status, code: '1', description: 'No.' });
    await expect(changes.next()).resolves.toEqual(ended);
  });

  it.each([
    ['a page instead of a stream', { 'Content-Type': 'text/html' }, 'not a stream of events'],
    ['an event that is no JSON', {}, 'not a JSON object'],
    ['an event that does not end', {}, 'does not end'],
  ])('%s, and it closes the connection', async (what, headers, message) => {
    server.answerWith(headers);
    const rejection = rejectionOf(events().next());
    const connection = await server.connection(1);
    if (what.endsWith('JSON')) connection.write('event: customer-qualification-updated\ndata: [1]\n\n');
    if (what.endsWith('end')) connection.write(`data: ${'x'.repeat(1_000_001)}`);
    const error = await rejection;
    expect(error).toMatchObject({ code: 'InvalidResponse', statusCode: 200 });
    expect(error.message).toContain(message);
    await until(() => connection.isClosed);
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(TOKEN);
  });

  it('a service that has nothing to say', async () => {
    server.refuse({ status: 204 });
    expect(await rejectionOf(events().next())).toMatchObject({ code: 'InvalidResponse', statusCode: 204 });
  });

  it('a credential that gives no token', async () => {
    const failure = new Error('Sign in again.');
    const credential = { getToken: () => Promise.reject(failure) };
    const changes = new PartnerCenterClient(credential, { baseUrl: server.url }).vetting.events();
    await expect(changes.next()).rejects.toBe(failure);
  });

  it.each(['onOpen', 'onResponse'])('what %s throws, and it closes the connection', async (name) => {
    const failure = new Error('The program is not ready.');
    const changes = events({
      [name]: () => {
        throw failure;
      },
    });
    const rejected = expect(changes.next()).rejects.toBe(failure);
    const connection = await server.connection(1);
    await rejected;
    await until(() => connection.isClosed);
  });
});

describe('abort', () => {
  it('rejects while it waits for a change, and closes the connection', async () => {
    fakeTimers();
    const controller = new AbortController();
    const changes = events({ abortSignal: controller.signal });
    const rejected = expect(changes.next()).rejects.toMatchObject(aborted);
    const connection = await server.connection(1);
    await until(() => vi.mocked(setTimeout).mock.calls.some(([, ms]) => ms === 45_000));
    controller.abort();
    await rejected;
    await until(() => connection.isClosed);
    expect(vi.getTimerCount()).toBe(0);
    await expect(changes.next()).resolves.toEqual(ended);
  });

  it('closes the connection also while nobody waits, and gives nothing more', async () => {
    const controller = new AbortController();
    const changes = events({ abortSignal: controller.signal });
    const first = changes.next();
    const connection = await server.connection(1);
    const block = `event: customer-qualification-updated\ndata: ${JSON.stringify(change)}\n\n`;
    connection.write(`id: 1\n${block}id: 2\n${block}`);
    expect((await first).value.id).toBe('1');
    controller.abort();
    await until(() => connection.isClosed);
    await expect(changes.next()).rejects.toMatchObject(aborted);
  });

  it.each(['for the answer', 'to connect again'])('rejects while it waits %s', async (what) => {
    fakeTimers();
    const controller = new AbortController();
    const isWaiting = () => vi.mocked(setTimeout).mock.calls.some(([, ms]) => ms === 2_000);
    if (what.endsWith('again')) server.refuse({ status: 503 });
    else server.holdBack();
    const rejected = expect(events({ abortSignal: controller.signal }).next()).rejects.toMatchObject(aborted);
    const connection = await server.connection(1);
    if (what.endsWith('again')) await until(isWaiting);
    controller.abort();
    await rejected;
    expect(vi.getTimerCount()).toBe(0);
    if (what.endsWith('answer')) await until(() => connection.isClosed);
  });

  it('before it begins sends nothing', async () => {
    const changes = events({ abortSignal: AbortSignal.abort() });
    await expect(changes.next()).rejects.toMatchObject(aborted);
    expect(server.connections).toHaveLength(0);
  });
});

describe('to leave the loop', () => {
  it('closes the connection', async () => {
    const connected = server.connection(1).then((connection) => connection.tell('1', change));
    for await (const { id } of events()) {
      expect(id).toBe('1');
      break;
    }
    await connected;
    const connection = await server.connection(1);
    await until(() => connection.isClosed);
  });

  it('ends at once also while a change is waited for', async () => {
    const changes = events();
    const next = changes.next();
    const connection = await server.connection(1);
    await expect(changes.return?.()).resolves.toEqual(ended);
    await expect(next).resolves.toEqual(ended);
    await until(() => connection.isClosed);
  });

  it('before it began sends nothing', async () => {
    const changes = events();
    await expect(changes.return?.()).resolves.toEqual(ended);
    await expect(changes.next()).resolves.toEqual(ended);
    expect(server.connections).toHaveLength(0);
  });
});

describe('a connection', () => {
  it('that is not answered within timeoutInMs is tried again', async () => {
    server.holdBack();
    const timerOf = fakeTimers();
    const changes = events({ timeoutInMs: 250 });
    const first = changes.next();
    const held = await server.connection(1);
    await vi.advanceTimersByTimeAsync(250);
    await until(() => held.isClosed);
    await timerOf(2_000);
    await vi.advanceTimersByTimeAsync(2_000);
    const connection = await server.connection(2);
    connection.tell('1', change);
    expect((await first).value.id).toBe('1');
    // The limit is that of the answer's beginning.
    const second = changes.next();
    await vi.advanceTimersByTimeAsync(250);
    connection.tell('2', change);
    expect((await second).value.id).toBe('2');
    await changes.return?.();
  });

  it('by the HTTP client of browsers outlives the time limit of a try, and is closed by leaving', async () => {
    vi.stubGlobal('self', globalThis);
    const module = '../../../node_modules/@typespec/ts-http-runtime/dist/browser/fetchHttpClient.js';
    const { createFetchHttpClient } = await import(module);
    fakeTimers();
    const changes = clientWith({ httpClient: createFetchHttpClient(), timeoutInMs: 5_000 }).vetting.events();
    const first = changes.next();
    const connection = await server.connection(1);
    connection.tell('1', change);
    expect((await first).value.id).toBe('1');
    await vi.advanceTimersByTimeAsync(5_000);
    connection.tell('2', change);
    expect((await changes.next()).value.id).toBe('2');
    await changes.return?.();
    await until(() => connection.isClosed);
  });

  it('by an HTTP client that knows no streams is read whole', async () => {
    const { createHttpHeaders } = await import('@azure/core-rest-pipeline');
    const block = `id: 3\nevent: customer-qualification-updated\ndata: ${JSON.stringify(change)}\n\n`;
    const headers = createHttpHeaders({ 'Content-Type': 'text/event-stream' });
    const httpClient = {
      sendRequest: async (request: PipelineRequest) => ({ status: 200, headers, request, bodyAsText: block }),
    };
    const changes = clientWith({ httpClient }).vetting.events();
    await expect(changes.next()).resolves.toEqual({ done: false, value: { id: '3', ...change } });
    await changes.return?.();
  });
});
