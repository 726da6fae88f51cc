import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { isPartnerCenterError, PartnerCenterClient, PartnerCenterError } from '../src/index.js';
import { CUSTOMER_ID, clientOf, FixedCredential, GUID, rejectionOf, TOKEN } from './fixture.js';
import type { Answer } from './scripted-server.js';
import { serverOfFile } from './server-of-file.js';

const server = serverOfFile();

function errorOf(answer: Answer): Promise<PartnerCenterError> {
  server.play(answer);
  const client = clientOf(server, { retryOptions: { maxRetries: 0 } });
  return rejectionOf(client.customers.byId(CUSTOMER_ID).qualification.getQualifications());
}

async function unusedPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe('ids', () => {
  it("are the answer's", async () => {
    const error = await errorOf({ status: 404, headers: { 'MS-RequestId': 'r-9', 'MS-CorrelationId': 'c-9' } });
    expect(error).toMatchObject({ requestId: 'r-9', correlationId: 'c-9' });
  });

  it('are those sent where the answer has none', async () => {
    const error = await errorOf({ status: 404 });
    expect(error.requestId).toMatch(GUID);
    expect(error.requestId).toBe(server.received[0]?.headers['ms-requestid']);
    expect(error.correlationId).toBe(server.received[0]?.headers['ms-correlationid']);
  });
});

describe('retryAfterInMs', () => {
  it.each([
    ['whole seconds', '57', 57_000],
    ['zero', '0', 0],
    ['a date', 'Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['a date that has passed', 'Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['something else', 'soon', undefined],
  ])('reads a Retry-After of %s', async (_case, value, expected) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-10-21T07:28:00Z') });
    expect((await errorOf({ status: 429, headers: { 'Retry-After': value } })).retryAfterInMs).toBe(expected);
  });
});

describe('message', () => {
  const description = 'A member is wrong; data names each.';
  const messageFor = async (data: unknown) =>
    (await errorOf({ status: 400, body: JSON.stringify({ code: '3000', description, data }) })).message;

  it('names the members that data does, and description is the text alone', async () => {
    const data = [
      { name: 'website', reason: 'must be a host name', value: 'not told' },
      'a text',
      { name: 'educationSegment', reason: 'is missing' },
    ];
    expect(await messageFor(data)).toBe(`${description} (website must be a host name; educationSegment is missing)`);
    const error = await errorOf({ status: 400, body: JSON.stringify({ code: '3000', description, data }) });
    expect(error).toMatchObject({ description, data });
  });

  it.each([[undefined], [[]], [[null, 1, { name: 'x' }, { name: 1, reason: 'y' }]]])(
    'is the text alone where data is %j',
    async (data) => {
      expect(await messageFor(data)).toBe(description);
    },
  );

  it('stays short', async () => {
    const message = await messageFor(Array.from({ length: 100 }, () => ({ name: 'x', reason: 'y'.repeat(1_000) })));
    expect(message.length).toBeLessThan(1_200);
    expect(message).toMatch(/; and 95 more\)$/);
  });
});

describe('connections', () => {
  it('that cannot be made reject with the code of the system and the ids sent', async () => {
    const client = new PartnerCenterClient(new FixedCredential(), {
      baseUrl: `http://127.0.0.1:${await unusedPort()}`,
      retryOptions: { maxRetries: 0 },
    });
    const error = await rejectionOf(client.validations.getValidationCodes());
    expect(error).toMatchObject({ code: 'ECONNREFUSED', requestId: expect.stringMatching(GUID) });
    expect(error.statusCode).toBeUndefined();
    expect(error.message).toContain('GET /v1/customers/all/validations failed: ');
    expect(inspect(error, { showHidden: true, depth: 20 })).not.toContain(TOKEN);
  });
});

describe('secrets', () => {
  it('are in nothing that prints an error', async () => {
    const error = await errorOf({ status: 403, headers: { 'X-Any': 'thing' } });
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    const lines: string[] = [];
    const print = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(inspect(line)));
    console.log(error);
    print.mockRestore();
    for (const printed of [
      ...lines,
      String(error),
      error.stack,
      JSON.stringify(error),
      JSON.stringify({ ...error }),
      inspect(error, { showHidden: true, depth: 20 }),
      inspect(error.request, { showHidden: true, depth: 20 }),
      inspect(error.response, { showHidden: true, depth: 20 }),
    ]) {
      expect(printed).toBeTypeOf('string');
      expect(printed).not.toContain(TOKEN);
    }
  });

  it('cost nothing of what an error is for: request and response hang off it, not enumerable', async () => {
    const error = await errorOf({ status: 403, headers: { 'X-Any': 'thing' } });
    expect(error.request?.url).toBe(`${server.url}/v1/customers/${CUSTOMER_ID}/qualifications`);
    expect(error.response?.headers.get('X-Any')).toBe('thing');
    expect(Object.keys(error)).not.toEqual(expect.arrayContaining(['request']));
    expect(Object.keys(error)).not.toEqual(expect.arrayContaining(['response']));
  });
});

describe('isPartnerCenterError', () => {
  it('knows an error by its name, so that one of another copy of the package counts', () => {
    const foreign = Object.assign(new Error('x'), { name: 'PartnerCenterError' });
    expect(isPartnerCenterError(new PartnerCenterError('x'))).toBe(true);
    expect(isPartnerCenterError(foreign)).toBe(true);
  });

  it.each([[new Error('x')], [undefined], [null], ['PartnerCenterError'], [{}]])(
    'does not take %s for one',
    (other) => {
      expect(isPartnerCenterError(other)).toBe(false);
    },
  );
});
