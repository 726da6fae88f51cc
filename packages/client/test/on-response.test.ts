import { describe, expect, it, vi } from 'vitest';
import type { CallResponse, OperationOptions, PartnerCenterClientOptions } from '../src/index.js';
import { CUSTOMER_ID, clientOf, rejectionOf } from './fixture.js';
import { json } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';

const server = serverOfFile();

const get = (options: OperationOptions = {}, clientOptions: PartnerCenterClientOptions = {}) =>
  clientOf(server, clientOptions).customers.byId(CUSTOMER_ID).qualification.getQualifications(options);

/** What `onResponse` was told in a call, and how that call ended. */
async function told(options: OperationOptions = {}): Promise<CallResponse[]> {
  const responses: CallResponse[] = [];
  await get({ ...options, onResponse: (response) => void responses.push(response) }).catch(() => {});
  return responses;
}

describe('onResponse', () => {
  it('is told the answer of a call that succeeds', async () => {
    server.play(json([], 200, { 'MS-RequestId': 'r-1', 'MS-CorrelationId': 'c-1', 'X-Any': 'thing' }));
    expect(await told()).toEqual([
      {
        method: 'GET',
        path: `/v1/customers/${CUSTOMER_ID}/qualifications`,
        statusCode: 200,
        headers: expect.objectContaining({ 'x-any': 'thing', 'ms-requestid': 'r-1' }),
        requestId: 'r-1',
        correlationId: 'c-1',
        isMfaCompliant: undefined,
        bodyAsText: '[]',
      },
    ]);
  });

  it.each([
    ['is refused', json({ code: '60003', description: 'No such customer.' }, 404), 404],
    ['answers what cannot be read', { body: '<html>' }, 200],
    ['answers without a body', { status: 204 }, 204],
  ])('is told the answer of a call that %s', async (_case, answer, statusCode) => {
    server.play(answer);
    expect(await told()).toMatchObject([{ statusCode, bodyAsText: answer.body ?? '' }]);
  });

  it('is told the last answer only, with the ids sent where the answer has none', async () => {
    server.play({ status: 503 }, { status: 401 }, json([]));
    const requestId = '037db222-6d8e-4d7f-ba78-df3dca33fb68';
    const correlationId = '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745';
    expect(await told({ requestId, correlationId })).toMatchObject([{ statusCode: 401, requestId, correlationId }]);
  });

  it('is told nothing where no answer comes', async () => {
    server.play({ fault: 'cut' });
    const onResponse = vi.fn();
    await rejectionOf(get({ onResponse }, { retryOptions: { maxRetries: 1, retryDelayInMs: 0 } }));
    expect(onResponse).not.toHaveBeenCalled();
  });

  it('of the client comes before that of the call', async () => {
    server.play(json([]));
    const order: string[] = [];
    await get({ onResponse: () => order.push('call') }, { onResponse: () => order.push('client') });
    expect(order).toEqual(['client', 'call']);
  });

  it('is told every page of a listing, without what was searched for', async () => {
    const links = { next: { uri: '/customers?page=2', method: 'GET' } };
    server.play(json({ items: [{ id: '1' }], links }), json({ items: [{ id: '2' }] }));
    const paths: string[] = [];
    const filter = { field: 'Domain', startsWith: 'fab' } as const;
    const customers = clientOf(server).customers.list({ filter, onResponse: ({ path }) => paths.push(path) });
    for await (const _customer of customers);
    expect(paths).toEqual(['/v1/customers', '/v1/customers']);
  });

  it.each([
    ['succeeds', json([])],
    ['is refused', { status: 403 }],
  ])('rejects a call that %s with what it throws', async (_case, answer) => {
    server.play(answer);
    const failure = new Error('The audit log is full.');
    const onResponse = () => {
      throw failure;
    };
    await expect(get({ onResponse })).rejects.toBe(failure);
    await expect(get({}, { onResponse })).rejects.toBe(failure);
    expect(server.received).toHaveLength(2);
  });

  it('is refused before anything is sent where it is no function', async () => {
    server.play(json([]));
    // @ts-expect-error JavaScript callers have no compiler.
    await expect(get({ onResponse: 'log' })).rejects.toThrow('onResponse must be a function, not string.');
    expect(server.received).toHaveLength(0);
  });
});

describe('validateMfa', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['false', false],
    ['perhaps', undefined],
  ])('asks the service, whose answer %s onResponse is told', async (sent, isMfaCompliant) => {
    server.play(json([], 200, { isMfaCompliant: sent }));
    expect(await told({ validateMfa: true })).toMatchObject([{ isMfaCompliant }]);
    expect(server.received[0]?.headers.validatemfa).toBe('true');
  });

  it('is told of a refusal as well', async () => {
    server.play(json({ code: '900421', description: 'MFA.' }, 401, { isMfaCompliant: 'false' }));
    expect(await told({ validateMfa: true })).toMatchObject([{ statusCode: 401, isMfaCompliant: false }]);
  });

  it.each<[string, boolean | undefined, boolean | undefined, string | undefined]>([
    ['neither the client nor the call asks', undefined, undefined, undefined],
    ['the client asks', true, undefined, 'true'],
    ['the call alone asks', undefined, true, 'true'],
    ['the call takes back what the client asks', true, false, undefined],
  ])('is sent as it should where %s', async (_case, ofClient, ofCall, expected) => {
    server.play(json([]));
    const options = (validateMfa: boolean | undefined) => (validateMfa === undefined ? {} : { validateMfa });
    await get(options(ofCall), options(ofClient));
    expect(server.received[0]?.headers.validatemfa).toBe(expected);
  });

  it('is refused before anything is sent where it is no boolean', async () => {
    server.play(json([]));
    // @ts-expect-error JavaScript callers have no compiler.
    await expect(get({ validateMfa: 'true' })).rejects.toThrow('validateMfa must be a boolean, not string.');
    expect(server.received).toHaveLength(0);
  });
});
