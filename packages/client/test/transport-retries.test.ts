import { describe, expect, it, vi } from 'vitest';
import type { PartnerCenterClient } from '../src/index.js';
import { CUSTOMER_ID, clientOf, rejectionOf } from './fixture.js';
import { json } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';
import { fakeTimers } from './timers.js';

const server = serverOfFile();

const get = (client: PartnerCenterClient) => client.customers.byId(CUSTOMER_ID).qualification.getQualifications();
const throttled = (retryAfter: string) =>
  json({ statusCode: 429, message: 'Rate limit is exceeded.' }, 429, { 'Retry-After': retryAfter });

describe('retries', () => {
  it.each([408, 429, 500, 502, 503, 504])('tries again after %i, under the same ids', async (status) => {
    server.play({ status }, { status }, json([]));
    await expect(get(clientOf(server))).resolves.toEqual([]);
    expect(server.received).toHaveLength(3);
    expect(new Set(server.received.map(({ headers }) => headers['ms-requestid'])).size).toBe(1);
    expect(new Set(server.received.map(({ headers }) => headers['ms-correlationid'])).size).toBe(1);
  });

  it('repeats a POST with its body', async () => {
    server.play({ status: 503 }, json({ qualification: 'StateOwnedEntity' }, 201));
    const { qualification } = clientOf(server).customers.byId(CUSTOMER_ID);
    await qualification.createQualifications({ qualification: 'StateOwnedEntity' });
    expect(server.received.map(({ body }) => body)).toEqual(Array(2).fill('{"qualification":"StateOwnedEntity"}'));
  });

  it.each([400, 401, 403, 404, 409, 412, 422, 501, 505])('does not try again after %i', async (status) => {
    server.play({ status });
    expect(await rejectionOf(get(clientOf(server)))).toMatchObject({ statusCode: status });
    expect(server.received).toHaveLength(1);
  });

  it('tries again where the connection breaks before or within the answer', async () => {
    server.play({ fault: 'cut' }, json([]));
    await expect(get(clientOf(server))).resolves.toEqual([]);
    expect(server.received).toHaveLength(2);
  });

  it('gives up after maxRetries and rejects with the last answer', async () => {
    server.play({ status: 500 }, { status: 500 }, json({ code: '800003', description: 'Unforeseen.' }, 500));
    const client = clientOf(server, { retryOptions: { maxRetries: 2, retryDelayInMs: 0 } });
    expect(await rejectionOf(get(client))).toMatchObject({ statusCode: 500, code: '800003' });
    expect(server.received).toHaveLength(3);
  });

  it('does not try again at all where maxRetries is 0', async () => {
    server.play(throttled('0'));
    await rejectionOf(get(clientOf(server, { retryOptions: { maxRetries: 0 } })));
    expect(server.received).toHaveLength(1);
  });

  it('waits as long as Retry-After says', async () => {
    server.play(throttled('57'), json([]));
    const timerOf = fakeTimers();
    const call = get(clientOf(server));
    await timerOf(57_000);
    await vi.advanceTimersByTimeAsync(56_999);
    expect(server.received).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await expect(call).resolves.toEqual([]);
  });

  it('rejects at once where Retry-After is longer than maxRetryDelayInMs', async () => {
    server.play(throttled('3000000'));
    const error = await rejectionOf(get(clientOf(server)));
    expect(error).toMatchObject({ statusCode: 429, retryAfterInMs: 3_000_000_000 });
    expect(server.received).toHaveLength(1);
  });

  it('doubles its own waits up to maxRetryDelayInMs and leaves off at most half', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.5).mockReturnValueOnce(1);
    server.play({ status: 500 }, { status: 500 }, { status: 500 }, json([]));
    const timerOf = fakeTimers();
    const retryOptions = { retryDelayInMs: 1000, maxRetryDelayInMs: 3000 };
    const call = get(clientOf(server, { retryOptions }));
    for (const [tries, wait] of [500, 1500, 3000].entries()) {
      await timerOf(wait);
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(server.received).toHaveLength(tries + 1);
      await vi.advanceTimersByTimeAsync(1);
    }
    await expect(call).resolves.toEqual([]);
  });

  it('does not follow a redirect, which would take the token along', async () => {
    server.play({ status: 302, headers: { Location: 'https://evil.example/' } });
    expect(await rejectionOf(get(clientOf(server)))).toMatchObject({ statusCode: 302 });
    expect(server.received).toHaveLength(1);
  });
});
